/**
 * What the bot says without a token: in the body of its answer to a command, and through a response URL, also where it is no
 * member. https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
import { contentOf } from './content';
import type { Events } from './events';
import type { Json } from './json';
import type { ResponseUrl, State, StoredMessage } from './state';
import { BOT_USER_ID } from './state';
import { isTrue, wireMessage } from './wire';

/** Carries out one answer to a response URL. @throws SlackError used_url, expired_url, or why the content is refused */
export function answerResponseUrl(state: State, events: Events, id: string, body: Readonly<Json>): void {
  const place = state.useResponseUrl(id);
  const acted = place.messageTs === null ? undefined : state.find(place.channel, place.messageTs, place.userId);
  if (isTrue(body['delete_original'])) {
    if (acted !== undefined) take(state, events, acted);
  } else if (isTrue(body['replace_original']) && acted !== undefined) {
    replace(state, events, acted, body);
  } else {
    say(state, events, place, body);
  }
}

/** Posts an answer: seen by the person alone, unless it says otherwise. @throws SlackError why the content is refused */
export function say(
  state: State,
  events: Events,
  place: Pick<ResponseUrl, 'userId' | 'channel' | 'threadTs'>,
  body: Readonly<Json>,
): void {
  const isPublic = body['response_type'] === 'in_channel';
  const message = state.add({
    ...contentOf(state, body),
    channel: place.channel,
    threadTs: typeof body['thread_ts'] === 'string' ? body['thread_ts'] : place.threadTs,
    user: BOT_USER_ID,
    fromBot: true,
    ephemeralFor: isPublic ? null : place.userId,
    metadata: null,
  });
  if (isPublic) void events.posted(message);
}

/** An ephemeral message stays one, whatever the answer's `response_type`. */
function replace(state: State, events: Events, message: StoredMessage, body: Readonly<Json>): void {
  const { text, blocks } = contentOf(state, body);
  const before = wireMessage(state, message, true);
  state.redraw(message, text, blocks);
  if (message.ephemeralFor === null) void events.edited(message, before);
}

function take(state: State, events: Events, message: StoredMessage): void {
  if (message.ephemeralFor === null) void events.deleted(message);
  state.remove(message);
}
