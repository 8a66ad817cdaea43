/** What time brings: summaries at their hour, tickets to close, words and rows to forget. Safe to run from every process. */
import type { Clock } from './clock';
import type { Person } from './domain/person';
import { SYSTEM } from './domain/person';
import { Refusal } from './domain/refusal';
import type { Erasure } from './erasure';
import type { Helpdesk } from './helpdesk';
import type { Store } from './store/store';
import type { Summaries } from './summaries';

export interface ChoreParts {
  readonly store: Store;
  readonly helpdesk: Helpdesk;
  readonly summaries: Summaries;
  readonly erasure: Erasure;
  readonly clock: Clock;
}

/** How long handled interactions are remembered; chats repeat themselves for minutes. */
const REMEMBER_MS = 7 * 86_400_000;
/** How long delivered announcements are kept for an operator to look at. */
const KEEP_DELIVERED_MS = 30 * 86_400_000;

/** Everything that is due by now; what earlier runs missed is caught up with. */
export async function doChores({ store, helpdesk, summaries, erasure, clock }: ChoreParts): Promise<void> {
  const now = clock.now();
  await summaries.announceDue(now);
  await closeResolved({ store, helpdesk, clock });
  await erasure.retention();
  await erasure.finish();
  await store.write(async (session) => {
    await session.interactions.prune(new Date(now.getTime() - REMEMBER_MS));
    await session.outbox.prune(new Date(now.getTime() - KEEP_DELIVERED_MS));
  });
}

/** Closes what was resolved some days ago and not reopened. @returns how many. */
export async function closeResolved({
  store,
  helpdesk,
  clock,
}: Pick<ChoreParts, 'store' | 'helpdesk' | 'clock'>): Promise<number> {
  const before = new Date(clock.now().getTime() - helpdesk.setUp.closeAfterDays * 86_400_000);
  const due = await store.read((session) => session.tickets.resolvedBefore(before, 100));
  const system: Person = { id: SYSTEM, name: SYSTEM, email: null, language: null, address: SYSTEM };
  for (const { id, version } of due) {
    const by = { person: system, cause: `close:${id}:v${version}` };
    await helpdesk.act(id, { kind: 'close' }, by).catch(ignoreRefusal);
  }
  return due.length;
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
}
