/** What is shown for a row of the outbox, and which message mirrors a ticket or a draft in a place. */
import type { Card } from '../chat/card';
import type { MessageRef } from '../chat/chat-surface';
import type { Address } from '../domain/person';
import type { Session } from '../store/store';

/** What to show for a row now. */
export type Drawing =
  /** One message a ticket and place, or a draft and place, redrawn as it changes. */
  | {
      readonly kind: 'mirror';
      readonly of: 'ticket';
      readonly card: Card;
      readonly ticketId: number;
      readonly version: number;
      readonly view: 'line' | 'requester';
      /** Other tickets it tells of. */
      readonly tellsOf: readonly number[];
    }
  | {
      readonly kind: 'mirror';
      readonly of: 'draft';
      readonly card: Card;
      readonly draftId: number;
      readonly version: number;
    }
  /** A message of its own, in this thread or that of the ticket's message where there is one. */
  | {
      readonly kind: 'message';
      readonly card: Card;
      readonly ticketId: number | null;
      readonly thread?: MessageRef | undefined;
      /** The version of the ticket whose event it says. */
      readonly says?: number;
    }
  /** A message of before, drawn anew where it is. */
  | { readonly kind: 'redraw'; readonly card: Card; readonly ref: MessageRef }
  /** Nothing any more. */
  | { readonly kind: 'nothing' };

export type Mirrored = Extract<Drawing, { kind: 'mirror' }>;

/** The message in a place that mirrors it, if there is one. */
export function shownAlready(
  session: Session,
  drawing: Mirrored,
  place: Address,
): Promise<{ ref: MessageRef; shownVersion: number } | null> {
  if (drawing.of === 'draft') return session.drafts.message(drawing.draftId, place);
  return session.tickets.message(drawing.ticketId, place);
}

/** Notes where what is mirrored is shown now. */
export function noteShown(
  session: Session,
  drawing: Mirrored,
  message: { place: Address; ref: MessageRef; shownVersion: number },
): Promise<void> {
  if (drawing.of === 'draft') return session.drafts.shown({ draftId: drawing.draftId, ...message });
  return session.tickets.shown({
    ticketId: drawing.ticketId,
    view: drawing.view,
    tellsOf: drawing.tellsOf,
    ...message,
  });
}
