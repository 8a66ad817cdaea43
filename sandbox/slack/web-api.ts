/** The Web API methods that a helpdesk uses, over the stand-in's state, with Slack's own error words. */
import type { View } from '@slack/types';
import { CONVERSATIONS, page, visibleChannel } from './conversations-api';
import { contentOf, validView } from './content';
import type { Answer, ApiContext, Body, Method } from './api-method';
import type { State, StoredMessage, StoredView } from './state';
import { BOT_ID, BOT_USER_ID, SlackError } from './state';
import { isTrue, metadataOf, wireMessage, wireUser, wireView } from './wire';

/** @throws SlackError in Slack's words */
export function callMethod(name: string, state: State, body: Body, context: ApiContext): Answer {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  if (method === undefined) throw new SlackError('unknown_method');
  return method(state, body, context);
}

/** `view_too_large`: https://docs.slack.dev/reference/methods/views.open */
const VIEW_LIMIT_CHARS = 250_000;
/** Slack's longest stack of modals. */
const VIEW_STACK = 3;

const METHODS: Readonly<Record<string, Method>> = {
  ...CONVERSATIONS,
  'auth.test': ({ team }) => ({
    url: `https://${team.domain}.slack.com/`,
    team: team.domain,
    user: 'helpdesk',
    team_id: team.id,
    user_id: BOT_USER_ID,
    bot_id: BOT_ID,
    is_enterprise_install: false,
  }),
  'apps.connections.open': (_state, _body, { newSocketUrl }) => ({ url: newSocketUrl() }),
  'chat.postMessage': postMessage,
  'chat.update': updateMessage,
  'chat.delete': (state, { channel, ts }, { events }) => {
    const message = ownMessage(state, channel, ts, 'cant_delete_message');
    const told = events.deleted(message);
    state.remove(message);
    void told;
    return { channel: message.channel, ts: message.ts };
  },
  'chat.postEphemeral': postEphemeral,
  'chat.getPermalink': (state, { channel, message_ts }) => {
    const { ts, threadTs } = messageAt(state, channel, message_ts);
    const thread = threadTs === null ? '' : `?thread_ts=${threadTs}&cid=${String(channel)}`;
    const place = `https://${state.team.domain}.slack.com/archives/${String(channel)}`;
    return { channel, permalink: `${place}/p${ts.replace('.', '')}${thread}` };
  },
  'users.info': (state, body) => ({ user: wireUser(state, String(body['user']), isTrue(body['include_locale'])) }),
  'users.list': (state, body) => {
    const { items, next } = page([...state.users.keys()], body);
    const members = items.map((id) => wireUser(state, id, isTrue(body['include_locale'])));
    return { members, response_metadata: { next_cursor: next } };
  },
  'users.lookupByEmail': (state, { email }) => {
    const user = [...state.users.values()].find((each) => each.email === email);
    if (user === undefined) throw new SlackError('users_not_found');
    return { user: wireUser(state, user.id, false) };
  },
  'views.open': (state, body) => {
    const view = newestView(state, body);
    const stack = state.views(state.useTrigger(body['trigger_id']));
    stack.splice(0);
    return shown(state, stack, view);
  },
  'views.push': (state, body) => {
    const view = newestView(state, body);
    const stack = state.views(state.useTrigger(body['trigger_id']));
    if (stack.length === 0) throw new SlackError('not_found');
    if (stack.length >= VIEW_STACK) throw new SlackError('push_limit_reached');
    return shown(state, stack, view);
  },
  'views.update': (state, body) => {
    const view = validView(state, body['view']);
    const { view_id: id, external_id: external, hash } = body;
    const stored = state.view((each) =>
      id === undefined ? external !== undefined && each.view.external_id === external : each.viewId === id,
    );
    if (hash !== undefined && hash !== stored.hash) throw new SlackError('hash_conflict');
    state.replaceView(stored, view);
    return { view: wireView(state, stored, {}) };
  },
  'reactions.add': (state, body, context) => react(state, body, context, true),
  'reactions.remove': (state, body, context) => react(state, body, context, false),
};

function postMessage(state: State, body: Body, { events }: ApiContext): Answer {
  const channel = postingChannel(state, body['channel']);
  const message = state.add({
    ...contentOf(state, body),
    channel: channel.id,
    threadTs: threadOf(body),
    user: BOT_USER_ID,
    fromBot: true,
    ephemeralFor: null,
    metadata: metadataOf(body['metadata']),
  });
  void events.posted(message);
  return { channel: channel.id, ts: message.ts, message: wireMessage(state, message, true) };
}

/** What is not given stays as it was; empty blocks or metadata remove them. https://docs.slack.dev/reference/methods/chat.update */
function updateMessage(state: State, body: Body, { events }: ApiContext): Answer {
  const message = ownMessage(state, body['channel'], body['ts'], 'cant_update_message');
  if (state.channel(message.channel).archived) throw new SlackError('is_archived');
  const { text, blocks } = contentOf(state, body);
  const metadata = body['metadata'] === undefined ? message.metadata : metadataOf(body['metadata']);
  const before = wireMessage(state, message, true);
  message.metadata = metadata;
  state.redraw(message, text, body['blocks'] === undefined ? message.blocks : blocks);
  void events.edited(message, before);
  return { channel: message.channel, ts: message.ts, text, message: wireMessage(state, message, true) };
}

function postEphemeral(state: State, body: Body): Answer {
  const channel = postingChannel(state, body['channel']);
  const user = String(body['user']);
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

function react(state: State, body: Body, { events }: ApiContext, on: boolean): Answer {
  const message = messageAt(state, body['channel'], body['timestamp']);
  const name = typeof body['name'] === 'string' ? body['name'] : '';
  if (!/^[a-z0-9_+'-]+$/.test(name)) throw new SlackError('invalid_name');
  if (!state.react(message, BOT_USER_ID, name, on)) throw new SlackError(on ? 'already_reacted' : 'no_reaction');
  void events.reacted(message, BOT_USER_ID, name, on);
  return {};
}

/** Where the bot may write: a user's id means their direct message. @throws SlackError */
function postingChannel(state: State, id: unknown) {
  const place = String(id);
  if (/^[UW]/.test(place) && !state.users.has(place)) throw new SlackError('channel_not_found');
  const channel = visibleChannel(state, /^[UW]/.test(place) ? state.directMessage(place) : place);
  if (channel.archived) throw new SlackError('is_archived');
  if (!channel.members.has(BOT_USER_ID)) throw new SlackError('not_in_channel');
  return channel;
}

function messageAt(state: State, channel: unknown, ts: unknown): StoredMessage {
  const message = state.find(visibleChannel(state, channel).id, String(ts), null);
  if (message === undefined) throw new SlackError('message_not_found');
  return message;
}

function ownMessage(state: State, channel: unknown, ts: unknown, otherwise: string): StoredMessage {
  const message = messageAt(state, channel, ts);
  if (!message.fromBot) throw new SlackError(otherwise);
  return message;
}

/** The view of `views.open` and `views.push`; the trigger is not used up by one that Slack refuses. */
function newestView(state: State, body: Body): View {
  const view = validView(state, body['view']);
  if (JSON.stringify(view).length > VIEW_LIMIT_CHARS) throw new SlackError('view_too_large');
  const { external_id: external } = view;
  if (external && state.hasView((each) => each.view.external_id === external))
    throw new SlackError('duplicate_external_id');
  return view;
}

function shown(state: State, stack: StoredView[], view: View): Answer {
  const stored = state.newView(view);
  stack.push(stored);
  state.changed();
  return { view: wireView(state, stored, {}) };
}

function threadOf(body: Body): string | null {
  return typeof body['thread_ts'] === 'string' && body['thread_ts'] !== '' ? body['thread_ts'] : null;
}
