/** How Slack writes messages, channels, people and views on the wire. */
import type { Json } from './json';
import { objectAt } from './json';
import type { Channel, State, StoredMessage, StoredView } from './state';
import { APP_ID, BOT_ID, BOT_USER_ID, SlackError } from './state';

/** @param withMetadata only whoever asks for it, and events, get it */
export function wireMessage(state: State, message: StoredMessage, withMetadata: boolean): Json {
  const reactions = [...message.reactions].map(([name, users]) => ({ name, users: [...users], count: users.size }));
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: state.team.id,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.fromBot ? { bot_id: BOT_ID, app_id: APP_ID } : {}),
    ...threadOf(state, message),
    ...(message.editedTs === null ? {} : { edited: { user: message.user, ts: message.editedTs } }),
    ...(reactions.length > 0 ? { reactions } : {}),
    ...(withMetadata && message.metadata !== null ? { metadata: message.metadata } : {}),
  };
}

function threadOf(state: State, { channel, ts, threadTs }: StoredMessage): Json {
  if (threadTs !== null) {
    const parent = state.find(channel, threadTs, null);
    return { thread_ts: threadTs, ...(parent === undefined ? {} : { parent_user_id: parent.user }) };
  }
  const replies = state.messages.filter(
    (each) => each.channel === channel && each.threadTs === ts && each.ephemeralFor === null,
  );
  const last = replies.at(-1);
  if (last === undefined) return {};
  const users = [...new Set(replies.map(({ user }) => user))];
  return { thread_ts: ts, reply_count: replies.length, reply_users: users, latest_reply: last.ts };
}

export function wireChannel({ id, name, kind, members, archived }: Channel): Json {
  if (kind === 'im')
    return { id, is_im: true, is_archived: false, user: [...members].find((member) => member !== BOT_USER_ID) };
  return {
    id,
    name,
    is_channel: kind === 'channel',
    is_group: false,
    is_im: false,
    is_private: kind === 'group',
    is_archived: archived,
    is_member: members.has(BOT_USER_ID),
    num_members: members.size,
  };
}

/** @throws SlackError user_not_found */
export function wireUser(state: State, id: string, withLocale: boolean): Json {
  if (id === BOT_USER_ID) return { id, name: 'helpdesk', real_name: 'helpdesk', deleted: false, is_bot: true };
  const user = state.users.get(id);
  if (user === undefined) throw new SlackError('user_not_found');
  return {
    id,
    team_id: state.team.id,
    name: user.name,
    real_name: user.realName,
    tz: user.timezone,
    deleted: false,
    is_bot: false,
    ...(withLocale ? { locale: user.locale } : {}),
    profile: { real_name: user.realName, display_name: '', email: user.email },
  };
}

/** @param values the state of the inputs, by block id and action id */
export function wireView(state: State, stored: StoredView, values: Json): Json {
  const team = state.team.id;
  return {
    private_metadata: '',
    callback_id: '',
    external_id: '',
    submit: null,
    close: null,
    clear_on_close: false,
    notify_on_close: false,
    ...stored.view,
    id: stored.viewId,
    team_id: team,
    hash: stored.hash,
    state: { values },
    previous_view_id: null,
    root_view_id: stored.viewId,
    app_id: APP_ID,
    app_installed_team_id: team,
    bot_id: BOT_ID,
  };
}

/** What a client puts around the words a person typed. */
export function richText(text: string): Json {
  return {
    type: 'rich_text',
    block_id: 'typed',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
  };
}

/** Whether an argument is true, in a form or in JSON. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === '1';
}

/** Message metadata, checked. @throws SlackError invalid_metadata_format */
export function metadataOf(value: unknown): StoredMessage['metadata'] {
  if (value === undefined) return null;
  const both = { value };
  const given = objectAt(both, 'value');
  if (Object.keys(given).length === 0 && typeof value === 'object') return null;
  const payload = given['event_payload'];
  if (typeof given['event_type'] !== 'string' || typeof payload !== 'object' || payload === null)
    throw new SlackError('invalid_metadata_format');
  return { event_type: given['event_type'], event_payload: payload as Json };
}
