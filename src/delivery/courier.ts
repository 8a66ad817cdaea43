/**
 * Brings what the outbox holds to the chats: takes a row by a lease, draws it from the ticket as it is then, delivers it,
 * settles it. Whatever dies in between is taken up again when the lease ends; a post whose outcome is unknown is looked
 * for before it is repeated. It decides nothing about tickets and knows no platform.
 */
import type { ChatSurface, MessageRef } from '../chat/chat-surface';
import { DeliveryError } from '../chat/chat-surface';
import type { Card } from '../chat/card';
import type { Clock } from '../clock';
import type { Address } from '../domain/person';
import { platformOf } from '../domain/person';
import type { Log } from '../log';
import type { DeliveryOutcome, Meter } from '../meter';
import { NO_TRACING } from '../tracing';
import type { Tracing } from '../tracing';
import type { OutboxRow } from '../store/rows';
import type { Store } from '../store/store';
import { isAway } from '../store/store';
import type { Attempt } from './attempt';
import { posting, requireHeld } from './attempt';
import { Lease } from './lease';
import type { Drawing, Mirrored } from './mirrors';
import { noteShown, shownAlready } from './mirrors';
import { Pace, Rests } from './pace';
import { postedBy, redraw } from './redrawing';
import { doubtfulSince, heldBack, pauseAfter } from './trying-again';

export interface CourierParts {
  readonly store: Store;
  readonly surfaces: readonly ChatSurface[];
  /** `threaded`: whether people can answer in a thread there. */
  readonly draw: (row: OutboxRow, threaded: boolean) => Promise<Drawing>;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter?: Pick<Meter, 'delivery'>;
  readonly tracing?: Tracing;
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
/** A chat that is away for longer than this gets no old news when it is back. */
const GIVE_UP_AFTER_MS = 3 * 86_400_000;
/** How often a row may fail for a reason of ours. */
const FAULTS = 5;

export class Courier {
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;
  private again = false;
  private stopped = false;
  private restUntil = 0;
  /** Deliveries under way. One at a time to each place: chats limit the pace of a place, and a slow one holds up no other. */
  private readonly busy = new Map<Address, { readonly work: Promise<void>; readonly begunMs: number }>();
  private readonly cards: Rests;
  /** Looks again when the first of the cards that rest may be drawn. */
  private later: NodeJS.Timeout | null = null;
  private readonly pace = new Pace(() => performance.now());
  /** Places already reported as unreachable, so that the log says it once. */
  private readonly reported = new Set<string>();

  constructor(private readonly parts: CourierParts) {
    this.cards = new Rests(parts.cardRestsMs ?? CARD_RESTS_MS);
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
    const places = [...this.reported].filter((place) => platformOf(place) === platform);
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
        for (const [place, its] of byPlace(ready)) this.begin(place, its);
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

  private begin(place: Address, rows: readonly OutboxRow[]): void {
    if (this.stopped || !this.mayBegin()) return;
    const work = this.oneByOne(place, rows).then((goOn) => {
      this.busy.delete(place);
      if (goOn) this.lookSoon();
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
        // One that failed may have told that its place wants a pause.
        if (this.stopped || !(await this.take(row))) return true;
        if (!this.mayBegin(place)) return true;
        this.busy.set(place, { work: this.busy.get(place)!.work, begunMs: performance.now() });
      }
      return true;
    } catch (err) {
      this.parts.log.error({ place, err }, 'a delivery could not be taken');
      return false;
    }
  }

  /** @returns whether the next row of the place may be tried now */
  private async take(row: OutboxRow): Promise<boolean> {
    const begunAt = this.parts.clock.now();
    const lease = await Lease.take(this.parts, row);
    if (lease === null) return true;
    const attempt: Attempt = { row: lease.row, lease, begunAt, posting: false, holdsBack: false };
    const { tracing = NO_TRACING } = this.parts;
    const facts = { 'helpdesk.chat': platformOf(row.place), 'helpdesk.attempts': attempt.row.attempts };
    const name = `delivery ${row.payload.kind}`;
    const endOf = (outcome: DeliveryOutcome) => ({ 'helpdesk.outcome': outcome });
    try {
      await tracing.span(name, row.cause, facts, () => this.attempt(attempt), endOf);
    } finally {
      lease.end();
    }
    return !attempt.holdsBack;
  }

  /** One try, noted, logged and counted; whatever fails is kept for the next. */
  private async attempt(attempt: Attempt): Promise<DeliveryOutcome> {
    const { row } = attempt;
    const { log, meter } = this.parts;
    let outcome: DeliveryOutcome;
    try {
      outcome = await this.deliver(attempt);
      this.reported.delete(row.place);
      const facts = { key: row.key, interaction: row.cause, place: row.place, attempts: row.attempts };
      log.info({ ...facts, ms: this.parts.clock.now().getTime() - row.createdAt.getTime() }, outcome);
    } catch (error) {
      outcome = await this.failed(attempt, error);
    }
    meter?.delivery(platformOf(row.place), outcome);
    return outcome;
  }

  private async deliver(attempt: Attempt): Promise<'delivered' | 'nothing-to-do'> {
    const { row } = attempt;
    const surface = this.surfaceFor(row.place);
    const drawing = await this.parts.draw(row, surface.hasThreads(row.place));
    if (drawing.kind === 'nothing') return this.settle(row, null).then(() => 'nothing-to-do');
    if (drawing.kind === 'redraw') {
      const there = await redraw(drawing.ref, drawing.card, surface);
      return this.settle(row, null).then(() => (there ? 'delivered' : 'nothing-to-do'));
    }
    return drawing.kind === 'mirror' ? this.mirror(attempt, drawing, surface) : this.post(attempt, drawing, surface);
  }

  private async mirror(
    attempt: Attempt,
    drawing: Mirrored,
    surface: ChatSurface,
  ): Promise<'delivered' | 'nothing-to-do'> {
    const { row } = attempt;
    const { version, card } = drawing;
    const shown = await this.parts.store.read((session) => shownAlready(session, drawing, row.place));
    // An earlier delivery drew the ticket when it was already as it is now.
    if (shown !== null && shown.shownVersion >= version) return this.settle(row, null).then(() => 'nothing-to-do');
    const ref = await this.show(attempt, card, shown?.ref ?? null, surface);
    this.cards.begin(row.lane);
    const settled = await this.parts.store.write(async (session) => {
      if (!(await session.outbox.settle(row, this.parts.clock.now(), null))) return false;
      await noteShown(session, drawing, { place: row.place, ref, shownVersion: version });
      return true;
    });
    if (!settled) await this.drawAgain(row, ref, surface);
    return 'delivered';
  }

  /** Somebody else had the row meanwhile, and may have drawn a newer ticket before our call arrived. */
  private async drawAgain(row: OutboxRow, ref: MessageRef, surface: ChatSurface): Promise<void> {
    this.parts.log.warn({ key: row.key, interaction: row.cause }, 'a delivery took longer than its lease');
    const drawing = await this.parts.draw(row, surface.hasThreads(row.place));
    if (drawing.kind !== 'nothing') await surface.update(ref, drawing.card);
  }

  private async show(
    attempt: Attempt,
    card: Card,
    shown: MessageRef | null,
    surface: ChatSurface,
  ): Promise<MessageRef> {
    const anew = (): Promise<MessageRef> => posting(attempt, surface, card, null);
    if (shown === null) return anew();
    try {
      requireHeld(attempt);
      await surface.update(shown, card);
      return shown;
    } catch (error) {
      if (error instanceof DeliveryError && error.problem === 'gone') return anew();
      throw error;
    }
  }

  private async post(
    attempt: Attempt,
    { card, ticketId, says }: Extract<Drawing, { kind: 'message' }>,
    surface: ChatSurface,
  ): Promise<'delivered'> {
    const { row } = attempt;
    const shown =
      ticketId === null ? null : await this.parts.store.read((session) => session.tickets.message(ticketId, row.place));
    const ref = await posting(attempt, surface, card, shown?.ref ?? null);
    const at = this.parts.clock.now();
    await this.parts.store.write(async (session) => {
      if (ticketId !== null && says !== undefined) await session.tickets.said({ ticketId, version: says, ref });
      await session.posted.note(postedBy(row, ref, at));
      await session.outbox.settle(row, at, null);
    });
    return 'delivered';
  }

  private async settle(row: OutboxRow, failure: string | null): Promise<void> {
    await this.parts.store.writeOne((session) => session.outbox.settle(row, this.parts.clock.now(), failure));
  }

  private surfaceFor(place: string): ChatSurface {
    const surface = this.parts.surfaces.find(({ platform }) => platform === platformOf(place));
    if (surface === undefined) throw new DeliveryError('unreachable', `${platformOf(place)} is not set up`);
    return surface;
  }

  private async failed(attempt: Attempt, error: unknown): Promise<DeliveryOutcome> {
    try {
      return await this.decide(attempt, error);
    } catch (err) {
      // The database is away too: the lease ends by itself and the row is taken up again.
      const { key, cause: interaction } = attempt.row;
      this.parts.log.error({ key, interaction, err }, 'a failed delivery could not be noted');
      return 'postponed';
    }
  }

  private async decide(attempt: Attempt, error: unknown): Promise<DeliveryOutcome> {
    const { store, clock, log } = this.parts;
    const { row } = attempt;
    const now = clock.now();
    const failure = error instanceof Error ? error.message : String(error);
    const facts = { key: row.key, interaction: row.cause, place: row.place, attempts: row.attempts, failure };
    // A database that is away is no fault of the row.
    const problem = error instanceof DeliveryError ? error.problem : isAway(error) ? 'later' : 'fault';
    const age = now.getTime() - row.createdAt.getTime();
    if (
      problem === 'never' ||
      (problem === 'fault' && row.attempts >= FAULTS) ||
      (problem === 'later' && age > GIVE_UP_AFTER_MS)
    ) {
      log.error({ ...facts, err: error }, 'a delivery was given up');
      return this.settle(row, failure).then(() => 'given-up');
    }
    const pauseMs = pauseAfter(row.attempts, problem, error);
    const until = new Date(now.getTime() + pauseMs);
    if (problem === 'unreachable') this.reportOnce(row.place, facts);
    else log.warn(facts, 'a delivery will be tried again');
    const held = heldBack(row, error);
    attempt.holdsBack = held !== null;
    await store.write(async (session) => {
      await session.outbox.postpone(row, until, failure, doubtfulSince(row, attempt, error));
      if (held !== null) await session.outbox.holdBack(held, until);
    });
    return problem === 'unreachable' ? 'unreachable' : 'postponed';
  }

  private reportOnce(place: string, facts: object): void {
    if (this.reported.has(place)) return;
    this.reported.add(place);
    this.parts.log.error(facts, 'a place cannot be reached; what waits for it is kept and tried again');
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
