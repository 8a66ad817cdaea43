/**
 * The delivery of one row of the outbox: takes it by a lease, draws it from the ticket as it is then, shows it, settles it. A
 * post whose outcome is unknown is looked for before it is repeated. Whatever fails is noted, and tried again when it may help.
 */
import type { Card } from '../chat/card';
import type { ChatSurface, MessageRef } from '../chat/chat-surface';
import { DeliveryError } from '../chat/chat-surface';
import type { Clock } from '../clock';
import { platformOf } from '../domain/person';
import type { Log } from '../log';
import type { DeliveryOutcome, Meter } from '../meter';
import type { OutboxRow } from '../store/rows';
import type { Store } from '../store/store';
import { isAway } from '../store/store';
import { NO_TRACING } from '../tracing';
import type { Tracing } from '../tracing';
import type { Attempt } from './attempt';
import { posting, requireHeld } from './attempt';
import { Lease } from './lease';
import type { Drawing, Mirrored } from './mirrors';
import { noteShown, shownAlready } from './mirrors';
import { postedBy, redraw } from './redrawing';
import { doubtfulSince, heldBack, pauseAfter } from './trying-again';

export interface DeliveryParts {
  readonly store: Store;
  readonly surfaces: readonly ChatSurface[];
  /** `threaded`: whether people can answer in a thread there. */
  readonly draw: (row: OutboxRow, threaded: boolean) => Promise<Drawing>;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter?: Pick<Meter, 'delivery'>;
  readonly tracing?: Tracing;
}

/** A chat that is away for longer than this gets no old news when it is back. */
const GIVE_UP_AFTER_MS = 3 * 86_400_000;
/** How often a row may fail for a reason of ours. */
const FAULTS = 5;

export class Deliveries {
  /** Places already reported as unreachable, so that the log says it once. */
  private readonly reported = new Set<string>();

  /** @param drawn called when a card was drawn, with its lane */
  constructor(
    private readonly parts: DeliveryParts,
    private readonly drawn: (lane: string) => void,
  ) {}

  /** The places of a platform that could not be reached when they were tried last. */
  unreachable(platform: string): string[] {
    return [...this.reported].filter((place) => platformOf(place) === platform);
  }

  /** @returns whether the next row of the place may be tried now */
  async take(row: OutboxRow): Promise<boolean> {
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
    this.drawn(row.lane);
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
    { card, ticketId, thread, says }: Extract<Drawing, { kind: 'message' }>,
    surface: ChatSurface,
  ): Promise<'delivered'> {
    const { row } = attempt;
    const shown =
      ticketId === null ? null : await this.parts.store.read((session) => session.tickets.message(ticketId, row.place));
    const ref = await posting(attempt, surface, card, thread ?? shown?.ref ?? null);
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
    if (surface !== undefined) return surface;
    const platform = platformOf(place);
    throw new DeliveryError('unreachable', `${platform === 'mailto' ? 'e-mail' : platform} is not set up`);
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
