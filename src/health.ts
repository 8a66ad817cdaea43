/**
 * How the helpdesk does: for `/readyz` every reason why it cannot work just now and what an operator should mend, for
 * `/metrics` the figures.
 */
import type { ChatBot } from './chat/chat-bot';
import type { Clock } from './clock';
import type { Meter } from './meter';
import { inTime } from './patience';
import type { Store } from './store/store';

export interface Readiness {
  readonly ready: boolean;
  /** Why not. */
  readonly problems: readonly string[];
  /** It works, but not for everybody: a channel that cannot be reached, an outbox that is late. */
  readonly warnings: readonly string[];
}

/** An announcement that waits longer than this is worth a word. */
const LATE_MS = 60_000;
/** A database that does not answer a count in this time is not reachable. */
const PATIENCE_MS = 2000;

export async function readiness(
  store: Store,
  bots: readonly (ChatBot & { isConnected(): boolean })[],
  clock: Clock,
): Promise<Readiness> {
  const problems = bots.filter((bot) => !bot.isConnected()).map((bot) => `${bot.surface.platform} is not connected`);
  try {
    const { pending, outbox, failures } = await inTime(PATIENCE_MS, state(store, clock.now()));
    if (pending === null) problems.push('the database was changed by a newer version of the helpdesk');
    else if (pending.length > 0)
      problems.push(`the database lacks ${pending.length} migrations: run "helpdesk migrate"`);
    const late = outbox.oldest !== null && clock.now().getTime() - outbox.oldest.getTime() > LATE_MS;
    const warnings = [...new Set(failures.map(({ place, failure }) => `${place}: ${failure}`))];
    if (store.failing !== null) warnings.push(`the last change could not be stored: ${store.failing}`);
    if (late) warnings.push(`${outbox.waiting} announcements wait, the oldest since ${outbox.oldest?.toISOString()}`);
    return { ready: problems.length === 0, problems, warnings };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ready: false, problems: [...problems, `the database cannot be reached: ${reason}`], warnings: [] };
  }
}

async function state(store: Store, now: Date) {
  const pending = await store.pending();
  return store.read(async (session) => ({
    pending,
    outbox: await session.outbox.state(now),
    failures: await session.outbox.failures(20),
  }));
}

/** What was counted, with what only the database knows. @throws Error when it does not answer in time */
export async function metrics(store: Store, clock: Clock, meter: Meter): Promise<string> {
  const now = clock.now();
  const { waiting, oldest, activeByStatus } = await inTime(
    PATIENCE_MS,
    store.read(async (session) => ({
      ...(await session.outbox.state(now)),
      activeByStatus: await session.tickets.activeByStatus(),
    })),
  );
  const oldestDueSeconds = oldest === null ? 0 : Math.max(0, (now.getTime() - oldest.getTime()) / 1000);
  return meter.text({ waiting, oldestDueSeconds, activeByStatus });
}
