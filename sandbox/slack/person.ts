/** One person at their Slack client: what they see, and what their clicks and words send to the bot. */
import type { KnownBlock } from '@slack/types';
import { randomBytes } from 'node:crypto';
import { inputsOf, statesOf } from './modal-inputs';
import type { Answered, Delivery } from './delivery';
import { actionOf, find, now } from './elements';
import { eventCallback, messageEvent } from './events';
import type { ElementRef, ModalValues, OpenModal, Outcome, SlackMessage, SlackPerson } from './slack-world';
import type { State, StoredMessage, StoredView } from './state';
import { APP_ID, BOT_USER_ID, SlackError } from './state';
import { contentOf, validView, wireMessage } from './web-api';

type Json = Record<string, unknown>;

export interface Wiring {
  readonly state: State;
  readonly delivery: Delivery;
  /** The base of response URLs. */
  readonly responseBase: string;
}

export class Person implements SlackPerson {
  constructor(
    readonly userId: string,
    private readonly wiring: Wiring,
  ) {
    if (!wiring.state.users.has(userId)) throw new Error(`there is nobody ${userId} in this workspace`);
  }

  directMessageChannel(): Promise<string> {
    return Promise.resolve(this.wiring.state.directMessage(this.userId));
  }

  messages(channel: string): Promise<SlackMessage[]> {
    const { state } = this.wiring;
    if (!state.channel(channel).members.has(this.userId)) return Promise.resolve([]);
    const seen = state.messages.filter(
      (message) =>
        message.channel === channel && (message.ephemeralFor === null || message.ephemeralFor === this.userId),
    );
    return Promise.resolve(seen.map(shown));
  }

  modal(): OpenModal | null {
    const top = this.wiring.state.views(this.userId).at(-1);
    return top === undefined ? null : { viewId: top.viewId, view: top.view, errors: top.errors };
  }

  async command(channel: string, command: string, text: string): Promise<Outcome> {
    const { state, delivery, responseBase } = this.wiring;
    const { name, kind } = state.channel(channel);
    const answer = await delivery.send('slash_commands', {
      token: 'stand-in',
      team_id: state.world.team.id,
      team_domain: state.world.team.domain,
      channel_id: channel,
      channel_name: kind === 'im' ? 'directmessage' : name,
      user_id: this.userId,
      user_name: this.me.name,
      command,
      text: escaped(text),
      api_app_id: APP_ID,
      is_enterprise_install: 'false',
      response_url: `${responseBase}${state.newResponseUrl(this.userId, channel, null)}`,
      trigger_id: state.newTrigger(this.userId),
    });
    if (answer.ok) this.showAnswer(channel, answer.body);
    return outcomeOf(answer);
  }

  async click(at: { channel: string; ts: string }, element: ElementRef, option?: string): Promise<Outcome> {
    const { state, delivery, responseBase } = this.wiring;
    const message = state.find(at.channel, at.ts);
    if (message === undefined || (message.ephemeralFor !== null && message.ephemeralFor !== this.userId))
      throw new Error('there is no such message to click on');
    const found = find(message.blocks, element, option);
    const ephemeral = message.ephemeralFor !== null;
    const answer = await delivery.send('interactive', {
      ...this.envelope('block_actions'),
      container: {
        type: 'message',
        message_ts: message.ts,
        channel_id: message.channel,
        is_ephemeral: ephemeral,
        ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
      },
      channel: { id: message.channel, name: state.channel(message.channel).name },
      // Slack leaves the message out of clicks on what only one person sees.
      ...(ephemeral ? {} : { message: { ...wireMessage(message, true), team: state.world.team.id, app_id: APP_ID } }),
      state: { values: {} },
      response_url: `${responseBase}${state.newResponseUrl(this.userId, message.channel, message.ts)}`,
      actions: [actionOf(found, option)],
    });
    return outcomeOf(answer);
  }

  async clickInModal(element: ElementRef): Promise<Outcome> {
    const top = this.topView();
    const found = find(top.view.blocks as KnownBlock[], element);
    const answer = await this.wiring.delivery.send('interactive', {
      ...this.envelope('block_actions'),
      container: { type: 'view', view_id: top.viewId },
      view: this.wireView(top, {}),
      actions: [actionOf(found)],
    });
    return outcomeOf(answer);
  }

  async submitModal(values: ModalValues): Promise<Outcome> {
    const { state } = this.wiring;
    const top = this.topView();
    const { states, missing } = statesOf(inputsOf(top.view), values);
    if (Object.keys(missing).length > 0) {
      // Slack's client does not send a form whose required fields are empty.
      top.errors = missing;
      state.changed();
      return { ok: false, status: 0, elapsedMs: 0 };
    }
    const answer = await this.wiring.delivery.send('interactive', {
      ...this.envelope('view_submission'),
      view: this.wireView(top, states),
      response_urls: [],
    });
    if (answer.ok) this.afterSubmission(top, answer.body as Json | string);
    return outcomeOf(answer);
  }

  async closeModal(): Promise<void> {
    const { state, delivery } = this.wiring;
    const top = state.views(this.userId).pop();
    state.changed();
    if (top !== undefined && (top.view as { notify_on_close?: boolean }).notify_on_close === true) {
      await delivery.send('interactive', {
        ...this.envelope('view_closed'),
        view: this.wireView(top, {}),
        is_cleared: false,
      });
    }
  }

  async globalShortcut(callbackId: string): Promise<Outcome> {
    return outcomeOf(
      await this.wiring.delivery.send('interactive', {
        ...this.envelope('shortcut'),
        callback_id: callbackId,
        action_ts: now(),
      }),
    );
  }

  async messageShortcut(callbackId: string, at: { channel: string; ts: string }): Promise<Outcome> {
    const { state, delivery, responseBase } = this.wiring;
    const message = state.find(at.channel, at.ts);
    if (message === undefined) throw new Error('there is no such message');
    const answer = await delivery.send('interactive', {
      ...this.envelope('message_action'),
      callback_id: callbackId,
      action_ts: now(),
      message_ts: message.ts,
      channel: { id: message.channel, name: state.channel(message.channel).name },
      message: { ...wireMessage(message, true), team: state.world.team.id },
      response_url: `${responseBase}${state.newResponseUrl(this.userId, message.channel, null)}`,
    });
    return outcomeOf(answer);
  }

  async say(channel: string, text: string, threadTs?: string): Promise<string> {
    const { state, delivery } = this.wiring;
    const { members, kind } = state.channel(channel);
    if (!members.has(this.userId)) throw new SlackError('not_in_channel');
    // A mention picked from the client's list goes out as such; everything else typed is text.
    const wire = escaped(text).replace(/&lt;(@[UW][A-Z0-9]+)&gt;/g, '<$1>');
    const message = state.add({
      channel,
      threadTs: threadTs ?? null,
      user: this.userId,
      fromBot: false,
      ephemeralFor: null,
      text: wire,
      blocks: [],
      metadata: null,
    });
    if (!members.has(BOT_USER_ID)) return message.ts;
    const event = { ...messageEvent(message, kind), client_msg_id: randomBytes(16).toString('hex') };
    const events = [
      event,
      ...(kind !== 'im' && wire.includes(`<@${BOT_USER_ID}>`) ? [{ ...event, type: 'app_mention' }] : []),
    ];
    await Promise.all(events.map((each) => delivery.sendEvent(this.eventCallback(each))));
    return message.ts;
  }

  react(message: { channel: string; ts: string }, emoji: string): Promise<void> {
    return this.reaction(message, emoji, 'reaction_added');
  }

  unreact(message: { channel: string; ts: string }, emoji: string): Promise<void> {
    return this.reaction(message, emoji, 'reaction_removed');
  }

  private async reaction(
    at: { channel: string; ts: string },
    emoji: string,
    type: 'reaction_added' | 'reaction_removed',
  ): Promise<void> {
    const { state, delivery } = this.wiring;
    const message = state.find(at.channel, at.ts);
    if (message === undefined) throw new Error('there is no such message');
    const users = message.reactions.get(emoji) ?? new Set<string>();
    if (type === 'reaction_added') message.reactions.set(emoji, users.add(this.userId));
    else if (users.delete(this.userId) && users.size === 0) message.reactions.delete(emoji);
    state.changed();
    const item = { type: 'message', channel: at.channel, ts: at.ts };
    await delivery.sendEvent(
      this.eventCallback({ type, user: this.userId, reaction: emoji, item, item_user: message.user, event_ts: now() }),
    );
  }

  private get me() {
    const user = this.wiring.state.users.get(this.userId);
    if (user === undefined) throw new Error('nobody');
    return user;
  }

  private topView(): StoredView {
    const top = this.wiring.state.views(this.userId).at(-1);
    if (top === undefined) throw new Error('no modal is open');
    return top;
  }

  private envelope(type: string): Json {
    const { state } = this.wiring;
    const team = state.world.team.id;
    return {
      type,
      user: { id: this.userId, username: this.me.name, name: this.me.name, team_id: team },
      api_app_id: APP_ID,
      token: 'stand-in',
      team: { id: team, domain: state.world.team.domain },
      enterprise: null,
      is_enterprise_install: false,
      trigger_id: state.newTrigger(this.userId),
    };
  }

  private eventCallback(event: Json): Json {
    return eventCallback(this.wiring.state.world.team.id, event);
  }

  private wireView(stored: StoredView, values: Json): Json {
    const team = this.wiring.state.world.team.id;
    return {
      ...stored.view,
      id: stored.viewId,
      team_id: team,
      hash: stored.hash,
      state: { values },
      app_id: APP_ID,
      app_installed_team_id: team,
      previous_view_id: null,
      root_view_id: stored.viewId,
    };
  }

  /** A command's answer in the HTTP body: seen by this person only, unless it says otherwise. */
  private showAnswer(channel: string, body: unknown): void {
    const answer: Json = typeof body === 'string' ? { text: body } : ((body ?? {}) as Json);
    if ((answer.text === undefined || answer.text === '') && answer.blocks === undefined) return;
    const { state } = this.wiring;
    const ephemeralFor = answer.response_type === 'in_channel' ? null : this.userId;
    state.add({
      ...contentOf(state, answer),
      channel,
      threadTs: null,
      user: BOT_USER_ID,
      fromBot: true,
      ephemeralFor,
      metadata: null,
    });
  }

  private afterSubmission(top: StoredView, body: Json | string): void {
    const { state } = this.wiring;
    const stack = state.views(this.userId);
    const answer = typeof body === 'string' ? {} : body;
    switch (answer.response_action) {
      case 'errors':
        top.errors = answer.errors as Record<string, string>;
        break;
      case 'update':
        state.replaceView(top, validView(state, answer.view));
        break;
      case 'push':
        stack.push(state.newView(validView(state, answer.view)));
        break;
      case 'clear':
        stack.splice(0);
        break;
      default:
        stack.splice(stack.indexOf(top), 1);
    }
    state.changed();
  }
}

function shown(message: StoredMessage): SlackMessage {
  const { channel, ts, threadTs, user, fromBot, edited, text, blocks, metadata, reactions } = message;
  const list = [...reactions].map(([name, users]) => ({ name, users: [...users] }));
  return {
    channel,
    ts,
    threadTs,
    user,
    fromBot,
    edited,
    text,
    blocks,
    metadata,
    ephemeral: message.ephemeralFor !== null,
    reactions: list,
  };
}

function outcomeOf({ ok, status, elapsedMs }: Answered): Outcome {
  return { ok, status, elapsedMs };
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
