/** Lists of tickets, the help, and the short notices: what somebody asked to see, and every polite no. */
import type { Person, PersonId } from '../../domain/person';
import type { RefusalReason } from '../../domain/refusal';
import type { Ticket } from '../../domain/ticket';
import type { Card, Part } from '../card';
import type { Say } from '../words';
import { ageOf, button, nameOf } from './reader';
import { dotOf } from './ticket-card';

/** How many entries a list shows: a chat message is not a report. */
const SHOWN = 10;

/** @param count how many there are, of which these are the first */
export function mineCard(tickets: readonly Ticket[], count: number, now: Date, say: Say): Card {
  return listCard(
    say('mine.title'),
    say('mine.summary', { count }),
    say('mine.none'),
    tickets,
    (ticket) => entry(ticket, null, now, say),
    say,
  );
}

/** @param waiting how many there are, of which these are the first */
export function queueCard(
  tickets: readonly Ticket[],
  waiting: number,
  people: ReadonlyMap<PersonId, Person>,
  now: Date,
  say: Say,
): Card {
  return listCard(
    say('queue.title'),
    say('queue.summary', { count: waiting }),
    say('queue.none'),
    tickets,
    (ticket) => entry(ticket, people, now, say),
    say,
  );
}

function listCard(
  title: string,
  summary: string,
  none: string,
  tickets: readonly Ticket[],
  draw: (ticket: Ticket) => Part,
  say: Say,
): Card {
  if (tickets.length === 0) return { title, summary: none, parts: [{ kind: 'text', text: none }], actions: [] };
  const more: Part[] = tickets.length > SHOWN ? [{ kind: 'note', text: say('list.more', { count: SHOWN }) }] : [];
  return {
    title,
    summary,
    parts: [{ kind: 'text', text: summary }, ...tickets.slice(0, SHOWN).map(draw), ...more],
    actions: [],
  };
}

/** With `people` it is an agent's list: who has it, and a button to claim what nobody has. */
function entry(ticket: Ticket, people: ReadonlyMap<PersonId, Person> | null, now: Date, say: Say): Part {
  const facts = {
    status: say(`ticket.status.${ticket.status}`),
    priority: say(`priority.${ticket.priority}`),
    age: ageOf(say, ticket.openedAt, now),
  };
  const assigned = people !== null && ticket.assignee !== null;
  const text = assigned
    ? say('list.entry.assigned', { ...facts, name: nameOf(people, ticket.assignee) })
    : say('list.entry', facts);
  const claimable = people !== null && ticket.status === 'open';
  return {
    kind: 'item',
    title: `${dotOf(ticket)} ${say('ticket.title', { id: ticket.id, subject: ticket.subject })}`,
    text,
    button: claimable
      ? button(say('button.claim'), { kind: 'claim', ticketId: ticket.id })
      : button(say('button.show'), { kind: 'show', ticketId: ticket.id }),
  };
}

const COMMANDS = [
  'help.ask',
  'help.open',
  'help.mine',
  'help.queue',
  'help.article',
  'help.summary-command',
  'help.articles',
] as const;
const TYPED = [
  'help.typed.ask',
  'help.typed.open',
  'help.typed.mine',
  'help.typed.queue',
  'help.typed.article',
  'help.typed.summary',
  'help.typed.articles',
] as const;

/** @param typed whether the words are typed alone, without a command in front */
export function helpCard(say: Say, typed: boolean): Card {
  const items = typed ? TYPED : COMMANDS;
  const message: Part[] = typed ? [] : [{ kind: 'text', text: say('help.message') }];
  return {
    title: say('help.title'),
    summary: say('help.summary'),
    parts: [
      { kind: 'list', ordered: false, items: items.map((key) => say(key)) },
      ...message,
      { kind: 'note', text: say('help.emoji') },
    ],
    actions: [],
  };
}

/** A short private message. */
export function noticeCard(title: string, text: string): Card {
  const pause = /[\p{L}\p{N}]$/u.test(title) ? '.' : '';
  const summary = text === '' ? title : `${title}${pause} ${text}`.trim();
  return { title, summary, parts: text === '' ? [] : [{ kind: 'text', text }], actions: [] };
}

/** @param name of the person the refusal speaks of. */
export function refusalCard(reason: RefusalReason, name: (id: PersonId) => string, say: Say): Card {
  return noticeCard(say('no.title'), refusalText(reason, name, say));
}

export function refusalText(reason: RefusalReason, name: (id: PersonId) => string, say: Say): string {
  switch (reason.code) {
    case 'already-claimed':
      return say('no.already-claimed', { name: name(reason.by) });
    case 'assignee-not-an-agent':
      return say('no.assignee-not-an-agent', { name: name(reason.person) });
    case 'not-an-agent':
      return say('no.not-an-agent', { line: reason.line });
    case 'wrong-status':
      return say(`no.wrong-status.${reason.status}`);
    case 'has-a-ticket': {
      if (reason.status === 'closed') return say('no.has-a-ticket.closed', { id: reason.ticketId });
      const status = say(`ticket.status.${reason.status}`);
      return say('no.has-a-ticket', { id: reason.ticketId, status });
    }
    case 'article-too-long':
    case 'words-too-long':
      return say(`no.${reason.code}`, { limit: reason.limit });
    case 'no-such-draft':
    case 'draft-done':
    case 'draft-moved':
    case 'draft-in-review':
    case 'draft-not-in-review':
    case 'needs-review':
    case 'own-draft':
    case 'article-moved':
    case 'article-retired':
    case 'already-yours':
    case 'not-a-manager':
    case 'not-your-ticket':
    case 'no-next-line':
    case 'no-such-ticket':
    case 'no-such-question':
    case 'no-such-article':
    case 'unchanged':
    case 'roster-unavailable':
    case 'not-the-same-person':
    case 'too-fast':
    case 'stale-button':
      return say(`no.${reason.code}`);
  }
}
