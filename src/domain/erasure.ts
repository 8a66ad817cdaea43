/** What is left of a ticket or a draft when people or words are taken out of it: everything that is counted. */
import type { Draft } from './authoring';
import type { PersonId } from './person';
import { SYSTEM } from './person';
import type { Decision, Ticket } from './ticket';

/** In place of a subject, which no ticket is without. */
const ERASED = '[erased]';

/** After the time that a line keeps words, or because a person is to be forgotten. */
export type ErasureReason = 'retention' | 'request';

export interface TicketErasure {
  readonly why: ErasureReason;
  /** The name of somebody afterwards. */
  readonly nameOf: (id: PersonId) => PersonId;
  /** Whether all that was written goes. */
  readonly whole: boolean;
  readonly resolution: boolean;
}

export function erasedTicket(ticket: Ticket, { why, nameOf, whole, resolution }: TicketErasure, at: Date): Decision {
  const next: Ticket = {
    ...ticket,
    ...(whole ? { subject: ERASED, details: '' } : {}),
    ...(resolution ? { resolution: null } : {}),
    requester: nameOf(ticket.requester),
    openedBy: nameOf(ticket.openedBy),
    assignee: ticket.assignee === null ? null : nameOf(ticket.assignee),
    version: ticket.version + 1,
    updatedAt: at,
  };
  return {
    ticket: next,
    event: { ticketId: ticket.id, version: next.version, actor: SYSTEM, at, what: { kind: 'erased', why } },
  };
}

/**
 * A draft goes with the ticket it was made from, or with the only people who wrote it. What others wrote too, and what was
 * published, belongs to the desk: only names go, and what they said as its reviewer.
 * @returns null when there is nothing to take out
 */
export function erasedDraft(
  draft: Draft,
  { ids, nameOf, whole }: { ids: ReadonlySet<PersonId>; nameOf: (id: PersonId) => PersonId; whole: boolean },
  at: Date,
): Draft | null {
  const { state, author, authors, reviewer, remark } = draft;
  const goes = state !== 'published' && draft.body !== '' && (whole || authors.every((id) => ids.has(id)));
  const isReviewer = reviewer !== null && ids.has(reviewer);
  if (!goes && !isReviewer && ![author, ...authors].some((id) => ids.has(id))) return null;
  return {
    ...draft,
    ...(goes ? { title: ERASED, body: '', tags: [], url: null, state: 'dropped' as const } : {}),
    author: nameOf(author),
    authors: [...new Set(authors.map(nameOf))],
    reviewer: reviewer === null ? null : nameOf(reviewer),
    remark: goes || isReviewer ? null : remark,
    version: draft.version + 1,
    updatedAt: at,
  };
}
