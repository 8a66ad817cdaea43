/** Every "no" the helpdesk can say. A refusal is expected: it is shown to the person and changes nothing. */
import type { PersonId } from './person';
import type { TicketStatus } from './ticket-status';

export type RefusalReason =
  | { readonly code: 'already-claimed'; readonly by: PersonId }
  | { readonly code: 'already-yours' }
  | { readonly code: 'not-an-agent'; readonly line: string }
  | { readonly code: 'not-a-manager' }
  | { readonly code: 'assignee-not-an-agent'; readonly person: PersonId }
  | { readonly code: 'not-your-ticket' }
  | { readonly code: 'wrong-status'; readonly status: TicketStatus }
  | { readonly code: 'no-next-line' }
  | { readonly code: 'no-such-ticket' }
  | { readonly code: 'no-such-question' }
  /** A question has at most one ticket. */
  | { readonly code: 'has-a-ticket'; readonly ticketId: number; readonly status: TicketStatus }
  | { readonly code: 'no-such-article' }
  | { readonly code: 'no-such-draft' }
  /** It was published or dropped. */
  | { readonly code: 'draft-done' }
  /** Somebody changed it after whoever acts had read it. */
  | { readonly code: 'draft-moved' }
  | { readonly code: 'draft-in-review' }
  | { readonly code: 'draft-not-in-review' }
  | { readonly code: 'needs-review' }
  | { readonly code: 'own-draft' }
  /** Somebody published another version meanwhile. */
  | { readonly code: 'article-moved' }
  | { readonly code: 'article-retired' }
  /** For the forms of a chat. */
  | { readonly code: 'article-too-long' | 'words-too-long'; readonly limit: number }
  | { readonly code: 'unchanged' }
  | { readonly code: 'roster-unavailable' }
  | { readonly code: 'not-the-same-person' }
  /** More in one minute than is taken of one person. */
  | { readonly code: 'too-fast' }
  | { readonly code: 'stale-button' };

export class Refusal extends Error {
  constructor(readonly reason: RefusalReason) {
    super(reason.code);
    this.name = 'Refusal';
  }
}
