/** Where people and channels of a chat are reached, as the chats' bots keep it. */
import type { PlaceBook } from './chat/chat-bot';
import type { Clock } from './clock';
import type { Store } from './store/store';

/**
 * What a chat keeps of where people are reached, in the database: every process knows it at once.
 * @param onKept somebody may be reachable now who was not
 */
export function placesIn(store: Store, platform: string, clock: Clock, onKept?: () => void): PlaceBook {
  return {
    find: (place) => store.read((session) => session.places.find(place)),
    latest: (limit) => store.read((session) => session.places.latest(platform, limit)),
    keep: async (place, reference) => {
      await store.write((session) => session.places.keep(place, reference, clock.now()));
      onKept?.();
    },
  };
}
