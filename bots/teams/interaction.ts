/**
 * Activities of Teams → what a person wants, in the helpdesk's words. Pure: it looks nothing up and answers nobody. Every
 * function gives null for what is none of the bot's business.
 */
import { createHash } from 'node:crypto';
import { NEW_ARTICLE } from '../../src/chat/article-intents';
import type { MessageRef } from '../../src/chat/chat-surface';
import type { Fields, Intent, Interaction, TicketIntentKind } from '../../src/chat/interaction';
import { typed } from '../../src/chat/spoken';
import type { Address, PersonId } from '../../src/domain/person';
import { object, objects, text } from './activity';
import type { Activity, Json } from './activity';
import { readData } from './form-card';
import { channelAddress, idOf, messageRef, personId, threadOf, threadRootOf } from './place';
import { quotedIn, textOfHtml, textOfPlain, typedIn } from './typed-text';

/** An interaction before we know more of its author than Teams put into the activity. */
export interface Heard extends Pick<Interaction, 'id' | 'intent' | 'message'> {
  readonly user: TeamsUser;
}

export interface TeamsUser {
  /** Also the address by which a private message reaches them. */
  readonly id: PersonId;
  /** The id in the directory, in lower case. */
  readonly aadObjectId: string;
  /** `29:…` */
  readonly userId: string;
  /** The best name the activity has; '' when it has none. */
  readonly name: string;
  /** For example `pl-PL`. */
  readonly locale: string | null;
}

/** A message that may show a ticket, and the address by which the helpdesk posts there. */
export interface MessageAt {
  readonly ref: MessageRef;
  readonly place: Address;
}

/** The ticket that a message shows; with a version, the event of it that the message says. */
export interface Shown {
  readonly ticketId: number;
  readonly version: number | null;
}

/** The commands of the message extension, by which the manifest names them. */
export const COMMANDS = {
  openTicket: 'openTicket',
  openTicketFromMessage: 'openTicketFromMessage',
  articleFromMessage: 'articleFromMessage',
} as const;

/** Where in `fields` the text of a reply or note stands, the same name as in their forms. */
const TEXT_FIELD = 'text';

/** 👀 claims, ✅ resolves, 🚨 makes it urgent; by the first code point, which Teams puts before the name: `1f440_eyes`. */
const REACTIONS: ReadonlyMap<string, TicketIntentKind> = new Map([
  ['1f440', 'claim'],
  ['eyes', 'claim'],
  ['2705', 'resolve'],
  ['2714', 'resolve'],
  ['white_check_mark', 'resolve'],
  ['heavy_check_mark', 'resolve'],
  ['1f6a8', 'urgent'],
  ['rotating_light', 'urgent'],
]);
/** 📖 makes an article of an answer. */
const ARTICLE_REACTIONS: ReadonlySet<string> = new Set(['1f4d6', 'book', 'openbook', 'open_book']);

/**
 * Who acts; null when that is nobody we can know again, such as a bot.
 * @param isOpen without credentials: people of a test tool have no id in the directory, and `from.id` stands in for it
 */
export function userOf({ from, locale }: Activity, isOpen: boolean): TeamsUser | null {
  const { id: userId, name } = from;
  const aadObjectId = from.aadObjectId || (isOpen ? userId : '');
  // A message's reference is made of it, and has "|" between its parts.
  if (aadObjectId === '' || /[\s|]/.test(aadObjectId) || userId.startsWith('28:')) return null;
  return { id: personId(aadObjectId), aadObjectId, userId, name, locale };
}

/** Known by it when it is delivered again; null when Teams gave it no id of its own. */
export function deliveryKey({ type, name, id, conversation, from }: Activity): string | null {
  const isItsOwn = id !== '' && (type === 'message' || type === 'invoke' || type === 'installationUpdate');
  return isItsOwn ? JSON.stringify([type, name, conversation.id, id, from.id]) : null;
}

/** Whether a message is spoken to the bot: in a channel or group chat it hears more than that. */
export function isForUs({ conversation, recipient, mentions }: Activity): boolean {
  if (conversation.kind === 'personal' || recipient.isTargeted) return true;
  return mentions.some(({ id }) => id !== '' && id === recipient.id);
}

/** A message with a button's data in place of words: from clients that open no dialogs, or know no newer buttons. */
export function isButton({ value, text: words }: Activity): boolean {
  return value !== null && words.trim() === '';
}

/** The messages in whose thread, or below whose quotation, a person answers: a ticket may be shown there. */
export function answeredBy(activity: Activity, user: TeamsUser): MessageAt[] {
  const { conversation, id } = activity;
  if (conversation.kind === 'personal') {
    return quotedIn(activity).map((quoted) => ({ ref: messageRef(user.id, quoted), place: user.id }));
  }
  const root = conversation.kind === 'channel' ? threadRootOf(conversation.id) : null;
  return root === null || root === id ? [] : [inChannel(conversation.id, root)];
}

/**
 * A message. In the personal chat it is a question, or a public reply when it quotes the requester's ticket; in a channel it
 * is an internal note in a ticket's thread, and otherwise a question if it is spoken to the bot.
 * @param ticketId the ticket shown by a message of `answeredBy`
 */
export function fromMessage(activity: Activity, user: TeamsUser, ticketId: number | null): Heard | null {
  const isDirect = activity.conversation.kind === 'personal';
  const words = typedIn(activity);
  if (ticketId !== null) return comment(activity, user, ticketId, words);
  if (!isForUs(activity)) return null;
  if (isDirect) return heard(activity, user, typed(words, 'direct-message', user.id));
  return heard(activity, user, typed(words, activity.recipient.isTargeted ? 'command' : 'mention'));
}

function comment(activity: Activity, user: TeamsUser, ticketId: number, words: string): Heard | null {
  if (words === '') return null;
  const isDirect = activity.conversation.kind === 'personal';
  // Who reads along here has seen the words already.
  const origin = isDirect ? user.id : channelAddress(activity.conversation.id);
  const kind = isDirect ? 'reply' : 'note';
  const said = heard(activity, user, { kind, ticketId, origin, fields: { [TEXT_FIELD]: words } });
  return isDirect ? said : { ...said, message: inChannel(activity.conversation.id, activity.id).ref };
}

/** A pressed button or a submitted form, wherever it was: what it says may be forged. */
export function fromData(activity: Activity, user: TeamsUser): Heard {
  const { intent, nonce } = readData(dataOf(activity));
  if (nonce === null || !('fields' in intent) || intent.fields === undefined) return heard(activity, user, intent);
  // A field left empty is absent.
  const fields = Object.fromEntries(Object.entries(intent.fields).filter(([, value]) => value !== ''));
  // A submission that Teams sends again late has another id, and one that was corrected has the same form.
  const id = `teams:form:${user.aadObjectId}:${nonce.slice(0, 64)}:${digest(fields)}`;
  return { id, user, intent: { ...intent, fields } };
}

/** What a button or form brought back, as it came. */
export function dataOf({ name, value }: Activity): Json {
  const data =
    name === 'adaptiveCard/action' ? object(value?.['action'])['data'] : name === '' ? value : value?.['data'];
  return object(data);
}

/** A client that asks by itself whether a card is still true. */
export function isAutomatic({ value }: Activity): boolean {
  return value?.['trigger'] === 'automatic';
}

/**
 * A command of the message extension.
 * @param shown the ticket that a message of `commandedAt` shows, or the event of one that it says
 */
export function fromCommand(activity: Activity, user: TeamsUser, shown: Shown | null = null): Heard {
  return heard(activity, user, commandIntent(activity.value ?? {}, user, shown));
}

function commandIntent(value: Json, user: TeamsUser, shown: Shown | null): Intent {
  const { commandId } = value;
  if (commandId === COMMANDS.openTicket) return { kind: 'open', inquiryId: null, intake: 'shortcut' };
  if (commandId !== COMMANDS.openTicketFromMessage && commandId !== COMMANDS.articleFromMessage)
    return { kind: 'unknown' };
  const message = object(value['messagePayload']);
  const words = wordsOf(message);
  if (commandId === COMMANDS.articleFromMessage) {
    return shown === null
      ? { ...NEW_ARTICLE, text: words }
      : { kind: 'article-from', ticketId: shown.ticketId, event: shown.version, text: words };
  }
  const author = text(object(object(message['from'])['user'])['id']).toLowerCase();
  return {
    kind: 'open',
    inquiryId: null,
    intake: 'message',
    ...(words === '' ? {} : { text: words }),
    ...(author === '' || author === user.aadObjectId ? {} : { requester: personId(author) }),
  };
}

/** What a message of `messagePayload` says: a post's subject, what was typed, its files by name. */
function wordsOf(message: Json): string {
  const body = object(message['body']);
  const content = text(body['content']);
  const typed = text(body['contentType']) === 'text' ? textOfPlain(content) : textOfHtml(content);
  const files = objects(message['attachments'])
    .filter(({ contentType }) => contentType === 'reference')
    .map(({ name, contentUrl }) => textOfPlain(`${text(name)} ${text(contentUrl)}`));
  return [textOfPlain(text(message['subject'])), typed, ...files].filter((line) => line !== '').join('\n');
}

/** The message a person reacted to, if the reaction means something. */
export function reactedMessageOf(activity: Activity, user: TeamsUser): MessageAt | null {
  const { conversation, replyToId, id } = activity;
  const message = replyToId ?? id;
  if (reactionOf(activity) === null || message === '' || conversation.kind === 'group') return null;
  if (conversation.kind === 'personal') return { ref: messageRef(user.id, message), place: user.id };
  return inChannel(conversation.id, message);
}

/** @param shown the ticket shown by the message of `reactedMessageOf`, or the event of one that it says */
export function fromReaction(activity: Activity, user: TeamsUser, { ticketId, version }: Shown): Heard | null {
  const reaction = reactionOf(activity);
  if (reaction === null) return null;
  const { conversation, replyToId, id, timestamp } = activity;
  const key = `teams:${conversation.id}:${replyToId ?? id}:${user.aadObjectId}:${reaction.type}:${timestamp}`;
  if (reaction.kind === 'article') {
    return { id: key, user, intent: { kind: 'article-from', ticketId, event: version, quick: true } };
  }
  // Those are about a ticket, and mean nothing on one of its answers.
  return version !== null ? null : { id: key, user, intent: { kind: reaction.kind, ticketId, quick: true } };
}

function reactionOf({ reactions }: Activity): { kind: TicketIntentKind | 'article'; type: string } | null {
  for (const type of reactions) {
    const name = (type.split('-', 1)[0] ?? '').toLowerCase();
    const names = [name, name.split('_', 1)[0] ?? '', name.codePointAt(0)?.toString(16) ?? ''];
    if (names.some((each) => ARTICLE_REACTIONS.has(each))) return { kind: 'article', type };
    const kind = names.map((each) => REACTIONS.get(each)).find((known) => known !== undefined);
    if (kind !== undefined) return { kind, type };
  }
  return null;
}

/** For a command about a message's answer: that message, and the one its thread began with. */
export function commandedAt({ conversation, value }: Activity, user: TeamsUser): MessageAt[] {
  const { id, replyToId } = object(value?.['messagePayload']);
  const message = text(id);
  if (value?.['commandId'] !== COMMANDS.articleFromMessage || message === '') return [];
  if (conversation.kind === 'personal') return [{ ref: messageRef(user.id, message), place: user.id }];
  if (conversation.kind !== 'channel') return [];
  const root = threadRootOf(conversation.id) ?? (text(replyToId) || message);
  const thread = threadOf(idOf(channelAddress(conversation.id)) ?? '', root);
  return [...new Set([message, root])].map((each) => inChannel(thread, each));
}

/** A post of a channel; the id of the conversation says in which thread. */
function inChannel(conversationId: string, activityId: string): MessageAt {
  return { ref: messageRef(`teams:${conversationId}`, activityId), place: channelAddress(conversationId) };
}

/** Teams repeats an activity with the id it had. */
function heard(activity: Activity, user: TeamsUser, intent: Intent): Heard {
  const { conversation, id, name, timestamp } = activity;
  const own = id === '' ? digest({ user: user.id, name, timestamp, intent: JSON.stringify(intent) }) : id;
  return { id: `teams:${conversation.id}:${own}`, user, intent };
}

function digest(fields: Fields): string {
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(fields).sort()))
    .digest('hex')
    .slice(0, 16);
}
