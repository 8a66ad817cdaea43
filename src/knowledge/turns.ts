/** Long work in short pieces, so that nobody who asks meanwhile waits for all of it. */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work gives way to others after so long. */
const TURN_MS = 10;

/** What work calls between two pieces; it waits only when its turn is over. */
export function turns(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < TURN_MS) return;
    await nextTurn();
    since = performance.now();
  };
}
