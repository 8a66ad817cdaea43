/** The states of a ticket. */

/** `open` → `claimed` → `waiting` (on the requester) → `resolved` → `closed`. Escalation is a move to another line. */
export const TICKET_STATUSES = ['open', 'claimed', 'waiting', 'resolved', 'closed'] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

/** Open, claimed or waiting: somebody still has something to do. */
export function isActive(status: TicketStatus): boolean {
  return status === 'open' || status === 'claimed' || status === 'waiting';
}
