/**
 * Where a reply appears in the chat, for each way of speaking to the bot there: a message or an emoji, and a pressed button
 * or form on a card. A stage answers the HTTP request once, shows the reply where the person looks, and finds a second best
 * place when that one is gone. Dialogs are in dialogs.ts.
 */
import type { Reply } from '../../src/chat/card';
import type { Stage } from '../../src/chat/conversations';
import { plainCard, replyCard, stillWorkingCard } from '../../src/chat/reply-card';
import type { Say } from '../../src/chat/words';
import { cut } from '../../src/domain/text';
import { within } from '../../src/patience';
import { renderCard } from './adaptive-card';
import type { AdaptiveCard } from './adaptive-card';
import type { Answer } from './answer';
import { OK, TRY_AGAIN } from './answer';
import { draw } from './forms';
import type { Filled } from './forms';
import type { Screen, Spot } from './screen';

/** The line under a card is short. */
const NOTICE_LIMIT = 500;
/** A slow Teams keeps its own delivery waiting no longer. */
const TELLING_MS = 400;

/** The HTTP answer of one delivery, which is given once; later words need another way. */
export abstract class Answering implements Stage {
  readonly answered: Promise<Answer>;
  #resolve: (answer: Answer) => void = () => undefined;
  #isDone = false;

  constructor() {
    this.answered = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** @returns whether this was the answer */
  answer(answer: Answer): boolean {
    if (this.#isDone) return false;
    this.#isDone = true;
    this.#resolve(answer);
    return true;
  }

  get isAnswered(): boolean {
    return this.#isDone;
  }

  abstract stall(say: Say): Promise<void>;
  abstract show(reply: Reply, say: Say): Promise<void>;
}

/** A message or an emoji: the reply is a message to its author. */
export class MessageStage extends Answering {
  constructor(
    protected readonly spot: Spot,
    protected readonly screen: Screen,
  ) {
    super();
  }

  /**
   * Taken once that is said: where it could not be said, or should we die before, Teams delivers it again, and nobody waits
   * in silence for ever.
   */
  async stall(say: Say): Promise<void> {
    if (this.isAnswered) return;
    const told = this.screen.tell(this.spot, { card: stillWorkingCard(say) }, say).then(() => OK);
    const answer = await within(TELLING_MS, told).catch(() => null);
    this.answer(answer ?? TRY_AGAIN);
    await told;
  }

  async show(reply: Reply, say: Say): Promise<void> {
    try {
      await this.tell(reply, say);
    } catch (error) {
      // Nothing was stored, and nobody was told.
      if (reply.kind === 'card' && reply.failed) this.answer(TRY_AGAIN);
      throw error;
    }
    this.answer(OK);
  }

  protected async tell(reply: Reply, say: Say): Promise<void> {
    const card = replyCard(reply);
    if (card !== null) await this.screen.tell(this.spot, { card }, say);
  }
}

/** A button that came as a message, from a client that opens no dialogs: what would be in one is a message. */
export class ButtonMessageStage extends MessageStage {
  constructor(
    spot: Spot,
    screen: Screen,
    private readonly filled: Filled | null,
  ) {
    super(spot, screen);
  }

  protected override async tell(reply: Reply, say: Say): Promise<void> {
    const isReplaced = reply.kind === 'card' && reply.replaces && (await this.screen.replace(this.spot, reply.card));
    if (isReplaced) return;
    const shown = await draw(reply, { filled: this.filled, inChat: true }, say);
    await this.screen.tell(this.spot, shown ?? { card: doneCard(say) }, say);
  }
}

/** A button on a card, or a form in a message: the answer is a line below the card, or takes its place. */
export class ActionStage extends Answering {
  constructor(
    private readonly spot: Spot,
    private readonly screen: Screen,
    private readonly filled: Filled | null,
  ) {
    super();
  }

  stall(say: Say): Promise<void> {
    this.answer(notice(say('trouble.still-working')));
    return Promise.resolve();
  }

  async show(reply: Reply, say: Say): Promise<void> {
    const shown = await draw(reply, { filled: this.filled, inChat: true }, say);
    if (shown === null) {
      const done = doneCard(say);
      // A form that was sent has had its day.
      const answer = this.filled === null ? notice(say('done')) : inPlace(renderCard(done));
      if (!this.answer(answer)) await this.screen.tell(this.spot, { card: done }, say);
      return;
    }
    const { card, drawn = renderCard(card) } = shown;
    if (this.#takesPlace(reply) && this.answer(inPlace(drawn))) return;
    const isNoticed = this.answer(notice(card.summary));
    // Of a failure there is no more to say than that.
    if (isNoticed && reply.kind === 'card' && reply.failed) return;
    await this.screen.tell(this.spot, shown, say);
  }

  /** A form that was sent stays where it is until it is done. */
  #takesPlace(reply: Reply): boolean {
    if (this.filled !== null && (reply.kind === 'invalid' || reply.kind === 'card')) return true;
    return reply.kind === 'card' && reply.replaces;
  }
}

/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards#response-format */
export function notice(text: string): Answer {
  return actionAnswer('application/vnd.microsoft.activity.message', cut(text, NOTICE_LIMIT));
}

function inPlace(card: AdaptiveCard): Answer {
  return actionAnswer('application/vnd.microsoft.card.adaptive', card);
}

function actionAnswer(type: string, value: string | AdaptiveCard): Answer {
  return { status: 200, body: { statusCode: 200, type, value } };
}

export function doneCard(say: Say): ReturnType<typeof plainCard> {
  return plainCard('', say('done'));
}
