/** The payloads of commands, clicks, shortcuts and forms, in Slack's shapes. https://docs.slack.dev/reference/interaction-payloads */
import type { Json } from './json';
import type { Channel, State, StoredMessage, StoredView } from './state';
import { APP_ID } from './state';
import { stateOf } from './modal-inputs';
import type { WorldUser } from './slack-world';
import { wireMessage, wireView } from './wire';

/** Long ago, Slack put this in every payload to prove where it came from. */
const VERIFICATION_TOKEN = 'stand-in';

export function commandPayload(
  state: State,
  user: WorldUser,
  channel: Channel,
  more: { command: string; text: string; response_url: string },
): Record<string, string> {
  const { team } = state;
  return {
    token: VERIFICATION_TOKEN,
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: { channel: channel.name, group: 'privategroup', im: 'directmessage' }[channel.kind],
    user_id: user.id,
    user_name: user.name,
    api_app_id: APP_ID,
    is_enterprise_install: 'false',
    trigger_id: state.newTrigger(user.id),
    ...more,
  };
}

/** What every interaction has. */
export function interactionPayload(state: State, user: WorldUser, type: string, more: Json): Json {
  const { team } = state;
  return {
    type,
    user: { id: user.id, username: user.name, name: user.name, team_id: team.id },
    api_app_id: APP_ID,
    token: VERIFICATION_TOKEN,
    trigger_id: state.newTrigger(user.id),
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
    ...more,
  };
}

/** What a click on a message adds. Slack leaves the message out where only one person sees it. */
export function clickOnMessage(state: State, message: StoredMessage, action: Json): Json {
  const isEphemeral = message.ephemeralFor !== null;
  const { type, action_id: actionId, block_id: blockId } = action;
  const isStateful = type !== 'button' && type !== 'overflow';
  return {
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: isEphemeral,
      ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    },
    channel: channelOf(state.channel(message.channel)),
    ...(isEphemeral ? {} : { message: wireMessage(state, message, false) }),
    state: { values: isStateful ? { [String(blockId)]: { [String(actionId)]: chosen(action) } } : {} },
    actions: [action],
  };
}

function chosen({ type, block_id: _block, action_id: _action, action_ts: _ts, ...choice }: Json): Json {
  return { type, ...choice };
}

export function clickInView(state: State, stored: StoredView, action: Json): Json {
  const view = wireView(state, stored, stateOf(stored));
  return {
    container: { type: 'view', view_id: stored.viewId },
    view,
    state: { values: stateOf(stored) },
    actions: [action],
  };
}

export function channelOf({ id, name, kind }: Channel): Json {
  return { id, name: { channel: name, group: 'privategroup', im: 'directmessage' }[kind] };
}
