/** One person at their Slack client: what they see, and what their clicks and words send to the bot. */
import { refusal, validView } from './content';
import type { Answered, Delivery } from './delivery';
import { actionOf, findElement } from './elements';
import type { Events } from './events';
import type { Json } from './json';
import { isObject, objectAt, stringAt } from './json';
import { fillIn, missingIn, stateOf } from './modal-inputs';
import { channelOf, clickInView, clickOnMessage, commandPayload, interactionPayload } from './payloads';
import { say } from './response-url';
import type { ElementRef, ModalValues, OpenModal, Outcome, SlackMessage, SlackPerson, WorldUser } from './slack-world';
import type { Channel, State, StoredMessage, StoredView } from './state';
import { SlackError } from './state';
import { wireMessage, wireView } from './wire';

export interface Wiring {
  readonly state: State;
  readonly delivery: Delivery;
  readonly events: Events;
  /** The base of response URLs. */
  readonly responseBase: string;
}

interface At {
  readonly channel: string;
  readonly ts: string;
}

export class Person implements SlackPerson {
  private readonly me: WorldUser;

  /** @throws Error when there is nobody with this id */
  constructor(
    readonly userId: string,
    private readonly wiring: Wiring,
  ) {
    const me = wiring.state.users.get(userId);
    if (me === undefined) throw new Error(`there is nobody ${userId} in this workspace`);
    this.me = me;
  }

  directMessageChannel(): Promise<string> {
    return Promise.resolve(this.wiring.state.directMessage(this.userId));
  }

  messages(channel: string): Promise<SlackMessage[]> {
    const { state } = this.wiring;
    if (!state.channel(channel).members.has(this.userId)) return Promise.resolve([]);
    const seen = state.messages.filter(
      ({ channel: place, ephemeralFor }) =>
        place === channel && (ephemeralFor === null || ephemeralFor === this.userId),
    );
    return Promise.resolve(seen.map(shown));
  }

  modal(): OpenModal | null {
    const top = this.wiring.state.views(this.userId).at(-1);
    return top === undefined ? null : { viewId: top.viewId, view: top.view, errors: top.errors };
  }

  async command(channel: string, command: string, text: string): Promise<Outcome> {
    const { state, delivery, events } = this.wiring;
    const place = { userId: this.userId, channel, threadTs: null };
    const payload = commandPayload(state, this.me, this.ownChannel(channel), {
      command,
      text: escaped(text),
      response_url: this.responseUrl({ channel, threadTs: null, ts: null }),
    });
    const answer = await delivery.send('slash_commands', payload);
    const body: Json = isObject(answer.body) ? answer.body : { text: String(answer.body) };
    if (!answer.ok || (stringAt(body, 'text') === '' && body['blocks'] === undefined)) return outcomeOf(answer);
    return this.unlessRefused(answer, () => say(state, events, place, body));
  }

  async click(at: At, element: ElementRef, option?: string): Promise<Outcome> {
    const { state } = this.wiring;
    const message = this.messageAt(at);
    const action = actionOf(findElement(message.blocks, element, option), state.nextTs());
    if (typeof action['selected_user'] === 'string') this.checkUser(action['selected_user']);
    return this.interact('block_actions', {
      ...clickOnMessage(state, message, action),
      response_url: this.responseUrl(message),
    });
  }

  async clickInModal(element: ElementRef): Promise<Outcome> {
    const { state } = this.wiring;
    const top = this.topView();
    const action = actionOf(findElement(top.view.blocks, element), state.nextTs());
    return this.interact('block_actions', clickInView(state, top, action));
  }

  async submitModal(values: ModalValues): Promise<Outcome> {
    const { state, delivery } = this.wiring;
    const top = this.topView();
    fillIn(top, values);
    top.errors = missingIn(top);
    state.changed();
    // Slack's client itself holds back a form whose required inputs are empty.
    if (Object.keys(top.errors).length > 0) return { ok: false, status: 0, elapsedMs: 0 };
    const view = wireView(state, top, stateOf(top));
    const payload = interactionPayload(state, this.me, 'view_submission', { view, response_urls: [] });
    const answer = await delivery.send('interactive', payload);
    if (!answer.ok) return outcomeOf(answer);
    return this.unlessRefused(answer, () => this.afterSubmission(top, isObject(answer.body) ? answer.body : {}));
  }

  async closeModal(): Promise<void> {
    const { state } = this.wiring;
    const stack = state.views(this.userId);
    const top = stack.pop();
    if (top === undefined) return;
    const { clear_on_close: clears, notify_on_close: notifies } = top.view as unknown as Json;
    if (clears === true) stack.splice(0);
    state.changed();
    if (notifies !== true) return;
    const view = wireView(state, top, stateOf(top));
    await this.interact('view_closed', { view, is_cleared: clears === true });
  }

  globalShortcut(callbackId: string): Promise<Outcome> {
    return this.interact('shortcut', { callback_id: callbackId, action_ts: this.wiring.state.nextTs() });
  }

  async messageShortcut(callbackId: string, at: At): Promise<Outcome> {
    const { state } = this.wiring;
    const message = this.messageAt(at);
    if (message.ephemeralFor !== null) throw new Error('Slack offers no shortcuts on a message only you can see');
    return this.interact('message_action', {
      callback_id: callbackId,
      action_ts: state.nextTs(),
      message_ts: message.ts,
      channel: channelOf(state.channel(message.channel)),
      message: wireMessage(state, message, false),
      response_url: this.responseUrl({ ...message, ts: null }),
    });
  }

  async say(channel: string, text: string, threadTs?: string): Promise<string> {
    const { state, events } = this.wiring;
    if (this.ownChannel(channel).archived) throw new SlackError('is_archived');
    const message = state.add({
      channel,
      threadTs: threadTs ?? null,
      user: this.userId,
      fromBot: false,
      ephemeralFor: null,
      text: asMessage(text),
      blocks: [],
      metadata: null,
    });
    await events.posted(message);
    return message.ts;
  }

  react(message: At, emoji: string): Promise<void> {
    return this.reaction(message, emoji, true);
  }

  unreact(message: At, emoji: string): Promise<void> {
    return this.reaction(message, emoji, false);
  }

  private async reaction(at: At, emoji: string, on: boolean): Promise<void> {
    const { state, events } = this.wiring;
    const message = this.messageAt(at);
    if (message.ephemeralFor !== null) throw new Error('Slack takes no reactions to a message only you can see');
    if (state.react(message, this.userId, emoji, on)) await events.reacted(message, this.userId, emoji, on);
  }

  private async interact(type: string, more: Json): Promise<Outcome> {
    const { state, delivery } = this.wiring;
    return outcomeOf(await delivery.send('interactive', interactionPayload(state, this.me, type, more)));
  }

  private responseUrl({ channel, threadTs, ts }: { channel: string; threadTs: string | null; ts: string | null }) {
    const { state, responseBase } = this.wiring;
    return `${responseBase}${state.newResponseUrl({ userId: this.userId, channel, threadTs, messageTs: ts })}`;
  }

  /** A channel the person can write in. @throws SlackError */
  private ownChannel(id: string): Channel {
    const channel = this.wiring.state.channel(id);
    if (channel.members.has(this.userId)) return channel;
    throw new SlackError(channel.kind === 'channel' ? 'not_in_channel' : 'channel_not_found');
  }

  /** A message the person can see: of a public channel also from outside. @throws SlackError message_not_found */
  private messageAt({ channel: id, ts }: At): StoredMessage {
    const { state } = this.wiring;
    const { kind, members } = state.channel(id);
    const message = state.find(id, ts, this.userId);
    if (message === undefined || (kind !== 'channel' && !members.has(this.userId)))
      throw new SlackError('message_not_found');
    return message;
  }

  private checkUser(id: string): void {
    if (!this.wiring.state.users.has(id)) throw new Error(`there is nobody ${id} to choose`);
  }

  private topView(): StoredView {
    const top = this.wiring.state.views(this.userId).at(-1);
    if (top === undefined) throw new Error('no modal is open');
    return top;
  }

  /** Slack shows nothing of an answer it refuses: to the person it is as if the bot had failed. */
  private unlessRefused(answer: Answered, show: () => void): Outcome {
    try {
      show();
      return outcomeOf(answer);
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      return { ...outcomeOf(answer), ok: false };
    }
  }

  /** https://docs.slack.dev/surfaces/modals#updating_views */
  private afterSubmission(top: StoredView, answer: Json): void {
    const { state } = this.wiring;
    const stack = state.views(this.userId);
    switch (answer['response_action']) {
      case 'errors':
        top.errors = this.knownErrors(top, objectAt(answer, 'errors'));
        break;
      case 'update':
        state.replaceView(top, validView(state, answer['view']));
        break;
      case 'push':
        stack.push(state.newView(validView(state, answer['view'])));
        break;
      case 'clear':
        stack.splice(0);
        break;
      default:
        if (stack.includes(top)) stack.splice(stack.indexOf(top), 1);
    }
    state.changed();
  }

  /** Slack shows an error beside its input; one for anything else makes it refuse them all. */
  private knownErrors(top: StoredView, errors: Json): Record<string, string> {
    const inputs = Object.keys(stateOf(top));
    const stray = Object.keys(errors).filter((blockId) => !inputs.includes(blockId));
    if (stray.length > 0 || Object.keys(errors).length === 0)
      throw refusal(this.wiring.state, 'invalid_arguments', [`errors for no input: ${stray.join(', ') || 'none'}`]);
    return Object.fromEntries(Object.entries(errors).map(([blockId, error]) => [blockId, String(error)]));
  }
}

function shown({ ephemeralFor, editedTs, reactions, ...message }: StoredMessage): SlackMessage {
  return {
    ...message,
    ephemeral: ephemeralFor !== null,
    edited: editedTs !== null,
    reactions: [...reactions].map(([name, users]) => ({ name, users: [...users] })),
  };
}

function outcomeOf({ ok, status, elapsedMs }: Answered): Outcome {
  return { ok, status, elapsedMs };
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/**
 * In a message Slack marks addresses, and a person or channel picked from the client's list goes out as a mention. A
 * command's text has neither, unless the manifest says `should_escape`.
 */
function asMessage(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"])/)
    .map((piece) => (/^https?:\/\/./.test(piece) ? `<${escaped(piece)}>` : escaped(piece)))
    .join('')
    .replace(/&lt;([@#][UWC][A-Z0-9]+)&gt;/g, '<$1>');
}
