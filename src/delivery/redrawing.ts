/** Messages besides the cards of tickets: kept when they are posted, so that they can be drawn anew where they are. */
import type { Card } from '../chat/card';
import type { ChatSurface, MessageRef } from '../chat/chat-surface';
import { DeliveryError } from '../chat/chat-surface';
import type { OutboxRow, PostedMessage } from '../store/rows';

/** What is kept of a message that a row posted. */
export function postedBy({ key, place, payload }: OutboxRow, ref: MessageRef, at: Date): Omit<PostedMessage, 'id'> {
  return { key, place, ref, ticketId: 'ticketId' in payload ? payload.ticketId : null, payload, at };
}

/** @returns whether it is still there. @throws DeliveryError when that cannot be told now */
export async function redraw(ref: MessageRef, card: Card, surface: ChatSurface): Promise<boolean> {
  try {
    await surface.update(ref, card);
    return true;
  } catch (error) {
    if (error instanceof DeliveryError && error.problem === 'gone') return false;
    throw error;
  }
}
