/**
 * Brings what the outbox holds to the chats: which rows, when, and how many at once. Whatever dies in between is taken up again
 * when its lease ends. It decides nothing about tickets and knows no platform.
 */
import type { Address } from '../domain/person';
import type { OutboxRow } from '../store/rows';
import type { DeliveryParts } from './deliveries';
import { Deliveries } from './deliveries';
import { Pace, Rests } from './pace';

export interface CourierParts extends DeliveryParts {
  /** How long a card that was just drawn is left as it is, so that many changes at once cost two calls; a second when absent. */
  readonly cardRestsMs?: number;
}

const POLL_MS = 1000;
/**
 * So many times as long as a look took nobody looks again: every change wakes the courier, and where much waits for few places
 * a look reads past all of it and finds nothing that may be begun.
 */
const REST_SHARE = 4;
/** Slack takes about one change of a message a second. https://docs.slack.dev/apis/web-api/rate-limits */
const CARD_RESTS_MS = 1000;
/** Rows read at once. */
const BATCH = 50;

export class Courier {
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;
  private again = false;
  private stopped = false;
  private restUntil = 0;
  /** Deliveries under way. One at a time to each place: chats limit the pace of a place, and a slow one holds up no other. */
  private readonly busy = new Map<Address, { readonly work: Promise<void>; readonly begunMs: number }>();
  /** What the last look found for places that could not be served at once; the lease tells whether it still holds. */
  private ready = new Map<Address, OutboxRow[]>();
  private readonly cards: Rests;
  /** Looks again when the first of the cards that rest may be drawn. */
  private later: NodeJS.Timeout | null = null;
  private readonly pace = new Pace(() => performance.now());
  private readonly deliveries: Deliveries;

  constructor(private readonly parts: CourierParts) {
    this.cards = new Rests(parts.cardRestsMs ?? CARD_RESTS_MS);
    this.deliveries = new Deliveries(parts, (lane) => this.cards.begin(lane));
  }

  start(): void {
    this.timer = setInterval(() => this.lookSoon(), POLL_MS);
    this.lookSoon();
  }

  /** Somebody acted, so something was announced: looks at the outbox now. */
  wake(): void {
    this.pace.count();
    this.lookSoon();
  }

  private lookSoon(): void {
    if (this.stopped) return;
    this.again = true;
    this.looking ??= this.look().finally(() => {
      this.looking = null;
    });
  }

  /** Tries the unreachable places of a platform again at once: something there has changed. */
  async revisit(platform: string): Promise<void> {
    const places = this.deliveries.unreachable(platform);
    if (places.length === 0) return;
    await this.parts.store.write((session) => session.outbox.release(places, this.parts.clock.now()));
    this.lookSoon();
  }

  /** Settles when nothing that is due now is left. */
  async drained(): Promise<void> {
    while (this.looking !== null || this.busy.size > 0 || this.later !== null) {
      await (this.looking ?? Promise.race([...this.works(), pause(10)]));
    }
  }

  /** Takes no more rows and lets those under way finish. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearInterval(this.timer);
    await this.looking;
    if (this.later !== null) clearTimeout(this.later);
    this.later = null;
    await Promise.all(this.works());
  }

  private async look(): Promise<void> {
    while (this.again && !this.stopped && this.mayBegin()) {
      await pause(this.restUntil - performance.now());
      this.again = false;
      const began = performance.now();
      const now = this.parts.clock.now();
      try {
        const rows = await this.parts.store.read((session) => session.outbox.due(now, BATCH, [...this.busy.keys()]));
        const ready = rows.filter((row) => !this.rests(row));
        this.ready = byPlace(ready);
        this.beginReady();
        // All of few places, perhaps: others may wait behind them.
        if (rows.length === BATCH && ready.length > 0) this.again = true;
      } catch (err) {
        this.parts.log.error({ err }, 'the outbox cannot be read');
      }
      const ended = performance.now();
      this.restUntil = ended + Math.min(REST_SHARE * (ended - began), POLL_MS);
    }
  }

  /** Whether a row has to wait because its card was drawn just now. */
  private rests({ lane, payload }: OutboxRow): boolean {
    const leftMs = payload.kind === 'show-ticket' ? this.cards.left(lane) : 0;
    if (leftMs <= 0) return false;
    this.later ??= setTimeout(() => {
      this.later = null;
      this.lookSoon();
    }, leftMs);
    return true;
  }

  /** As many places as may be served now. */
  private beginReady(): void {
    for (const [place, rows] of this.ready) {
      if (this.stopped || !this.mayBegin()) return;
      this.ready.delete(place);
      // Begun since they were read.
      if (!this.busy.has(place)) this.begin(place, rows);
    }
  }

  private begin(place: Address, rows: readonly OutboxRow[]): void {
    const work = this.oneByOne(place, rows).then((goOn) => {
      this.busy.delete(place);
      if (!goOn) return;
      this.beginReady();
      if (this.ready.size === 0) this.lookSoon();
    });
    this.busy.set(place, { work, begunMs: performance.now() });
  }

  /** @param besides the place that would go on */
  private mayBegin(besides?: Address): boolean {
    const others = [...this.busy].filter(([place]) => place !== besides);
    return this.pace.allows(others.map(([, { begunMs }]) => begunMs));
  }

  private works(): Promise<void>[] {
    return [...this.busy.values()].map(({ work }) => work);
  }

  /** @returns whether to look for more at once: not when the database is away, which must not be asked without a pause */
  private async oneByOne(place: Address, rows: readonly OutboxRow[]): Promise<boolean> {
    try {
      for (const row of rows) {
        const began = performance.now();
        // One that failed may have told that its place wants a pause.
        if (this.stopped || !(await this.deliveries.take(row))) return true;
        await pause(this.pace.restMs(performance.now() - began));
        if (!this.mayBegin(place)) return true;
        this.busy.set(place, { work: this.busy.get(place)!.work, begunMs: performance.now() });
      }
      return true;
    } catch (err) {
      this.parts.log.error({ place, err }, 'a delivery could not be taken');
      return false;
    }
  }
}

function pause(ms: number): Promise<void> | undefined {
  return ms <= 0 ? undefined : new Promise((resolve) => setTimeout(resolve, ms));
}

function byPlace(rows: readonly OutboxRow[]): Map<Address, OutboxRow[]> {
  const places = new Map<Address, OutboxRow[]>();
  for (const row of rows) places.set(row.place, [...(places.get(row.place) ?? []), row]);
  return places;
}
