/** The Web API methods that a helpdesk uses, over the stand-in's state, with Slack's own error words. */
import type { KnownBlock, View } from '@slack/types';
import { areTooLong, checkBlocks, checkView } from './block-kit-check';
import type { State, StoredMessage } from './state';
import { BOT_ID, BOT_USER_ID, SlackError } from './state';

export type Body = Readonly<Record<string, unknown>>;
type Answer = Record<string, unknown>;
type Method = (state: State, body: Body, context: ApiContext) => Answer;

export interface ApiContext {
  /** For `apps.connections.open`. */
  readonly socketUrl: string;
  /** Tells the bot's channel of a message the bot posted, as Slack does. */
  readonly posted: (message: StoredMessage) => void;
}

/** @throws SlackError in Slack's words */
export function callMethod(name: string, state: State, body: Body, context: ApiContext): Answer {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  if (method === undefined) throw new SlackError('unknown_method');
  return method(state, body, context);
}

const METHODS: Readonly<Record<string, Method>> = {
  'auth.test': ({ world }) => ({
    url: `https://${world.team.domain}.slack.com/`,
    team: world.team.domain,
    team_id: world.team.id,
    user: 'helpdesk',
    user_id: BOT_USER_ID,
    bot_id: BOT_ID,
  }),
  'apps.connections.open': (_state, _body, { socketUrl }) => ({ url: socketUrl }),
  'chat.postMessage': postMessage,
  'chat.update': updateMessage,
  'chat.delete': (state, { channel, ts }) => {
    state.remove(ownMessage(state, channel, ts));
    return { channel, ts };
  },
  'chat.postEphemeral': postEphemeral,
  'chat.getPermalink': ({ world }, { channel, message_ts }) => ({
    channel,
    permalink: `https://${world.team.domain}.slack.com/archives/${String(channel)}/p${String(message_ts).replace('.', '')}`,
  }),
  'conversations.info': (state, body) => {
    const { id, name, kind, members, archived } = state.channel(body.channel);
    return {
      channel: {
        id,
        name,
        is_channel: kind === 'channel',
        is_im: kind === 'im',
        is_member: members.has(BOT_USER_ID),
        is_archived: archived,
      },
    };
  },
  'conversations.members': (state, body) => {
    const { items, next } = page([...state.channel(body.channel).members], body, 100);
    return { members: items, response_metadata: { next_cursor: next } };
  },
  'conversations.history': (state, body) => history(state, body, (message) => message.threadTs === null),
  'conversations.replies': (state, body) =>
    history(state, body, (message) => message.ts === body.ts || message.threadTs === body.ts),
  'conversations.open': (state, { users }) => ({
    channel: { id: state.directMessage(String(users).split(',')[0] ?? '') },
  }),
  'conversations.list': (state, body) => channels(state, body, () => true),
  'users.conversations': (state, body) => channels(state, body, (members) => members.has(BOT_USER_ID)),
  'users.info': (state, body) => ({
    user: userInfo(state, String(body.user), body.include_locale === true || body.include_locale === 'true'),
  }),
  'users.lookupByEmail': (state, { email }) => {
    const user = [...state.users.values()].find((each) => each.email === email);
    if (user === undefined) throw new SlackError('users_not_found');
    return { user: userInfo(state, user.id, false) };
  },
  'views.open': (state, body) => {
    const userId = state.useTrigger(body.trigger_id);
    return pushView(state, userId, body, true);
  },
  'views.push': (state, body) => {
    const userId = state.useTrigger(body.trigger_id);
    if (state.views(userId).length >= 3) throw new SlackError('push_limit_reached');
    return pushView(state, userId, body, false);
  },
  'views.update': (state, body) => {
    const view = validView(state, body.view);
    const { stored } = state.viewById(body.view_id);
    if (body.hash !== undefined && body.hash !== stored.hash) throw new SlackError('hash_conflict');
    state.replaceView(stored, view);
    return { view: { ...stored.view, id: stored.viewId, hash: stored.hash } };
  },
  'reactions.add': (state, { channel, timestamp, name }) => {
    const message = state.find(String(channel), String(timestamp));
    if (message === undefined) throw new SlackError('message_not_found');
    const users = message.reactions.get(String(name)) ?? new Set<string>();
    if (users.has(BOT_USER_ID)) throw new SlackError('already_reacted');
    message.reactions.set(String(name), users.add(BOT_USER_ID));
    state.changed();
    return {};
  },
};

function postMessage(state: State, body: Body, { posted }: ApiContext): Answer {
  const channel = state.postingChannel(body.channel);
  const message = state.add({
    ...contentOf(state, body),
    channel: channel.id,
    threadTs: threadOf(body),
    user: BOT_USER_ID,
    fromBot: true,
    ephemeralFor: null,
    metadata: (body.metadata as StoredMessage['metadata'] | undefined) ?? null,
  });
  posted(message);
  return { channel: channel.id, ts: message.ts, message: wireMessage(message, false) };
}

function updateMessage(state: State, body: Body): Answer {
  const message = ownMessage(state, body.channel, body.ts);
  const { text, blocks } = contentOf(state, body);
  state.redraw(message, text, blocks);
  return { channel: message.channel, ts: message.ts, text };
}

function postEphemeral(state: State, body: Body): Answer {
  const channel = state.postingChannel(body.channel);
  const user = String(body.user);
  if (!channel.members.has(user)) throw new SlackError('user_not_in_channel');
  const message = state.add({
    ...contentOf(state, body),
    channel: channel.id,
    threadTs: threadOf(body),
    user: BOT_USER_ID,
    fromBot: true,
    ephemeralFor: user,
    metadata: null,
  });
  return { message_ts: message.ts };
}

/** Text and blocks, checked. @throws SlackError invalid_blocks, no_text */
export function contentOf(state: State, body: Body): { text: string; blocks: KnownBlock[] } {
  const blocks = body.blocks ?? [];
  const problems = checkBlocks(blocks, 'message');
  if (problems.length > 0) refuse(state, areTooLong(blocks) ? 'msg_blocks_too_long' : 'invalid_blocks', problems);
  const text = typeof body.text === 'string' ? body.text : '';
  if (text === '' && (blocks as unknown[]).length === 0) throw new SlackError('no_text');
  return { text, blocks: blocks as KnownBlock[] };
}

export function validView(state: State, view: unknown): View {
  const problems = checkView(view ?? {});
  if (problems.length > 0) refuse(state, 'invalid_arguments', problems);
  return view as View;
}

function refuse(state: State, code: string, problems: readonly string[]): never {
  state.refusals.push(...problems);
  throw new SlackError(code, problems);
}

function pushView(state: State, userId: string, body: Body, first: boolean): Answer {
  const stored = state.newView(validView(state, body.view));
  const stack = state.views(userId);
  if (first) stack.splice(0);
  stack.push(stored);
  state.changed();
  return { view: { ...stored.view, id: stored.viewId, hash: stored.hash } };
}

function ownMessage(state: State, channel: unknown, ts: unknown): StoredMessage {
  const message = state.find(state.channel(channel).id, String(ts));
  if (message === undefined || message.ephemeralFor !== null) throw new SlackError('message_not_found');
  if (!message.fromBot) throw new SlackError('cant_update_message');
  return message;
}

function threadOf(body: Body): string | null {
  return typeof body.thread_ts === 'string' ? body.thread_ts : null;
}

function history(state: State, body: Body, belongs: (message: StoredMessage) => boolean): Answer {
  const channel = state.channel(body.channel);
  if (!channel.members.has(BOT_USER_ID)) throw new SlackError('not_in_channel');
  const oldest = Number(body.oldest ?? 0);
  const found = state.messages
    .filter(
      (message) =>
        message.channel === channel.id &&
        message.ephemeralFor === null &&
        belongs(message) &&
        Number(message.ts) >= oldest,
    )
    .sort((a, b) => Number(b.ts) - Number(a.ts));
  const { items, next } = page(found, body, 100);
  const metadata = body.include_all_metadata === true || body.include_all_metadata === 'true';
  return {
    messages: items.map((message) => wireMessage(message, metadata)),
    has_more: next !== '',
    response_metadata: { next_cursor: next },
  };
}

function channels(state: State, body: Body, wanted: (members: ReadonlySet<string>) => boolean): Answer {
  const found = [...state.channels.values()].filter(({ kind, members }) => kind === 'channel' && wanted(members));
  const { items, next } = page(found, body, 100);
  return {
    channels: items.map(({ id, name, members }) => ({ id, name, is_member: members.has(BOT_USER_ID) })),
    response_metadata: { next_cursor: next },
  };
}

function page<T>(items: readonly T[], body: Body, usual: number): { items: T[]; next: string } {
  const start = Number(body.cursor || 0);
  const limit = Number(body.limit || usual);
  const end = start + limit;
  return { items: items.slice(start, end), next: end < items.length ? String(end) : '' };
}

function userInfo(state: State, id: string, locale: boolean): Answer {
  const user = state.users.get(id);
  if (user === undefined) throw new SlackError('user_not_found');
  return {
    id,
    name: user.name,
    real_name: user.realName,
    tz: user.timezone,
    deleted: false,
    is_bot: false,
    ...(locale ? { locale: user.locale } : {}),
    profile: { real_name: user.realName, display_name: '', email: user.email },
  };
}

/** A message as Slack puts it on the wire. */
export function wireMessage(message: StoredMessage, withMetadata: boolean): Answer {
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    blocks: message.blocks,
    ...(message.fromBot ? { bot_id: BOT_ID } : {}),
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    ...(withMetadata && message.metadata !== null ? { metadata: message.metadata } : {}),
  };
}
