// ASVS 5.0 v5.0.0-2.3.1 (steps in their order), v5.0.0-8.2.1 (functions)
import { Refusal } from '../../src/domain/refusal';
import type { RefusalReason } from '../../src/domain/refusal';
import type { SupportLine } from '../../src/domain/support-line';
import type { Actor, Change, ChangeKind, Decision, NewTicket, Ticket } from '../../src/domain/ticket';
import type { TicketStatus } from '../../src/domain/ticket-status';
import { decide, isThanks, open, opened } from '../../src/domain/ticket';
import { TICKET_STATUSES } from '../../src/domain/ticket-status';
import { priorityOf } from '../../src/domain/priority';

const MORNING = new Date('2026-11-23T08:00:00Z');
const LATER = new Date('2026-11-23T09:30:00Z');

const LINE: SupportLine = {
  key: 'it',
  name: 'IT Service Desk',
  channels: ['slack:C0SUPPORT'],
  agents: 'channel-members',
  managers: [],
  escalatesTo: 'it-l2',
  summary: null,
  language: 'en',
  similarTickets: 'agents',
};

const REQUEST: NewTicket = {
  subject: 'VPN drops',
  details: '',
  line: 'it',
  priority: 'P3',
  impact: 'person',
  urgency: 'blocked',
  category: 'network',
  requester: 'slack:U0NORA',
  openedBy: 'slack:U0NORA',
  intake: 'command',
  inquiryId: null,
};

const ANNA: Actor = { id: 'slack:U0ANNA', isAgent: true };
const BEN: Actor = { id: 'slack:U0BEN', isAgent: true };
const NORA: Actor = { id: 'slack:U0NORA', isAgent: false };
const STRANGER: Actor = { id: 'slack:U0EVE', isAgent: false };
const SYSTEM: Actor = { id: 'system', isAgent: false };

const fresh = (): Ticket => ({ id: 42, ...open(REQUEST, MORNING) });
const at = (ticket: Ticket, actor: Actor, change: Change): Decision => decide(ticket, change, actor, LINE, LATER);
const after = (ticket: Ticket, actor: Actor, change: Change): Ticket => at(ticket, actor, change).ticket;

function refusalOf(work: () => unknown): RefusalReason {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
  throw new Error('it was not refused');
}

/** A ticket brought to each status by its own rules. */
function inStatus(status: TicketStatus): Ticket {
  const claimed = after(fresh(), ANNA, { kind: 'claim' });
  const resolved = after(claimed, ANNA, { kind: 'resolve', text: 'New cable', article: null });
  switch (status) {
    case 'open':
      return fresh();
    case 'claimed':
      return claimed;
    case 'waiting':
      return after(claimed, ANNA, { kind: 'wait', text: 'Which office?' });
    case 'resolved':
      return resolved;
    case 'closed':
      return after(resolved, SYSTEM, { kind: 'close' });
  }
}

const CHANGES: Record<ChangeKind, Change> = {
  claim: { kind: 'claim' },
  release: { kind: 'release' },
  assign: { kind: 'assign', to: BEN.id, toIsAgent: true },
  escalate: { kind: 'escalate', reason: 'Needs the network team' },
  prioritise: { kind: 'prioritise', priority: 'P1' },
  categorise: { kind: 'categorise', category: 'hardware' },
  comment: { kind: 'comment', visibility: 'public', text: 'Hello' },
  wait: { kind: 'wait', text: 'Which office?' },
  resolve: { kind: 'resolve', text: 'Restarted', article: null },
  reopen: { kind: 'reopen', reason: 'Still broken' },
  close: { kind: 'close' },
};

describe('what each person may do with a ticket in each state', () => {
  const everything: readonly ChangeKind[] = Object.keys(CHANGES) as ChangeKind[];
  const active: ChangeKind[] = ['assign', 'escalate', 'prioritise', 'categorise', 'comment', 'wait', 'resolve'];
  const AGENT_MAY: Record<TicketStatus, ChangeKind[]> = {
    open: [...active, 'claim'],
    claimed: [...active, 'release'],
    waiting: [...active, 'release'],
    resolved: ['categorise', 'comment', 'reopen'],
    closed: ['categorise'],
  };
  const REQUESTER_MAY: Record<TicketStatus, ChangeKind[]> = {
    open: ['comment'],
    claimed: ['comment'],
    waiting: ['comment'],
    resolved: ['comment', 'reopen'],
    closed: [],
  };
  const SYSTEM_MAY: Record<TicketStatus, ChangeKind[]> = {
    open: [],
    claimed: [],
    waiting: [],
    resolved: ['close'],
    closed: [],
  };
  const NOBODY: Record<TicketStatus, ChangeKind[]> = { open: [], claimed: [], waiting: [], resolved: [], closed: [] };

  it.each([
    ['an agent', BEN, AGENT_MAY],
    ['the requester', NORA, REQUESTER_MAY],
    ['a stranger', STRANGER, NOBODY],
    ['the helpdesk itself', SYSTEM, SYSTEM_MAY],
  ] as const)('%s: exactly what the table says', (_who, actor, allowed) => {
    for (const status of TICKET_STATUSES) {
      // Ben gives the ticket to Anna where she has it already otherwise.
      const may = everything.filter((kind) => {
        try {
          at(inStatus(status), actor, CHANGES[kind]);
          return true;
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
          return false;
        }
      });

      expect({ status, may: may.sort() }).toEqual({ status, may: [...allowed[status]].sort() });
    }
  });

  it('the requester may say that it is solved, but not how: others are shown that as the answer', () => {
    const words: Change = { kind: 'resolve', text: 'Call this number', article: null };
    const article: Change = { kind: 'resolve', text: '', article: 'vpn-drops' };

    expect(after(fresh(), NORA, { kind: 'resolve', text: '', article: null }).status).toBe('resolved');
    for (const change of [words, article])
      expect(refusalOf(() => at(fresh(), NORA, change))).toEqual({ code: 'not-an-agent', line: 'IT Service Desk' });
  });

  it('the requester may not leave an internal note', () => {
    const note: Change = { kind: 'comment', visibility: 'internal', text: 'x' };

    expect(refusalOf(() => at(fresh(), NORA, note))).toEqual({ code: 'not-an-agent', line: 'IT Service Desk' });
  });
});

describe('claiming', () => {
  it('makes the agent the assignee and counts as the first response', () => {
    const { ticket, event } = at(fresh(), ANNA, { kind: 'claim' });

    expect(ticket).toMatchObject({ status: 'claimed', assignee: ANNA.id, version: 2, firstResponseAt: LATER });
    expect(event).toEqual({ ticketId: 42, version: 2, actor: ANNA.id, at: LATER, what: { kind: 'claimed' } });
  });

  it('tells the second agent who was first', () => {
    expect(refusalOf(() => at(inStatus('claimed'), BEN, { kind: 'claim' }))).toEqual({
      code: 'already-claimed',
      by: ANNA.id,
    });
  });

  it('tells the assignee that it is theirs already', () => {
    expect(refusalOf(() => at(inStatus('claimed'), ANNA, { kind: 'claim' }))).toEqual({ code: 'already-yours' });
  });
});

describe('escalating', () => {
  it('moves the ticket to the next line, where nobody has it yet', () => {
    const ticket = after(inStatus('claimed'), ANNA, { kind: 'escalate', reason: 'Firewall' });

    expect(ticket).toMatchObject({ line: 'it-l2', status: 'open', assignee: null });
  });

  it('is refused on the last line', () => {
    const last = { ...LINE, escalatesTo: null };

    expect(refusalOf(() => decide(fresh(), CHANGES.escalate, ANNA, last, LATER))).toEqual({ code: 'no-next-line' });
  });
});

describe('the requester speaking', () => {
  const says = (ticket: Ticket, text: string): Ticket =>
    after(ticket, NORA, { kind: 'comment', visibility: 'public', text });

  it('puts a waiting ticket back to work', () => {
    expect(says(inStatus('waiting'), 'Kraków').status).toBe('claimed');
  });

  it('reopens a resolved ticket for the same agent', () => {
    expect(says(inStatus('resolved'), 'It broke again')).toMatchObject({
      status: 'claimed',
      assignee: ANNA.id,
      resolvedAt: null,
      resolution: null,
    });
  });

  it('does not reopen it by a thank-you', () => {
    expect(says(inStatus('resolved'), 'Thanks a lot!').status).toBe('resolved');
  });

  it.each([
    'thanks',
    'Thank you so much!',
    'ok, thanks 👍',
    'Dziękuję bardzo!',
    'dzięki 🙂',
    'Super, działa',
    'It works now, thanks',
    '👍',
    ':+1::skin-tone-2:',
    'thanks :pray:',
    'Dzięki!:slightly_smiling_face: działa :tada:',
    'Dzięki za pomoc!',
    'Dziękuję bardzo za szybką odpowiedź',
    'Thank you for your help 🙂',
    'thanks for the quick reply',
    'Super dzięki, już działa',
    'dzięki, pomogło',
    'Zadziałało, miłego dnia!',
    "it's working again, thanks",
    'That solved it. Cheers!',
    'ok thx bye',
    'Perfect, everything works now',
    'Thanks Anna!',
    'Dzięki za pomoc, Aniu 🙂',
    'Thank you\nZofia Nowak',
    'thanks @Anna Kowalska',
  ])('hears a thank-you in "%s"', (text) => expect(isThanks(text)).toBe(true));

  it.each([
    'thanks, but it still fails',
    'ok but no',
    'Dziękuję, ale nadal nie działa',
    'it works only in the office',
    'no thanks needed, broken',
    'thanks :pray: but it still fails',
    'since 10:30:15',
    'again',
    'yes',
    'thanks for nothing',
    'Thanks Anna, it still fails',
    'Thanks, VPN',
    'Dziękuję. Nadal pada',
    'Anna',
    'Printer, Anna',
    'thanks for your help with the vpn',
    'it worked yesterday',
    'pomogło na chwilę',
    'to nie pomogło',
    'it is not fixed',
    'dzięki za pomoc ale vpn nadal pada',
  ])('hears more than a thank-you in "%s"', (text) => expect(isThanks(text)).toBe(false));

  it('does not count as a first response', () => {
    expect(says(fresh(), 'Anybody there?').firstResponseAt).toBeNull();
  });
});

it('assigning refuses somebody who is not an agent of the line', () => {
  const change: Change = { kind: 'assign', to: STRANGER.id, toIsAgent: false };

  expect(refusalOf(() => at(fresh(), ANNA, change))).toEqual({ code: 'assignee-not-an-agent', person: STRANGER.id });
});

it('reopening a ticket that nobody had leaves it open for all', () => {
  const withdrawn = after(fresh(), NORA, { kind: 'resolve', text: '', article: null });

  expect(withdrawn).toMatchObject({ status: 'resolved', assignee: null, firstResponseAt: null });
  expect(after(withdrawn, NORA, { kind: 'reopen', reason: '' }).status).toBe('open');
});

it('the first event is the ticket’s first version', () => {
  expect(opened(fresh(), REQUEST)).toEqual({
    ticketId: 42,
    version: 1,
    actor: 'slack:U0NORA',
    at: MORNING,
    what: { kind: 'opened', line: 'it', priority: 'P3', impact: 'person', urgency: 'blocked' },
  });
});

it.each([
  ['company', 'blocked', 'P1'],
  ['company', 'hindered', 'P2'],
  ['company', 'can-wait', 'P3'],
  ['team', 'blocked', 'P2'],
  ['team', 'hindered', 'P3'],
  ['team', 'can-wait', 'P4'],
  ['person', 'blocked', 'P3'],
  ['person', 'hindered', 'P4'],
  ['person', 'can-wait', 'P4'],
] as const)('%s × %s is %s', (impact, urgency, priority) => {
  expect(priorityOf(impact, urgency)).toBe(priority);
});
