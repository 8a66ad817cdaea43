/**
 * How many places a courier serves at once. Whoever acts waits for the acknowledgement, and delivering takes the same processor
 * and the same connections: while many act, little is delivered, and as soon as fewer do, the rest follows at once.
 */

/** When nobody else is waited for. */
const AT_ONCE = 10;
/**
 * Interactions a second from which on one place is served at a time, with rests. Measured on MariaDB with 100 a second on two cores:
 * the 99th percentile of acknowledgements is 11 ms, without the rests 17, and with ten places at a time several times that.
 */
const BUSY_PER_S = 60;
/** A delivery that takes longer waits for its chat, and takes nothing from anybody. */
const WAITS_FOR_CHAT_MS = 500;

const LONGEST_REST_MS = 250;

export class Pace {
  /** Interactions of the last second or so: each counts one, and less as time passes. */
  private lately = 0;
  private countedAtMs = 0;

  /** @param nowMs of a clock that never goes back, such as performance.now() */
  constructor(private readonly nowMs: () => number) {}

  /** Somebody acted. */
  count(): void {
    this.lately = this.perSecond() + 1;
    this.countedAtMs = this.nowMs();
  }

  /** Whether another place may be served now. @param begunMs when each delivery under way was begun */
  allows(begunMs: readonly number[]): boolean {
    const now = this.nowMs();
    const atWork = begunMs.filter((each) => now - each < WAITS_FOR_CHAT_MS).length;
    return begunMs.length < AT_ONCE && atWork < Math.max(1, BUSY_PER_S / this.perSecond());
  }

  /** For how long nothing follows a delivery that took so long: in a rush, the longer the more act. */
  restMs(tookMs: number): number {
    const rush = this.perSecond() / BUSY_PER_S;
    return rush <= 1 ? 0 : Math.min((rush - 1) * tookMs, LONGEST_REST_MS);
  }

  private perSecond(): number {
    return this.lately * Math.exp((this.countedAtMs - this.nowMs()) / 1000);
  }
}

/** What was done just now and may not be done again at once, by name. */
export class Rests {
  private readonly until = new Map<string, number>();

  constructor(private readonly restMs: number) {}

  begin(name: string): void {
    const now = performance.now();
    for (const [each, until] of this.until) {
      // In the order they began, so what comes first ends first.
      if (until > now) break;
      this.until.delete(each);
    }
    this.until.delete(name);
    if (this.restMs > 0) this.until.set(name, now + this.restMs);
  }

  /** How many milliseconds are left; 0 or less when none. */
  left(name: string): number {
    return (this.until.get(name) ?? 0) - performance.now();
  }
}
