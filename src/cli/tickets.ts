/** `helpdesk tickets …`: list, show, export. */
import { TICKET_STATUSES } from '../domain/ticket-status';
import type { TicketStatus } from '../domain/ticket-status';
import type { Person, PersonId } from '../domain/person';
import type { Ticket, TicketEvent } from '../domain/ticket';
import type { Session, Store } from '../store/store';
import type { TicketFilter } from '../store/tickets';
import { limitOf, print, printJson, textOf, UsageError, withStore } from './verb';
import type { Values, Verb } from './verb';

/** Tickets read at once: an export of millions must not need the memory for them. */
const PAGE = 500;

export const ticketsList: Verb = {
  usage: 'tickets list [--status S] [--line KEY] …',
  about: 'Lists tickets, newest first.',
  details: `--status      ${TICKET_STATUSES.join(', ')}, or several with commas\n--line        key of a support line\n--assignee    id of an agent, for example slack:U0ANNA\n--requester   id of a requester\n--limit N     at most N (50)\n--json        as JSON`,
  options: {
    status: { type: 'string' },
    line: { type: 'string' },
    assignee: { type: 'string' },
    requester: { type: 'string' },
    limit: { type: 'string' },
    json: { type: 'boolean' },
  },
  run: async (values) => {
    const filter = filterOf(values);
    const limit = limitOf(values, 50);
    const tickets = await withStore((store) => store.read((session) => session.tickets.list(filter, limit)));
    if (values.json === true) printJson(tickets);
    else if (tickets.length === 0) print('No tickets.');
    else for (const ticket of tickets) print(rowOf(ticket));
    return 0;
  },
};

function filterOf(values: Values): TicketFilter {
  const status = textOf(values, 'status')?.split(',');
  const wrong = status?.find((each) => !(TICKET_STATUSES as readonly string[]).includes(each));
  if (wrong !== undefined) throw new UsageError(`"${wrong}" is no status; use ${TICKET_STATUSES.join(', ')}`);
  const [line, assignee, requester] = ['line', 'assignee', 'requester'].map((name) => textOf(values, name));
  return {
    ...(status === undefined ? {} : { status: status as TicketStatus[] }),
    ...(line === undefined ? {} : { line }),
    ...(assignee === undefined ? {} : { assignee }),
    ...(requester === undefined ? {} : { requester }),
  };
}

function rowOf({ id, status, priority, line, openedAt, assignee, subject }: Ticket): string {
  return [
    `#${id}`.padEnd(7),
    status.padEnd(9),
    priority,
    line.padEnd(8),
    timeOf(openedAt),
    (assignee ?? '–').padEnd(16),
    oneLine(subject),
  ].join('  ');
}

export const ticketsShow: Verb = {
  usage: 'tickets show N [--json]',
  about: 'Shows one ticket with its whole history.',
  words: 1,
  options: { json: { type: 'boolean' } },
  run: async (values, [number]) => {
    const id = Number(number?.replace(/^#/, ''));
    if (!Number.isSafeInteger(id) || id < 1) throw new UsageError('give the number of a ticket');
    return withStore(async (store) => {
      const found = await store.read((session) => fileOf(session, id));
      if (found === null) throw new Error(`there is no ticket #${id}`);
      if (values.json === true) printJson({ ...found.ticket, question: found.question, events: found.events });
      else show(found);
      return 0;
    });
  },
};

interface File {
  readonly ticket: Ticket;
  readonly events: readonly TicketEvent[];
  readonly question: string | null;
  readonly people: ReadonlyMap<PersonId, Person>;
}

async function fileOf(session: Session, id: number): Promise<File | null> {
  const ticket = await session.tickets.find(id);
  if (ticket === null) return null;
  const events = await session.tickets.events(id);
  const question = ticket.inquiryId === null ? null : ((await session.inquiries.find(ticket.inquiryId))?.text ?? null);
  const people = await session.people.named([
    ticket.requester,
    ticket.openedBy,
    ticket.assignee ?? '',
    ...events.map(({ actor }) => actor),
  ]);
  return { ticket, events, question, people };
}

function show({ ticket, events, question, people }: File): void {
  const name = (id: PersonId | null): string => (id === null ? '–' : `${people.get(id)?.name ?? id} (${id})`);
  print(`#${ticket.id}  ${oneLine(ticket.subject)}\n`);
  const facts = {
    status: ticket.status,
    priority: ticket.priority,
    line: ticket.line,
    category: ticket.category,
    requester: name(ticket.requester),
    assignee: name(ticket.assignee),
    intake: ticket.intake,
    opened: timeOf(ticket.openedAt),
  };
  for (const [label, value] of Object.entries(facts)) print(`${label.padEnd(11)}${value}`);
  if (ticket.details !== '') print(`\n${ticket.details.replace(/^/gm, '  ')}`);
  if (question !== null) print(`\nasked: ${question}`);
  print('');
  for (const { at, actor, what } of events) {
    const { kind, ...more } = what;
    const words = Object.entries(more).flatMap(([key, value]) =>
      value === null || value === '' ? [] : [`${key}: ${oneLine(String(value))}`],
    );
    print(`${timeOf(at)}  ${kind.padEnd(11)} ${name(actor)}${words.length === 0 ? '' : `  ${words.join(', ')}`}`);
  }
}

export const ticketsExport: Verb = {
  usage: 'tickets export [--csv] [--status S] …',
  about: 'Writes every ticket with its events as JSON lines, or as CSV with one row an event.',
  details: 'The filters are those of "tickets list".',
  options: {
    csv: { type: 'boolean' },
    status: { type: 'string' },
    line: { type: 'string' },
    assignee: { type: 'string' },
    requester: { type: 'string' },
  },
  run: async (values) => {
    const filter = filterOf(values);
    if (values.csv === true) print(CSV_COLUMNS.join(','));
    await withStore(async (store) => {
      for await (const { ticket, events } of everything(store, filter)) {
        if (values.csv === true) for (const event of events) print(csvRow(ticket, event));
        else
          print(
            JSON.stringify({
              ...ticket,
              events: events.map(({ version, actor, at, what }) => ({ version, actor, at, ...what })),
            }),
          );
      }
    });
    return 0;
  },
};

async function* everything(
  store: Store,
  filter: TicketFilter,
): AsyncGenerator<{ ticket: Ticket; events: TicketEvent[] }> {
  let before: number | undefined;
  for (;;) {
    const tickets = await store.read((session) => session.tickets.list(filter, PAGE, before));
    for (const ticket of tickets) {
      yield { ticket, events: await store.read((session) => session.tickets.events(ticket.id)) };
    }
    before = tickets.at(-1)?.id;
    if (tickets.length < PAGE) return;
  }
}

const CSV_COLUMNS = [
  'ticket',
  'subject',
  'status',
  'priority',
  'line',
  'category',
  'requester',
  'assignee',
  'opened',
  'resolved',
  'version',
  'at',
  'actor',
  'event',
  'data',
];

function csvRow(ticket: Ticket, { version, at, actor, what }: TicketEvent): string {
  const { kind, ...data } = what;
  const { id, subject, status, priority, line, category, requester, assignee, openedAt, resolvedAt } = ticket;
  const ticketCells = [
    id,
    subject,
    status,
    priority,
    line,
    category,
    requester,
    assignee,
    openedAt.toISOString(),
    resolvedAt?.toISOString(),
  ];
  return [...ticketCells, version, at.toISOString(), actor, kind, JSON.stringify(data)].map(csvCell).join(',');
}

/** Quoted as RFC 4180 has it; a cell that a spreadsheet would take for a formula is made text (OWASP: CSV injection). */
function csvCell(value: string | number | null | undefined): string {
  const text = String(value ?? '');
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function timeOf(date: Date): string {
  return date.toISOString().slice(0, 16).replace('T', ' ');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
