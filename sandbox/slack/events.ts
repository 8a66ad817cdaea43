/** Events as Slack puts them on the wire. */
import { randomBytes } from 'node:crypto';
import type { StoredMessage } from './state';
import { APP_ID, BOT_USER_ID } from './state';
import { wireMessage } from './web-api';

type Json = Record<string, unknown>;

/** The envelope of every event; its id is the same however often it is delivered. */
export function eventCallback(team: string, event: Json): Json {
  return {
    token: 'stand-in',
    team_id: team,
    api_app_id: APP_ID,
    event,
    type: 'event_callback',
    event_id: `Ev${randomBytes(6).toString('hex').toUpperCase()}`,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      { enterprise_id: null, team_id: team, user_id: BOT_USER_ID, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
  };
}

/** Somebody wrote, or the bot did. */
export function messageEvent(message: StoredMessage, kind: 'channel' | 'im'): Json {
  return { ...wireMessage(message, true), channel: message.channel, channel_type: kind, event_ts: message.ts };
}
