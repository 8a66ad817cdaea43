/** The `conversations.*` methods: which channels there are, who is in them, and what was said there. */
import type { Answer, Body, Method } from './api-method';
import type { Channel, State, StoredMessage } from './state';
import { BOT_USER_ID, SlackError } from './state';
import { isTrue, wireChannel, wireMessage } from './wire';

/** What Slack gives when no `limit` is asked for, and the most it gives. */
const PAGE = { usual: 100, most: 999 };

export const CONVERSATIONS: Readonly<Record<string, Method>> = {
  'conversations.info': (state, body) => ({ channel: wireChannel(visibleChannel(state, body['channel'])) }),
  'conversations.members': (state, body) => {
    const { items, next } = page([...visibleChannel(state, body['channel']).members], body);
    return { members: items, response_metadata: { next_cursor: next } };
  },
  'conversations.history': (state, body) => {
    const found = said(state, body).filter(({ threadTs }) => threadTs === null);
    return messages(state, body, found.reverse());
  },
  'conversations.replies': (state, body) => {
    const channel = readableChannel(state, body['channel']);
    const parent = state.find(channel.id, String(body['ts']), null);
    if (parent === undefined) throw new SlackError('thread_not_found');
    const replies = said(state, body).filter(({ threadTs }) => threadTs === parent.ts);
    return messages(state, body, [parent, ...replies]);
  },
  'conversations.open': (state, { users, channel }) => {
    if (typeof channel === 'string') return { channel: wireChannel(visibleChannel(state, channel)) };
    if (typeof users !== 'string' || users === '') throw new SlackError('users_list_not_supplied');
    // Group direct messages are not played here.
    if (users.includes(',')) throw new SlackError('too_many_users');
    const known = state.channels.size;
    const id = state.directMessage(users);
    return { no_op: state.channels.size === known, already_open: state.channels.size === known, channel: { id } };
  },
  'conversations.list': (state, body) => channels(state, body, (channel) => isVisible(channel)),
  'users.conversations': (state, body) => {
    const user = typeof body['user'] === 'string' ? body['user'] : BOT_USER_ID;
    return channels(state, body, (channel) => isVisible(channel) && channel.members.has(user));
  },
};

/** A channel the bot can know of: a private one only from inside. @throws SlackError channel_not_found */
export function visibleChannel(state: State, id: unknown): Channel {
  const channel = state.channel(id);
  if (!isVisible(channel)) throw new SlackError('channel_not_found');
  return channel;
}

function isVisible({ kind, members }: Channel): boolean {
  return kind === 'channel' || members.has(BOT_USER_ID);
}

function readableChannel(state: State, id: unknown): Channel {
  const channel = visibleChannel(state, id);
  if (!channel.members.has(BOT_USER_ID)) throw new SlackError('not_in_channel');
  return channel;
}

/** What was said between `oldest` and `latest`, oldest first. The bounds themselves only with `inclusive`. */
function said(state: State, body: Body): StoredMessage[] {
  const channel = readableChannel(state, body['channel']);
  const oldest = time(body['oldest'], 0, 'invalid_ts_oldest');
  const latest = time(body['latest'], Infinity, 'invalid_ts_latest');
  const isWithin = (at: number): boolean =>
    isTrue(body['inclusive']) ? at >= oldest && at <= latest : at > oldest && at < latest;
  return state.messages.filter(
    (message) => message.channel === channel.id && message.ephemeralFor === null && isWithin(Number(message.ts)),
  );
}

function time(given: unknown, otherwise: number, error: string): number {
  if (given === undefined || given === '') return otherwise;
  const seconds = Number(given);
  if (Number.isNaN(seconds)) throw new SlackError(error);
  return seconds;
}

function messages(state: State, body: Body, found: readonly StoredMessage[]): Answer {
  const { items, next } = page(found, body);
  const metadata = isTrue(body['include_all_metadata']);
  return {
    messages: items.map((message) => wireMessage(state, message, metadata)),
    has_more: next !== '',
    pin_count: 0,
    response_metadata: { next_cursor: next },
  };
}

function channels(state: State, body: Body, wanted: (channel: Channel) => boolean): Answer {
  const types = (typeof body['types'] === 'string' ? body['types'] : 'public_channel').split(',');
  const found = [...state.channels.values()].filter(
    (channel) =>
      wanted(channel) &&
      types.includes({ channel: 'public_channel', group: 'private_channel', im: 'im' }[channel.kind]) &&
      !(isTrue(body['exclude_archived']) && channel.archived),
  );
  const { items, next } = page(found, body);
  return { channels: items.map(wireChannel), response_metadata: { next_cursor: next } };
}

/** One page of a list. @throws SlackError invalid_cursor, invalid_limit */
export function page<T>(items: readonly T[], body: Body): { items: T[]; next: string } {
  const { cursor } = body;
  const text = typeof cursor === 'string' ? Buffer.from(cursor, 'base64').toString('utf8') : '';
  const start = text === '' ? 0 : Number(/^next:(\d+)$/.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(start)) throw new SlackError('invalid_cursor');
  const limit = Number(body['limit'] || PAGE.usual);
  if (!Number.isInteger(limit) || limit < 1) throw new SlackError('invalid_limit');
  const end = start + Math.min(limit, PAGE.most);
  return {
    items: items.slice(start, end),
    next: end < items.length ? Buffer.from(`next:${end}`).toString('base64') : '',
  };
}
