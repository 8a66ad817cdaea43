/** One try to deliver one row, and the moment from which on it may have been delivered. */
import type { Card } from '../chat/card';
import type { ChatSurface, MessageRef } from '../chat/chat-surface';
import { DeliveryError } from '../chat/chat-surface';
import type { OutboxRow } from '../store/rows';
import type { Lease } from './lease';

export interface Attempt {
  /** As leased, but with the doubt there was before. */
  readonly row: OutboxRow;
  readonly lease: Lease;
  readonly begunAt: Date;
  /** Whether it came to the post. */
  posting: boolean;
  /** Whether its place, or the whole chat, wants a pause. */
  holdsBack: boolean;
}

/** From here on the message may be there, whatever becomes of the call. */
export function posting(
  attempt: Attempt,
  surface: ChatSurface,
  card: Card,
  thread: MessageRef | null,
): Promise<MessageRef> {
  const { place, key, doubtfulSince: attemptedSince } = attempt.row;
  requireHeld(attempt);
  attempt.posting = true;
  return surface.post(place, card, { key, attemptedSince, thread, requireTurn: () => requireHeld(attempt) });
}

/** @throws DeliveryError when somebody else may have the row by now: it is theirs to show */
export function requireHeld({ lease }: Attempt): void {
  if (!lease.isHeld()) throw new DeliveryError('later', 'the lease ended before it could be shown');
}
