/** Long work in short pieces, so that nobody who asks meanwhile waits for all of it. */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work gives way to others after so long: whoever waits for an answer waits at most so long for us, each time it must wait. */
const TURN_MS = 4;

/** @returns what to await between two pieces of work; it takes no time until TURN_MS are over */
export function turns(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < TURN_MS) return undefined;
    return nextTurn().then(() => {
      since = performance.now();
    });
  };
}
