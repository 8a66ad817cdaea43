/**
 * When an answer is given, in any chat. A chat waits some seconds only, so a slow desk must not make a person wait in
 * silence: after a moment a dialog keeps their place, before the time is up they are told that it takes longer, and what
 * goes wrong is said with a reference. It knows no platform: how an answer is shown is the stage's business.
 */
import { randomBytes } from 'node:crypto';
import type { Log } from '../log';
import type { Reply } from './card';
import { opensForm } from './interaction';
import type { Interaction } from './interaction';
import { plainCard } from './reply-card';
import type { Say } from './words';

/** An interaction before more is known of its author. */
type Heard = Pick<Interaction, 'id' | 'intent'>;

/** Where a reply appears, for one way of speaking to the bot. */
export interface Stage {
  /** The first input of a form that is being submitted: trouble is shown there, and nothing typed is lost. */
  readonly firstField?: string;
  /** How long the platform waits here, when that is not what it usually does. */
  readonly guardMs?: number;
  /** Keeps the place of a dialog that is not ready; absent where none can be opened, or where it can wait. */
  hold?(say: Say): Promise<void>;
  /** Acknowledges with "this is taking longer": the answer comes later. */
  stall(say: Say): Promise<void>;
  /** Acknowledges, unless that was done, and shows the reply. */
  show(reply: Reply, say: Say): Promise<void>;
}

export interface Patience {
  /** After this a person is told that it takes longer: before the platform's own time is up. */
  readonly guardMs: number;
  /** After this the place of a dialog is kept. */
  readonly holdMs: number;
}

const STOP_PATIENCE_MS = 10_000;
const REMEMBERED_EVENTS = 1_000;

interface RememberedEvent {
  readonly reply: Promise<Reply>;
  shown: boolean;
}

export class Conversations<H extends Heard> {
  readonly #underWay = new Set<Promise<void>>();
  readonly #events = new Map<string, RememberedEvent>();

  constructor(
    private readonly handle: (heard: H) => Promise<Reply>,
    private readonly sayTo: (heard: H) => Say,
    private readonly log: Log,
    private readonly patience: Patience,
    /** Told of each repeated delivery of an event that joined the first one. */
    private readonly repeated: () => void = () => undefined,
  ) {}

  /**
   * A command, click, form or shortcut: somebody looks at a spinner until it is acknowledged.
   * @param spentMs how long they have looked at it already
   */
  converse(heard: H, stage: Stage, spentMs = 0): Promise<void> {
    return this.#track(async () => {
      const say = () => this.sayTo(heard);
      const opening = opensForm(heard.intent) || heard.intent.kind === 'read';
      const holding = setTimeout(() => {
        if (opening) stage.hold?.(say()).catch((error: unknown) => this.#couldNotShow(heard, error));
      }, this.patience.holdMs - spentMs);
      const guardMs = stage.guardMs ?? this.patience.guardMs;
      const stalling = setTimeout(() => {
        stage.stall(say()).catch((error: unknown) => this.#couldNotShow(heard, error));
      }, guardMs - spentMs);
      const reply = await this.handle(heard).catch((error: unknown) => this.#trouble(heard, error));
      clearTimeout(holding);
      clearTimeout(stalling);
      await stage.show(besideField(reply, stage), say()).catch((error: unknown) => this.#couldNotShow(heard, error));
    });
  }

  /**
   * An event of a platform that waits for a status only, and delivers again what was not answered well. A repeated
   * delivery joins the first one, so its reply is shown once.
   * @param isLast nobody asks again after this attempt: from then on it is for us to say that it failed
   * @throws Unstored, or what the desk threw; the platform then delivers the event again
   */
  async overhear(heard: H, stage: Stage, isLast: boolean): Promise<void> {
    const event = this.#remember(heard);
    const reply = isLast ? event.reply.catch((error: unknown) => this.#trouble(heard, error)) : event.reply;
    void this.#track(() => this.#showOnce(heard, event, reply, stage));
    await reply;
  }

  #remember(heard: H): RememberedEvent {
    const known = this.#events.get(heard.id);
    if (known !== undefined) {
      this.repeated();
      return known;
    }
    const event = { reply: this.handle(heard).then(orThrow), shown: false };
    this.#events.set(heard.id, event);
    event.reply.catch(() => this.#events.delete(heard.id));
    const oldest = this.#events.keys().next();
    if (this.#events.size > REMEMBERED_EVENTS && oldest.done === false) this.#events.delete(oldest.value);
    return event;
  }

  async #showOnce(heard: H, event: RememberedEvent, reply: Promise<Reply>, stage: Stage): Promise<void> {
    const toShow = await reply.catch(() => null);
    // A failure is the delivery's outcome, and logged as such.
    if (toShow === null || event.shown) return;
    event.shown = true;
    await stage.show(toShow, this.sayTo(heard)).catch((error: unknown) => this.#couldNotShow(heard, error));
  }

  /** Waits for what is under way, but not for ever. */
  async finish(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_PATIENCE_MS);
    });
    await Promise.race([Promise.allSettled(this.#underWay), patience]);
    clearTimeout(timer);
  }

  /** Never silence, never a stack trace: a short reference that is also in the log. */
  #trouble(heard: H, error: unknown): Reply {
    if (error instanceof Unstored) return error.reply;
    const ref = randomBytes(3).toString('hex').toUpperCase();
    this.log.error({ err: error, ref, interaction: heard.id, intent: heard.intent.kind }, 'A request failed');
    const say = this.sayTo(heard);
    const card = plainCard(say('trouble.title'), say('trouble.broke', { ref }));
    return { kind: 'card', card, replaces: false, failed: true };
  }

  #couldNotShow(heard: H, error: unknown): void {
    this.log.warn({ err: error, interaction: heard.id, intent: heard.intent.kind }, 'A reply was not shown');
  }

  #track(work: () => Promise<void>): Promise<void> {
    const done = work().finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
    return done;
  }
}

type FailedReply = Extract<Reply, { kind: 'card' }>;

/** The desk stored nothing, and says that another delivery may succeed. */
class Unstored extends Error {
  constructor(readonly reply: FailedReply) {
    super('the desk could not store it');
    this.name = 'Unstored';
  }
}

function orThrow(reply: Reply): Reply {
  if (reply.kind === 'card' && reply.failed) throw new Unstored(reply);
  return reply;
}

/** A failure shown in the form itself keeps what was typed. */
function besideField(reply: Reply, { firstField }: Stage): Reply {
  if (reply.kind !== 'card' || !reply.failed || firstField === undefined) return reply;
  return { kind: 'invalid', errors: { [firstField]: reply.card.summary } };
}
