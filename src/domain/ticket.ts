/**
 * The ticket and every decision about it. Pure: a decision takes a ticket as it is and gives the ticket as it will be,
 * with the one event that says what happened, or throws a Refusal. Nothing here knows a database, a chat or the clock.
 */
import type { ArticleId } from './article';
import type { PersonId } from './person';
import { SYSTEM } from './person';
import type { Impact, Priority, Urgency } from './priority';
import { Refusal } from './refusal';
import type { LineKey, SupportLine } from './support-line';
import { phrasesIn } from './text';
import type { TicketStatus } from './ticket-status';
import { isActive } from './ticket-status';

/** How the request reached the helpdesk. */
export type Intake = 'command' | 'message' | 'direct-message' | 'mention' | 'shortcut' | 'phone' | 'walk-in' | 'email';

export interface Ticket {
  readonly id: number;
  readonly subject: string;
  readonly details: string;
  readonly status: TicketStatus;
  readonly line: LineKey;
  readonly priority: Priority;
  /** Key of a category, `network` or `network/vpn`. */
  readonly category: string;
  readonly requester: PersonId;
  /** Who filed it: the requester, or an agent on their behalf. */
  readonly openedBy: PersonId;
  readonly intake: Intake;
  readonly assignee: PersonId | null;
  readonly inquiryId: number | null;
  readonly resolution: string | null;
  readonly resolvedWith: ArticleId | null;
  /** The number of events so far: event `n` made version `n`. */
  readonly version: number;
  readonly openedAt: Date;
  readonly updatedAt: Date;
  /** When an agent first claimed it or answered the requester. */
  readonly firstResponseAt: Date | null;
  readonly resolvedAt: Date | null;
  readonly closedAt: Date | null;
}

/** What happened. `text` of a public comment, a wait or a resolution is shown to the requester; of a note it is not. */
export type Happening =
  | {
      readonly kind: 'opened';
      readonly line: LineKey;
      readonly priority: Priority;
      readonly impact: Impact | null;
      readonly urgency: Urgency | null;
    }
  | { readonly kind: 'claimed' }
  | { readonly kind: 'released' }
  | { readonly kind: 'assigned'; readonly to: PersonId }
  | { readonly kind: 'escalated'; readonly from: LineKey; readonly to: LineKey; readonly reason: string }
  | { readonly kind: 'prioritised'; readonly from: Priority; readonly to: Priority }
  | { readonly kind: 'categorised'; readonly from: string; readonly to: string }
  | { readonly kind: 'commented'; readonly visibility: 'public' | 'internal'; readonly text: string }
  | { readonly kind: 'waiting'; readonly text: string }
  | { readonly kind: 'resolved'; readonly text: string; readonly article: ArticleId | null }
  | { readonly kind: 'reopened'; readonly reason: string }
  | { readonly kind: 'closed' }
  /** Words, and perhaps people, were taken out of what is before it: after a time, or because somebody asked. */
  | { readonly kind: 'erased'; readonly why: 'retention' | 'request' };

export interface TicketEvent {
  readonly ticketId: number;
  /** The ticket's version that this event made; gap-free from 1. */
  readonly version: number;
  readonly actor: PersonId;
  readonly at: Date;
  readonly what: Happening;
}

/** What a person asks to be done with a ticket that exists. */
export type Change =
  | { readonly kind: 'claim' }
  | { readonly kind: 'release' }
  | {
      readonly kind: 'assign';
      readonly to: PersonId;
      /** Whether `to` is an agent of the ticket's line. */ readonly toIsAgent: boolean;
    }
  | { readonly kind: 'escalate'; readonly reason: string }
  | { readonly kind: 'prioritise'; readonly priority: Priority }
  | { readonly kind: 'categorise'; readonly category: string }
  | { readonly kind: 'comment'; readonly visibility: 'public' | 'internal'; readonly text: string }
  | { readonly kind: 'wait'; readonly text: string }
  | { readonly kind: 'resolve'; readonly text: string; readonly article: ArticleId | null }
  | { readonly kind: 'reopen'; readonly reason: string }
  | { readonly kind: 'close' };

export type ChangeKind = Change['kind'];

/** Who asks, seen from this ticket. */
export interface Actor {
  readonly id: PersonId;
  /** Whether the chat says, just now, that they are an agent of the ticket's line. */
  readonly isAgent: boolean;
}

export interface Decision {
  readonly ticket: Ticket;
  readonly event: TicketEvent;
}

export interface NewTicket {
  readonly subject: string;
  readonly details: string;
  readonly line: LineKey;
  readonly priority: Priority;
  readonly impact: Impact | null;
  readonly urgency: Urgency | null;
  readonly category: string;
  readonly requester: PersonId;
  readonly openedBy: PersonId;
  readonly intake: Intake;
  readonly inquiryId: number | null;
}

/** A ticket at its first version. `id` is given by the store. */
export function open(request: NewTicket, at: Date): Omit<Ticket, 'id'> {
  const { impact: _impact, urgency: _urgency, ...facts } = request;
  return {
    ...facts,
    status: 'open',
    assignee: null,
    resolution: null,
    resolvedWith: null,
    version: 1,
    openedAt: at,
    updatedAt: at,
    firstResponseAt: null,
    resolvedAt: null,
    closedAt: null,
  };
}

/**
 * The same form sent twice is one ticket.
 * @throws Refusal has-a-ticket when that is finished, or was asked for in other words: they would be lost
 */
export function openedAgain(ticket: Ticket, { subject, details }: Pick<NewTicket, 'subject' | 'details'>): Ticket {
  const { id: ticketId, status } = ticket;
  if (isActive(status) && ticket.subject === subject && ticket.details === details) return ticket;
  throw new Refusal({ code: 'has-a-ticket', ticketId, status });
}

/** The first event of a ticket. */
export function opened(ticket: Ticket, request: NewTicket): TicketEvent {
  const what: Happening = {
    kind: 'opened',
    line: ticket.line,
    priority: ticket.priority,
    impact: request.impact,
    urgency: request.urgency,
  };
  return { ticketId: ticket.id, version: 1, actor: ticket.openedBy, at: ticket.openedAt, what };
}

/**
 * Decides one change.
 * @throws Refusal when this actor may not do it, or the ticket is not in a state for it.
 */
export function decide(ticket: Ticket, change: Change, actor: Actor, line: SupportLine, at: Date): Decision {
  mayAct(ticket, change, actor, line);
  const { what, ...fields } = outcome(ticket, change, actor, line, at);
  const next: Ticket = { ...ticket, ...fields, version: ticket.version + 1, updatedAt: at };
  return { ticket: next, event: { ticketId: ticket.id, version: next.version, actor: actor.id, at, what } };
}

/**
 * What a requester may do with their own ticket; everything else is for agents of its line. They may say that it is solved,
 * but not how: that is shown to others as the helpdesk's answer.
 */
function isForRequesters(change: Change): boolean {
  switch (change.kind) {
    case 'comment':
      return change.visibility === 'public';
    case 'resolve':
      return change.text === '' && change.article === null;
    default:
      return change.kind === 'reopen';
  }
}

function mayAct(ticket: Ticket, change: Change, actor: Actor, line: SupportLine): void {
  if (change.kind === 'close' ? actor.id === SYSTEM : actor.isAgent) return;
  if (!isForRequesters(change)) throw new Refusal({ code: 'not-an-agent', line: line.name });
  if (actor.id !== ticket.requester) throw new Refusal({ code: 'not-your-ticket' });
}

type Outcome = { readonly what: Happening } & Partial<Ticket>;

function outcome(ticket: Ticket, change: Change, actor: Actor, line: SupportLine, at: Date): Outcome {
  switch (change.kind) {
    case 'claim':
      return claim(ticket, actor, at);
    case 'release':
      requireStatus(ticket, 'claimed', 'waiting');
      return { what: { kind: 'released' }, status: 'open', assignee: null };
    case 'assign':
      return assign(ticket, change.to, change.toIsAgent);
    case 'escalate':
      return escalate(ticket, change.reason, line);
    case 'prioritise':
      requireActive(ticket);
      if (change.priority === ticket.priority) throw new Refusal({ code: 'unchanged' });
      return { what: { kind: 'prioritised', from: ticket.priority, to: change.priority }, priority: change.priority };
    case 'categorise':
      if (change.category === ticket.category) throw new Refusal({ code: 'unchanged' });
      return { what: { kind: 'categorised', from: ticket.category, to: change.category }, category: change.category };
    case 'comment':
      return comment(ticket, change.visibility, change.text, actor, at);
    case 'wait':
      requireActive(ticket);
      return {
        what: { kind: 'waiting', text: change.text },
        status: 'waiting',
        assignee: ticket.assignee ?? actor.id,
        ...firstResponse(ticket, at),
      };
    case 'resolve':
      return resolve(ticket, change.text, change.article, actor, at);
    case 'reopen':
      requireStatus(ticket, 'resolved');
      return { what: { kind: 'reopened', reason: change.reason }, ...reopened(ticket) };
    case 'close':
      requireStatus(ticket, 'resolved');
      return { what: { kind: 'closed' }, status: 'closed', closedAt: at };
  }
}

function claim(ticket: Ticket, actor: Actor, at: Date): Outcome {
  requireActive(ticket);
  if (ticket.assignee === actor.id) throw new Refusal({ code: 'already-yours' });
  if (ticket.assignee !== null) throw new Refusal({ code: 'already-claimed', by: ticket.assignee });
  return { what: { kind: 'claimed' }, status: 'claimed', assignee: actor.id, ...firstResponse(ticket, at) };
}

function assign(ticket: Ticket, to: PersonId, toIsAgent: boolean): Outcome {
  requireActive(ticket);
  if (!toIsAgent) throw new Refusal({ code: 'assignee-not-an-agent', person: to });
  if (ticket.assignee === to) throw new Refusal({ code: 'already-claimed', by: to });
  return { what: { kind: 'assigned', to }, assignee: to, status: ticket.status === 'open' ? 'claimed' : ticket.status };
}

function escalate(ticket: Ticket, reason: string, line: SupportLine): Outcome {
  requireActive(ticket);
  if (line.escalatesTo === null) throw new Refusal({ code: 'no-next-line' });
  const what: Happening = { kind: 'escalated', from: ticket.line, to: line.escalatesTo, reason };
  return { what, line: line.escalatesTo, status: 'open', assignee: null };
}

function comment(ticket: Ticket, visibility: 'public' | 'internal', text: string, actor: Actor, at: Date): Outcome {
  if (ticket.status === 'closed') throw new Refusal({ code: 'wrong-status', status: ticket.status });
  const what: Happening = { kind: 'commented', visibility, text };
  if (visibility === 'internal') return { what };
  if (actor.id === ticket.requester) return { what, ...afterRequesterSpoke(ticket, text) };
  return { what, ...firstResponse(ticket, at) };
}

function resolve(ticket: Ticket, text: string, article: ArticleId | null, actor: Actor, at: Date): Outcome {
  requireActive(ticket);
  return {
    what: { kind: 'resolved', text, article },
    status: 'resolved',
    resolution: text === '' ? null : text,
    resolvedWith: article,
    resolvedAt: at,
    assignee: ticket.assignee ?? (actor.isAgent ? actor.id : null),
    ...(actor.isAgent ? firstResponse(ticket, at) : {}),
  };
}

/** The requester's words put a waiting ticket back to work and reopen a resolved one, unless they only say thanks. */
function afterRequesterSpoke(ticket: Ticket, text: string): Partial<Ticket> {
  if (ticket.status === 'waiting') return { status: 'claimed' };
  if (ticket.status === 'resolved' && !isThanks(text)) return reopened(ticket);
  return {};
}

function reopened(ticket: Ticket): Partial<Ticket> {
  return {
    status: ticket.assignee === null ? 'open' : 'claimed',
    resolution: null,
    resolvedWith: null,
    resolvedAt: null,
  };
}

/** What thanks are made of, each once: no two of them together may be a third, or a long text is read in too many ways. */
const THANKS = new RegExp(
  `^(?:(?:${[
    'ok(?:ay|ej)?|super|great|perfect|good|awesome|bye|cheers|ty|thx|thanks?|thank you|solved|fixed|problem solved',
    'for (?:your |the )?(?:quick |fast )?(?:help|support|answer|reply)',
    '(?:it |that |this |everything )?(?:works|worked|helped)(?: again| fine)?|its (?:working(?: again| fine)?|fixed|solved)',
    '(?:it |that |this )(?:solved|fixed) (?:it|the problem|my problem)|have a (?:nice|good) day',
    'dzi[eę]ki|dzi[eę]kuj[eę]|[sś]wietnie|rozwi[aą]zane|problem rozwi[aą]zany|mi[lł]ego dnia|pozdrawiam',
    'za (?:szybk[aą] )?(?:pomoc|odpowied[zź]|wsparcie|reakcj[eę])',
    '(?:to |wszystko |teraz )?(?:dzia[lł]a|zadzia[lł]a[lł]o|pomog[lł]o)',
  ].join('|')})(?: |$))+$`,
);
const BESIDE_THANKS = /(?<!\p{L})(?:very much|so much|a lot|bardzo|wielkie|all|now|ju[zż])(?!\p{L})/gu;

/** To whom it is said, or by whom, at the end. */
const NAME = /[ ,\n]{1,3}@?\p{Lu}\p{Ll}{2,30}(?: \p{Lu}\p{Ll}{2,30})?[^\p{L}\p{N}]{0,20}$/u;

/** Whether a message is nothing but a thank-you: it must not reopen a ticket. */
export function isThanks(text: string): boolean {
  // Ends at the first that is more, so that a pasted log is not read to its end.
  return phrasesIn(text.replace(NAME, '').replace(/['’]/g, '')).every((phrase) => {
    const rest = phrase.replace(BESIDE_THANKS, '').replace(/\s+/g, ' ').trim();
    return rest === '' || THANKS.test(rest);
  });
}

function firstResponse(ticket: Ticket, at: Date): Partial<Ticket> {
  return ticket.firstResponseAt === null ? { firstResponseAt: at } : {};
}

function requireActive(ticket: Ticket): void {
  if (!isActive(ticket.status)) throw new Refusal({ code: 'wrong-status', status: ticket.status });
}

function requireStatus(ticket: Ticket, ...allowed: TicketStatus[]): void {
  if (!allowed.includes(ticket.status)) throw new Refusal({ code: 'wrong-status', status: ticket.status });
}
