/**
 * Which ticket a message shows, or tells somebody of in their own chat. People can be faster than our own note of a message that
 * is just being posted, so while a ticket is being posted in that place an unknown message is looked up again.
 */
import type { Address } from './domain/person';
import type { Session, Store } from './store/store';

/** Together far below the three seconds in which an event must be answered. */
const LOOKS = 4;
const LOOK_MS = 250;

/**
 * The ticket's id; null when the message shows none.
 * @param place the message's address
 * @throws Error when it cannot be told yet: a process died while it posted a ticket there, and the message may be that
 * post. It is found when the delivery is taken up again.
 */
export async function shownAt(store: Store, ref: string, place: Address): Promise<number | null> {
  for (let look = 1; ; look += 1) {
    const found = await store.read((session) => lookUp(session, ref, place));
    if (found !== 'in doubt') return found;
    if (look === LOOKS) throw new Error(`a ticket is being posted in ${place}: ask again what ${ref} shows`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function lookUp(session: Session, ref: string, place: Address): Promise<number | null | 'in doubt'> {
  // Before the message itself: a post that is noted in between must not be missed by both looks.
  const inDoubt = await session.outbox.inDoubt(place, 20);
  const message = await session.tickets.messageAt(ref);
  if (message !== null) return message.ticketId;
  for (const { payload } of inDoubt) {
    if (payload.kind !== 'show-ticket') continue;
    const shown = await session.tickets.message(payload.ticketId, place);
    if (shown === null) return 'in doubt';
    // Noted since the last look: without this the two looks would miss it between them.
    if (shown.ref === ref) return shown.ticketId;
  }
  return toldOf(session, ref, place);
}

/** Where their own chat has no threads, people quote what they were told of a ticket, and mean that ticket. */
async function toldOf(session: Session, ref: string, place: Address): Promise<number | null> {
  // A channel has far more messages, and its threads begin with a ticket's.
  if ((await session.people.find(place)) === null) return null;
  return (await session.posted.at(place, ref))?.ticketId ?? null;
}
