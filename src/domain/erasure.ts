/** What is left of a ticket when people or words are taken out of it: everything that is counted. */
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
