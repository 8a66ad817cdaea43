/**
 * Slack payloads → what a person wants, in the helpdesk's words. Pure: it looks nothing up and answers nobody. Every
 * function gives null for what is none of the bot's business.
 */
import { createHash } from 'node:crypto';
import type { BlockAction, GlobalShortcut, MessageShortcut, SlashCommand, ViewSubmitAction } from '@slack/bolt';
import type { MessageRef } from '../../src/chat/chat-surface';
import { decodeIntent } from '../../src/chat/interaction';
import type { Fields, Intent, Interaction, TicketIntentKind } from '../../src/chat/interaction';
import { commanded, spoken } from '../../src/chat/spoken';
import { cleanText } from '../../src/domain/text';
import { SHORTCUTS } from './manifest';
import { INPUT_ACTION_ID, unpackMetadata } from './modal';

/** An interaction before we know more of its author than Slack put in the payload. */
export interface Heard extends Pick<Interaction, 'id' | 'intent' | 'message'> {
  readonly user: SlackUser;
}

export interface SlackUser {
  readonly id: string;
  /** The best name the payload has; '' when it has none. */
  readonly name: string;
}

/** Who the bot is in this workspace. */
export interface Self {
  readonly userId: string;
  readonly botId: string;
}

/** What we read of `message` and `app_mention` events. https://docs.slack.dev/reference/events/message */
export interface SlackMessageEvent {
  /** Who began the thread; absent in some events. */
  readonly parent_user_id?: string;
  readonly channel: string;
  readonly ts: string;
  readonly text?: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly subtype?: string;
  readonly thread_ts?: string;
  readonly channel_type?: string;
  readonly files?: readonly { readonly name?: string | null; readonly permalink?: string }[];
  /** Messages that are forwarded in it, among previews of links. */
  readonly attachments?: readonly { readonly is_share?: boolean; readonly text?: string }[];
}

/** https://docs.slack.dev/reference/events/reaction_added */
export interface SlackReactionEvent {
  readonly user: string;
  readonly reaction: string;
  readonly item: { readonly type: string; readonly channel?: string; readonly ts?: string };
  readonly item_user?: string;
  readonly event_ts: string;
}

/** Where in `fields` the text of a reply or note stands, the same name as in their forms. */
const TEXT_FIELD = 'text';

/** 👀 claims, ✅ resolves, 🚨 makes it urgent. */
const REACTIONS: ReadonlyMap<string, TicketIntentKind> = new Map([
  ['eyes', 'claim'],
  ['white_check_mark', 'resolve'],
  ['heavy_check_mark', 'resolve'],
  ['rotating_light', 'urgent'],
]);

/** 📖 makes an article of an answer; Slack knows the same picture by either name. */
const ARTICLE_REACTIONS: ReadonlySet<string> = new Set(['book', 'open_book']);

/** Messages with any other subtype are edits, joins and other noise. */
const SPOKEN_SUBTYPES: ReadonlySet<string | undefined> = new Set([
  undefined,
  'file_share',
  'me_message',
  'thread_broadcast',
]);

/** A slash command: nothing opens the form, a known word is that word, anything else is a question. */
export function fromCommand(command: SlashCommand): Heard {
  return {
    id: triggerKey(command.trigger_id),
    user: { id: command.user_id, name: command.user_name },
    intent: commanded(typedIn(command.text), 'command'),
  };
}

/** A button, menu entry or select; null for a link, which Slack reports although it opened by itself. */
export function fromAction(body: BlockAction): Heard | null {
  const action = body.actions[0];
  if (action === undefined || ('url' in action && action.url !== undefined)) return null;
  const value = 'selected_option' in action ? action.selected_option?.value : 'value' in action ? action.value : '';
  return {
    id: triggerKey(body.trigger_id),
    user: userOf(body.user),
    intent: decodeIntent(typeof value === 'string' ? value : undefined),
  };
}

/**
 * A submitted form. After "invalid" Slack sends the corrected form with the same view id and the same hash, and after a
 * time-out the person sends the same one again: so the key is the view with what was typed.
 */
export function fromSubmission(body: ViewSubmitAction): Heard {
  const fields = fieldsOf(body.view.state?.values);
  const typed = createHash('sha256')
    .update(JSON.stringify(Object.entries(fields).sort()))
    .digest('hex')
    .slice(0, 16);
  return {
    id: `slack:view:${body.view.id}:${typed}`,
    user: userOf(body.user),
    intent: decodeIntent(unpackMetadata(body.view.private_metadata).value, fields),
  };
}

export function fromShortcut(body: GlobalShortcut | MessageShortcut, self: Self): Heard {
  return { id: triggerKey(body.trigger_id), user: userOf(body.user), intent: shortcutIntent(body, self) };
}

function shortcutIntent(body: GlobalShortcut | MessageShortcut, self: Self): Intent {
  if (body.type === 'shortcut') {
    if (body.callback_id !== SHORTCUTS.openTicket) return { kind: 'unknown' };
    return { kind: 'open', inquiryId: null, intake: 'shortcut' };
  }
  if (body.callback_id !== SHORTCUTS.openTicketFromMessage) return { kind: 'unknown' };
  const text = textOf(body.message, self);
  const { user: author } = body.message;
  const forSomebodyElse = author !== body.user.id && isPerson({ ...body.message, user: author }, self);
  return {
    kind: 'open',
    inquiryId: null,
    intake: 'message',
    ...(text === '' ? {} : { text }),
    ...(forSomebodyElse && author !== undefined ? { requester: `slack:${author}` } : {}),
  };
}

/** The message in whose thread a person answers: a ticket may be shown there. */
export function threadRootOf(event: SlackMessageEvent, self: Self): MessageRef | null {
  const isReply = event.thread_ts !== undefined && event.thread_ts !== event.ts;
  // Where Slack says who began the thread, only our own threads are of interest.
  const ours = event.parent_user_id === undefined || event.parent_user_id === self.userId;
  return isReply && ours && isSpoken(event, self) ? messageRef(event.channel, event.thread_ts) : null;
}

/**
 * A message the bot can see. In a direct message it is a question, or a reply to the requester's ticket when it stands in
 * that ticket's thread; in a channel it is an internal note in a ticket's thread, and otherwise not for us.
 * @param ticketId the ticket shown by the message of `threadRootOf`
 */
export function fromMessage(event: SlackMessageEvent, team: string, self: Self, ticketId: number | null): Heard | null {
  if (!isSpoken(event, self)) return null;
  const direct = event.channel_type === 'im' || event.channel.startsWith('D');
  const text = textOf(event, self);
  if (ticketId !== null) return comment(event, team, direct ? 'reply' : 'note', ticketId, text);
  if (!direct) return null;
  const intent = spoken(text, 'direct-message', `slack:${event.channel}`);
  const { thread_ts: root = event.ts } = event;
  // Whoever asks in a thread looks there for the answer.
  const isBelow = intent.kind === 'ask' && root !== event.ts;
  return heardMessage(event, team, isBelow ? { ...intent, thread: messageRef(event.channel, root) } : intent);
}

/** The bot's name in a channel. In a ticket's thread Slack sends the message twice, as itself and as this: both are one note. */
export function fromMention(event: SlackMessageEvent, team: string, self: Self, ticketId: number | null): Heard | null {
  if (!isSpoken(event, self)) return null;
  const text = textOf(event, self);
  if (ticketId !== null) return comment(event, team, 'note', ticketId, text);
  return heardMessage(event, team, spoken(text, 'mention'));
}

/** The message a person reacted to, if the reaction means something there: 📖 anywhere, the others on the bot's messages. */
export function reactedMessageOf(event: SlackReactionEvent, self: Self): MessageRef | null {
  const { item } = event;
  if (item.type !== 'message' || item.channel === undefined || item.ts === undefined) return null;
  if (event.user === self.userId) return null;
  const means = makesArticle(event) || (event.item_user === self.userId && reactionKind(event.reaction) !== undefined);
  return means ? messageRef(item.channel, item.ts) : null;
}

/** Whether it is 📖. */
function makesArticle({ reaction }: SlackReactionEvent): boolean {
  return ARTICLE_REACTIONS.has(nameOf(reaction));
}

/** @param shown the ticket shown by the message of `reactedMessageOf`, or the event of one that it says */
export function fromReaction(
  event: SlackReactionEvent,
  { ticketId, version }: { readonly ticketId: number; readonly version: number | null },
): Heard | null {
  const kind = reactionKind(event.reaction);
  const { channel = '', ts = '' } = event.item;
  const heard = {
    id: `slack:${channel}:${ts}:${event.user}:${event.reaction}:${event.event_ts}`,
    user: { id: event.user, name: '' },
  };
  if (makesArticle(event)) {
    return { ...heard, intent: { kind: 'article-from', ticketId, event: version, quick: true } };
  }
  // Those are about a ticket, and mean nothing on one of its answers.
  return kind === undefined || version !== null ? null : { ...heard, intent: { kind, ticketId, quick: true } };
}

/** The reference of a message, the only place with its format. */
export function messageRef(channel: string, ts: string): MessageRef {
  return `slack:${channel}:${ts}`;
}

/**
 * What a person typed, from Slack's markup. https://docs.slack.dev/messaging/formatting-message-text#escaping
 * Nothing inside has a `<`: without that, a text full of them would be read to its end from each.
 */
export function decodeText(text: string): string {
  return text
    .replace(/<([@#!])([^<>|]+)(?:\|([^<>]*))?>/g, (_all, sign: string, id: string, label: string | undefined) => {
      if (label) return /^[@#]/.test(label) || sign === '!' ? label : sign + label;
      return (sign === '!' ? '@' : sign) + id;
    })
    .replace(/<((?:https?|mailto|tel):[^<>|]+)(?:\|([^<>]*))?>/g, (_all, url: string, label: string | undefined) => {
      const shown = url.replace(/^(mailto|tel):/, '');
      return label === undefined || url.endsWith(label) ? shown : `${label} (${shown})`;
    })
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}

/** What is left of a person's words once Slack's markup and what nobody can see is gone. */
function typedIn(text: string | undefined): string {
  return cleanText(decodeText(text ?? ''));
}

/** The people a text mentions by id only, at most five: their names are asked of Slack. */
export function mentionedIn(text: string): string[] {
  const ids = [...text.matchAll(/<@([UW][A-Z0-9]+)>/g)].map((match) => match[1] ?? '');
  return [...new Set(ids)].slice(0, 5);
}

/** The text with those names beside the ids, as Slack itself writes them where it does. */
export function withNames(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(/<@([UW][A-Z0-9]+)>/g, (mention, id: string) => {
    const name = names.get(id)?.replace(/[<>|]/g, ' ');
    return name === undefined ? mention : `<@${id}|${name}>`;
  });
}

function comment(
  event: SlackMessageEvent,
  team: string,
  kind: 'reply' | 'note',
  ticketId: number,
  text: string,
): Heard | null {
  if (text === '') return null;
  // Who reads along here has seen the words already.
  const origin = `slack:${event.channel}`;
  const heard = heardMessage(event, team, { kind, ticketId, origin, fields: { [TEXT_FIELD]: text } });
  return kind === 'reply' ? heard : { ...heard, message: messageRef(event.channel, event.ts) };
}

/** Slack has delivered one message under several event ids, so a message is known by its place and time. */
function heardMessage(event: SlackMessageEvent, team: string, intent: Intent): Heard {
  const { channel, ts, user = '' } = event;
  return { id: `slack:${team}:${channel}:${ts}`, user: { id: user, name: '' }, intent };
}

/** What was typed, what is forwarded below it, and what its files are called. */
function textOf(event: Pick<SlackMessageEvent, 'text' | 'files' | 'attachments'>, self: Self): string {
  const typed = typedIn(event.text?.replaceAll(`<@${self.userId}>`, ''));
  const shared = (event.attachments ?? []).filter((each) => each.is_share === true).map(({ text }) => typedIn(text));
  const files = (event.files ?? []).map(({ name, permalink }) => [name, permalink].filter(Boolean).join(' '));
  return [typed, ...shared, ...files].filter((line) => line !== '').join('\n');
}

function isSpoken(event: SlackMessageEvent, self: Self): boolean {
  return SPOKEN_SUBTYPES.has(event.subtype) && isPerson(event, self);
}

function isPerson(author: { readonly user?: string | undefined; readonly bot_id?: string }, self: Self): boolean {
  const { user, bot_id: bot } = author;
  return user !== undefined && bot === undefined && user !== self.userId && user !== 'USLACKBOT';
}

/** `eyes::skin-tone-2` is still `eyes`. */
function reactionKind(reaction: string): TicketIntentKind | undefined {
  return REACTIONS.get(nameOf(reaction));
}

function nameOf(reaction: string): string {
  return reaction.split('::', 1)[0] ?? '';
}

function triggerKey(triggerId: string): string {
  return `slack:trigger:${triggerId}`;
}

function userOf(user: { readonly id: string; readonly name?: string; readonly username?: string }): SlackUser {
  return { id: user.id, name: user.name ?? user.username ?? '' };
}

type ViewState = ViewSubmitAction['view']['state']['values'];

/** What was typed, by field name; a field left empty is absent, and so is one in a shape that is not ours. */
function fieldsOf(values: Partial<ViewState> | undefined): Fields {
  const fields: Record<string, string> = {};
  for (const [name, elements] of Object.entries(values ?? {})) {
    const input = elements?.[INPUT_ACTION_ID];
    const person = input?.selected_user;
    const value = person ? `slack:${person}` : (input?.selected_option?.value ?? input?.value);
    if (typeof value === 'string' && value !== '') fields[name] = value;
  }
  return fields;
}
