/**
 * Where a reply appears, for each way of speaking to the bot: a command, a click in a message or in a modal, a form, a
 * shortcut, an event. A stage acknowledges the delivery once, shows the reply where the person looks, and finds a second
 * best place when that one is gone.
 */
import type { BlockAction, GlobalShortcut, MessageShortcut, SlashCommand, ViewSubmitAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { Reply } from '../../src/chat/card';
import type { Stage } from '../../src/chat/conversations';
import type { Intent } from '../../src/chat/interaction';
import { replyCard, stillWorkingCard } from '../../src/chat/reply-card';
import type { Say } from '../../src/chat/words';
import { renderCard } from './block-kit';
import type { SlackMessage } from './block-kit';
import type { SubmittedView } from './modal';
import { renderAgain, renderCardModal, renderForm, renderWaiting, unpackMetadata } from './modal';
import type { Screen } from './screen';
import type { ModalSlot } from './screen';

/** Bolt's acknowledgement; what it carries is shown by Slack itself. */
export type Ack = (body?: object) => Promise<void>;

/** Whatever can open a modal, which says that the answer is under way until it is there. */
abstract class ModalStage {
  protected readonly acknowledged: Once;

  constructor(
    protected readonly modal: ModalSlot,
    ack: Ack,
  ) {
    this.acknowledged = new Once(ack);
  }

  hold(say: Say): Promise<void> {
    return this.modal.show(renderWaiting(say, say('wait.text')));
  }

  /** The modal tells of a late answer too. */
  async stall(say: Say): Promise<void> {
    await this.acknowledged.with();
    if (!this.modal.isOpen) await this.modal.tryShow(renderWaiting(say, say('trouble.still-working')));
  }
}

/** `/helpdesk`: a card is the acknowledgement itself, seen by its author only. */
export class CommandStage extends ModalStage implements Stage {
  constructor(
    private readonly command: SlashCommand,
    ack: Ack,
    private readonly screen: Screen,
  ) {
    super(screen.modal(command.trigger_id), ack);
  }

  override async stall(say: Say): Promise<void> {
    await this.acknowledged.with(this.modal.isOpen ? undefined : ephemeral(renderCard(stillWorkingCard(say))));
  }

  async show(reply: Reply, say: Say): Promise<void> {
    if (this.modal.isOpen || reply.kind === 'form') {
      await this.acknowledged.with();
      if (await this.modal.tryShow(asModal(reply, say, null))) return;
    }
    const message = asMessage(reply);
    if (await this.acknowledged.with(message === null ? undefined : ephemeral(message))) return;
    if (message !== null) await this.screen.respond(this.command.response_url, ephemeral(message));
  }
}

/** A click in a message. `intent` says whether an article is to be read, which opens it on top. */
export class ClickStage extends ModalStage implements Stage {
  constructor(
    private readonly body: BlockAction,
    private readonly intent: Intent | null,
    ack: Ack,
    private readonly screen: Screen,
  ) {
    super(screen.modal(body.trigger_id), ack);
  }

  override async stall(say: Say): Promise<void> {
    await this.acknowledged.with();
    if (!this.modal.isOpen) await this.#respond(renderCard(stillWorkingCard(say)), false);
  }

  async show(reply: Reply, say: Say): Promise<void> {
    await this.acknowledged.with();
    const onTop = this.modal.isOpen || reply.kind === 'form' || (reply.kind === 'card' && this.intent?.kind === 'read');
    // An ephemeral message can be replaced through this address only: a form opened from it takes it along.
    const respondTo = this.body.container['is_ephemeral'] === true ? this.body.response_url : null;
    if (onTop && (await this.modal.tryShow(asModal(reply, say, respondTo)))) return;
    const message = asMessage(reply);
    if (message !== null) await this.#respond(message, reply.kind === 'card' && reply.replaces);
  }

  #respond(message: SlackMessage, replaces: boolean): Promise<void> {
    const body = replaces ? { replace_original: true, ...message } : ephemeral(message);
    return this.screen.respond(this.body.response_url, body);
  }
}

/** A click in a modal: the answer takes its place, or lies on top of it. */
export class ModalClickStage extends ModalStage implements Stage {
  constructor(
    private readonly view: { readonly id: string; readonly private_metadata: string },
    triggerId: string,
    ack: Ack,
    private readonly screen: Screen,
  ) {
    super(screen.modalOnTop(triggerId, view.id), ack);
  }

  async show(reply: Reply, say: Say): Promise<void> {
    await this.acknowledged.with();
    const { respondTo } = unpackMetadata(this.view.private_metadata);
    const replaces = reply.kind === 'card' && reply.replaces;
    if (replaces && respondTo !== null) await this.screen.replace(respondTo, renderCard(reply.card));
    if (replaces && !this.modal.isOpen) {
      await this.screen.updateModal(this.view.id, asModal(reply, say, respondTo));
    } else if (reply.kind !== 'none' || this.modal.isOpen) {
      await this.modal.show(asModal(reply, say, respondTo));
    }
  }
}

/** A submitted form: Slack shows the acknowledgement in its place, or beside its fields. */
export class SubmissionStage implements Stage {
  readonly firstField?: string;
  readonly #acknowledged: Once;
  readonly #view: SubmittedView;

  constructor(
    private readonly body: ViewSubmitAction,
    ack: Ack,
    private readonly screen: Screen,
  ) {
    this.#acknowledged = new Once(ack);
    // A form that is not as we sent it is still answered.
    const { blocks, state } = body.view as Partial<ViewSubmitAction['view']>;
    this.#view = { ...body.view, blocks: blocks ?? [], state: { values: state?.values ?? {} } };
    const first = this.#view.blocks.find((block) => block.type === 'input')?.block_id;
    if (first !== undefined) this.firstField = first;
  }

  async stall(say: Say): Promise<void> {
    const view = renderWaiting(say, say('trouble.still-working'));
    await this.#acknowledged.with({ response_action: 'update', view });
  }

  async show(reply: Reply, say: Say): Promise<void> {
    const { respondTo } = unpackMetadata(this.#view.private_metadata);
    if (!(await this.#acknowledged.with(this.#atOnce(reply, say)))) {
      const late = reply.kind === 'invalid' ? renderAgain(this.#view, reply.errors) : asModal(reply, say, null);
      await this.screen.updateModal(this.body.view.id, late);
    }
    // The message with the button that opened the form: its buttons have had their day.
    if (respondTo !== null && reply.kind === 'card' && reply.replaces) {
      await this.screen.replace(respondTo, renderCard(reply.card));
    }
  }

  #atOnce(reply: Reply, say: Say): object {
    if (reply.kind === 'none') return { response_action: 'clear' };
    if (reply.kind === 'invalid' && this.firstField !== undefined)
      return { response_action: 'errors', errors: this.#besideFields(reply.errors) };
    return { response_action: 'update', view: asModal(reply, say, null) };
  }

  /** Slack refuses an error for a block it does not know. */
  #besideFields(errors: Readonly<Record<string, string>>): Record<string, string> {
    const known = new Set(this.#view.blocks.map((block) => block.block_id));
    const beside: Record<string, string> = {};
    for (const [field, message] of Object.entries(errors)) {
      const place = known.has(field) ? field : this.firstField;
      if (place !== undefined) beside[place] = [beside[place], message].filter(Boolean).join(' ');
    }
    return beside;
  }
}

/** A shortcut: whatever comes is a modal. */
export class ShortcutStage extends ModalStage implements Stage {
  constructor(
    private readonly body: GlobalShortcut | MessageShortcut,
    ack: Ack,
    private readonly screen: Screen,
  ) {
    super(screen.modal(body.trigger_id), ack);
  }

  async show(reply: Reply, say: Say): Promise<void> {
    await this.acknowledged.with();
    if (reply.kind === 'none' && !this.modal.isOpen) return;
    if (await this.modal.tryShow(asModal(reply, say, null))) return;
    const message = asMessage(reply);
    if (message === null) return;
    if (this.body.type === 'message_action') await this.screen.respond(this.body.response_url, ephemeral(message));
    else await this.screen.tellDirectly(this.body.user.id, message);
  }
}

/** A message or an emoji: nothing to acknowledge with, so the reply is a message to its author. */
export class EventStage implements Stage {
  constructor(
    private readonly place: { channel: string; thread: string | null; user: string; direct: boolean },
    private readonly screen: Screen,
  ) {}

  stall(): Promise<void> {
    return Promise.resolve();
  }

  async show(reply: Reply): Promise<void> {
    const message = asMessage(reply);
    if (message === null) return;
    if (this.place.direct) await this.screen.post(this.place, message);
    else await this.screen.whisper(this.place, message);
  }
}

/** The reply as a modal. */
function asModal(reply: Reply, say: Say, respondTo: string | null): ModalView {
  switch (reply.kind) {
    case 'form':
      return renderForm(reply.form, respondTo);
    case 'card':
      return renderCardModal(reply.card, respondTo);
    case 'invalid':
      return renderWaiting(say, Object.values(reply.errors).join('\n'));
    case 'none':
      return renderWaiting(say, say('wait.done'));
  }
}

/** The reply as a message. */
function asMessage(reply: Reply): SlackMessage | null {
  const card = replyCard(reply);
  return card === null ? null : renderCard(card);
}

function ephemeral(message: SlackMessage): object {
  return { response_type: 'ephemeral', replace_original: false, ...message };
}

/** A delivery is acknowledged once; later words need another way. */
class Once {
  #done = false;

  constructor(private readonly ack: Ack) {}

  /** @returns whether this was the acknowledgement */
  async with(body?: object): Promise<boolean> {
    if (this.#done) return false;
    this.#done = true;
    await this.ack(body);
    return true;
  }
}
