/**
 * How much one person may ask for in a minute, so that a stuck key, a script or an angry colleague slows nobody else down.
 * Counted in this process alone and in memory: a count in the database would be the load that it is to prevent. Behind a load
 * balancer a person so has at most the limit times the number of processes.
 */
import type { PersonId } from '../domain/person';

const MINUTE_MS = 60_000;

/** `first`: the first that is too much in this minute, worth a word; the others are not. */
export type Verdict = 'in-time' | 'first' | 'too-fast';

interface Taken {
  /** What was taken in this minute: a repeated delivery of it is no more of it. */
  readonly ids: Set<string>;
  told: boolean;
}

export class Pace {
  private minute = 0;
  /** Of this minute only, so that it holds no more than one minute can bring. */
  private taken = new Map<PersonId, Taken>();

  /** @param perMinute 0 for no limit */
  constructor(private readonly perMinute: number) {}

  /** @param id the interaction's */
  of(person: PersonId, id: string, now: Date): Verdict {
    if (this.perMinute === 0) return 'in-time';
    const minute = Math.floor(now.getTime() / MINUTE_MS);
    if (minute !== this.minute) {
      this.minute = minute;
      this.taken = new Map();
    }
    const taken = this.taken.get(person) ?? { ids: new Set<string>(), told: false };
    this.taken.set(person, taken);
    if (taken.ids.has(id)) return 'in-time';
    if (taken.ids.size < this.perMinute) {
      taken.ids.add(id);
      return 'in-time';
    }
    if (taken.told) return 'too-fast';
    taken.told = true;
    return 'first';
  }
}
