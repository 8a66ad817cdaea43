/**
 * Dialogs: what is in one when it opens, what takes its place when it is submitted, and when it closes. Also those that a
 * command of the message extension opens, which differ only in how long Teams waits.
 * https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots
 */
import type { Reply } from '../../src/chat/card';
import type { Say } from '../../src/chat/words';
import { attachmentOf, renderCard } from './adaptive-card';
import type { AdaptiveCard } from './adaptive-card';
import type { Answer } from './answer';
import { OK } from './answer';
import { draw, forDialog } from './forms';
import type { Filled } from './forms';
import type { Screen, Spot } from './screen';
import { Answering, doneCard } from './stage';

/** A message extension's command must be answered within 5 seconds. https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/action-commands/respond-to-task-module-submit */
const COMMAND_GUARD_MS = 2_000;

export class DialogStage extends Answering {
  /** @param isOpen whether the dialog is there already, and was submitted */
  constructor(
    private readonly spot: Spot,
    private readonly screen: Screen,
    private readonly filled: Filled | null,
    private readonly isOpen: boolean,
  ) {
    super();
  }

  stall(say: Say): Promise<void> {
    this.answer(saying(say('trouble.still-working')));
    return Promise.resolve();
  }

  async show(reply: Reply, say: Say): Promise<void> {
    const isShown = await this.#showHere(reply, say);
    const replaces = this.isOpen && reply.kind === 'card' && reply.replaces;
    // The message with the button that opened the dialog: its buttons have had their day.
    const isReplaced = replaces && (await this.screen.replace(this.spot, reply.card));
    if (isShown || isReplaced) return;
    const late = await draw(reply, { filled: this.filled, inChat: true }, say);
    await this.screen.tell(this.spot, late ?? { card: doneCard(say) }, say);
  }

  /** @returns false when it is too late for that */
  async #showHere(reply: Reply, say: Say): Promise<boolean> {
    const shown = await draw(reply, { filled: this.filled, inChat: false }, say);
    // An empty answer closes it.
    if (shown === null) return this.answer(this.isOpen ? OK : saying(say('done')));
    const { card, drawn = renderCard(card) } = shown;
    return this.answer(showing(card.title, drawn));
  }
}

/** Of a command of the message extension. */
export class CommandStage extends DialogStage {
  readonly guardMs = COMMAND_GUARD_MS;
}

function showing(title: string, card: AdaptiveCard): Answer {
  const value = { title, height: 'medium', width: 'medium', card: attachmentOf(forDialog(card)) };
  return { status: 200, body: { task: { type: 'continue', value } } };
}

function saying(text: string): Answer {
  return { status: 200, body: { task: { type: 'message', value: text } } };
}
