/**
 * When an answer is given. Slack waits three seconds, so a slow desk must not make a person wait in silence: after a
 * moment a modal keeps their place, before the time is up they are told that it takes longer, and what goes wrong is said
 * with a reference. Events are answered with a status, good only once the desk has stored them.
 */
import { randomBytes } from 'node:crypto';
import type { Reply } from '../../src/chat/card';
import { opensForm } from '../../src/chat/interaction';
import type { Say } from '../../src/chat/words';
import type { Log } from '../../src/log';
import type { Heard } from './interaction';
import { plainCard } from './stage';
import type { Stage } from './stage';

/** Slack gives 3 seconds; an answer given before them beats a complete one after. https://docs.slack.dev/tools/bolt-js/concepts/acknowledge */
const GUARD_MS = 2_500;
/** A trigger id also lives 3 seconds, of which opening a modal may take one. */
const HOLD_MS = 700;
const STOP_PATIENCE_MS = 10_000;
const REMEMBERED_EVENTS = 1_000;
/** At once, after 1 minute, after 5 minutes. https://docs.slack.dev/apis/events-api/#retries */
const EVENT_RETRIES = 3;

interface RememberedEvent {
  readonly reply: Promise<Reply>;
  shown: boolean;
}

export class Conversations {
  readonly #underWay = new Set<Promise<void>>();
  readonly #events = new Map<string, RememberedEvent>();

  constructor(
    private readonly handle: (heard: Heard) => Promise<Reply>,
    private readonly sayTo: (userId: string) => Say,
    private readonly log: Log,
  ) {}

  /** A command, click, form or shortcut: somebody looks at a spinner until it is acknowledged. */
  converse(heard: Heard, stage: Stage): Promise<void> {
    return this.#track(async () => {
      const say = () => this.sayTo(heard.user.id);
      const opening = opensForm(heard.intent) || heard.intent.kind === 'read';
      const holding = setTimeout(() => {
        if (opening) stage.hold?.(say()).catch((error: unknown) => this.#couldNotShow(heard, error));
      }, HOLD_MS);
      const stalling = setTimeout(() => {
        stage.stall(say()).catch((error: unknown) => this.#couldNotShow(heard, error));
      }, GUARD_MS);
      const reply = await this.handle(heard).catch((error: unknown) => this.#trouble(heard, error));
      clearTimeout(holding);
      clearTimeout(stalling);
      await stage.show(besideField(reply, stage), say()).catch((error: unknown) => this.#couldNotShow(heard, error));
    });
  }

  /**
   * An event: Slack waits for a status only, and delivers again what was not answered well. A repeated delivery joins the
   * first one, so its reply is shown once.
   * @param retry how often Slack has delivered it before
   * @throws Unstored, or what the desk threw; Slack then delivers the event again
   */
  async overhear(heard: Heard, stage: Stage, retry = 0): Promise<void> {
    const event = this.#remember(heard);
    // Nobody asks again after the last attempt: from then on it is for us to say that it failed.
    const isLast = retry >= EVENT_RETRIES;
    const reply = isLast ? event.reply.catch((error: unknown) => this.#trouble(heard, error)) : event.reply;
    void this.#track(() => this.#showOnce(heard, event, reply, stage));
    await reply;
  }

  #remember(heard: Heard): RememberedEvent {
    const known = this.#events.get(heard.id);
    if (known !== undefined) return known;
    const event = { reply: this.handle(heard).then(orThrow), shown: false };
    this.#events.set(heard.id, event);
    event.reply.catch(() => this.#events.delete(heard.id));
    const oldest = this.#events.keys().next();
    if (this.#events.size > REMEMBERED_EVENTS && oldest.done === false) this.#events.delete(oldest.value);
    return event;
  }

  async #showOnce(heard: Heard, event: RememberedEvent, reply: Promise<Reply>, stage: Stage): Promise<void> {
    const toShow = await reply.catch(() => null);
    // A failure is the delivery's outcome, and logged as such.
    if (toShow === null || event.shown) return;
    event.shown = true;
    await stage.show(toShow, this.sayTo(heard.user.id)).catch((error: unknown) => this.#couldNotShow(heard, error));
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
  #trouble(heard: Heard, error: unknown): Reply {
    if (error instanceof Unstored) return error.reply;
    const ref = randomBytes(3).toString('hex').toUpperCase();
    this.log.error({ err: error, ref, interaction: heard.id, intent: heard.intent.kind }, 'A request failed');
    const say = this.sayTo(heard.user.id);
    const card = plainCard(say('trouble.title'), say('trouble.broke', { ref }));
    return { kind: 'card', card, replaces: false, failed: true };
  }

  #couldNotShow(heard: Heard, error: unknown): void {
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
