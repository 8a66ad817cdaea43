/** One interaction, one change: the transaction around every operation, and what its repetition is answered with. */
import type { Clock } from './clock';
import type { Address, Person, PersonId } from './domain/person';
import { SYSTEM } from './domain/person';
import { askWhetherOne } from './identity';
import type { Session, Store } from './store/store';

/** Who acts, by which delivery, and where it is seen already. */
export interface Act {
  readonly person: Person;
  /** The natural key of the interaction; see Interaction.id. */
  readonly cause: string;
  /** The place whose readers saw the act itself, such as the thread a note was written in. */
  readonly origin?: Address;
  /** The chat's reference of the message in which the act itself was written. */
  readonly message?: string;
}

export interface OnceParts {
  readonly store: Store;
  readonly clock: Clock;
  /** Called after something was announced, so that it is delivered at once. */
  readonly wake: () => void;
  /** Told of each interaction that is stored, and whether it was before. */
  readonly handled?: (repeated: boolean, cause: string) => void;
}

/** What is known before the work, and so needs no statement of its own. */
export interface Foreseen {
  /** What the work will come to, unless it fails. */
  readonly result: number;
  /** Whom it will look up. */
  readonly people: readonly PersonId[];
}

const NOTHING: Foreseen = { result: 0, people: [] };

/** Runs the work unless this interaction was handled already; either way gives the result. */
export async function once(
  parts: OnceParts,
  by: Act,
  work: (session: Session, at: Date) => Promise<number>,
): Promise<number> {
  return (await onceOrRepeated(parts, by, work)).result;
}

/** The same, for whoever must know whether it was handled before. */
export async function onceOrRepeated(
  { store, clock, wake, handled }: OnceParts,
  by: Act,
  work: (session: Session, at: Date) => Promise<number>,
  foreseen = NOTHING,
): Promise<{ result: number; repeated: boolean }> {
  const at = clock.now();
  let repeated = false;
  const result = await store.write(async (session) => {
    // First, so that a repetition under way at the same moment waits here for this one's outcome.
    const begun = session.interactions.begin(by.cause, at, foreseen.result);
    const met = by.person.id === SYSTEM ? null : meet(session, by.person, foreseen.people);
    // Asked in the same breath, it fails with a repetition, which has no need of it.
    met?.catch(() => undefined);
    const earlier = await begun;
    repeated = earlier !== null;
    if (earlier !== null) return earlier;
    if (met !== null) {
      const others = await met;
      await session.people.remember(by.person);
      await askWhetherOne(session, by.person, others, by.cause, at);
    }
    const fresh = await work(session, at);
    if (fresh !== foreseen.result) await session.interactions.finish(by.cause, fresh);
    return fresh;
  });
  handled?.(repeated, by.cause);
  wake();
  return { result, repeated };
}

/** Reads who acts and whom that will concern. @returns whom somebody who acts may be as well; see unasked */
async function meet(session: Session, person: Person, concerned: readonly PersonId[]): Promise<Person[]> {
  const [others] = await Promise.all([
    session.identities.unasked(person),
    session.people.load([person.id, ...concerned]),
  ]);
  return others;
}
