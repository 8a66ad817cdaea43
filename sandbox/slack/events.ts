/** What Slack's Events API tells the bot, of the places it is a member of. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Delivery } from './delivery';
import type { Json } from './json';
import type { Channel, State, StoredMessage } from './state';
import { APP_ID, BOT_USER_ID } from './state';
import { richText, wireMessage } from './wire';

/** Each promise settles after the first attempt; repetitions go on behind it. */
export class Events {
  constructor(
    private readonly state: State,
    private readonly delivery: Delivery,
  ) {}

  /** A message, and a mention of the bot once more as `app_mention`. */
  async posted(message: StoredMessage): Promise<void> {
    const channel = this.state.channel(message.channel);
    const event = {
      ...wireMessage(this.state, message, true),
      channel: message.channel,
      event_ts: message.ts,
      ...(message.fromBot ? {} : { client_msg_id: randomUUID(), blocks: [richText(message.text)] }),
    };
    const mentioned = !message.fromBot && channel.kind !== 'im' && message.text.includes(`<@${BOT_USER_ID}>`);
    await Promise.all([
      this.tell(channel, { ...event, channel_type: channel.kind }),
      ...(mentioned ? [this.tell(channel, { ...event, type: 'app_mention' })] : []),
    ]);
  }

  /** @param before how the message was on the wire */
  edited(message: StoredMessage, before: Json): Promise<void> {
    return this.noise(message.channel, 'message_changed', {
      message: wireMessage(this.state, message, true),
      previous_message: before,
    });
  }

  deleted(message: StoredMessage): Promise<void> {
    const previous = wireMessage(this.state, message, true);
    return this.noise(message.channel, 'message_deleted', { previous_message: previous, deleted_ts: message.ts });
  }

  reacted(message: StoredMessage, user: string, reaction: string, on: boolean): Promise<void> {
    return this.tell(this.state.channel(message.channel), {
      type: on ? 'reaction_added' : 'reaction_removed',
      user,
      reaction,
      item: { type: 'message', channel: message.channel, ts: message.ts },
      item_user: message.user,
      event_ts: this.state.nextTs(),
    });
  }

  /** Who came into a channel, or left it. */
  moved(channel: Channel, user: string, joined: boolean): Promise<void> {
    return this.tell(channel, {
      type: joined ? 'member_joined_channel' : 'member_left_channel',
      user,
      channel: channel.id,
      channel_type: channel.kind === 'group' ? 'G' : 'C',
      team: this.state.team.id,
      event_ts: this.state.nextTs(),
    });
  }

  private noise(id: string, subtype: string, more: Json): Promise<void> {
    const channel = this.state.channel(id);
    const ts = this.state.nextTs();
    const event = { type: 'message', subtype, hidden: true, channel: id, channel_type: channel.kind, ts, event_ts: ts };
    return this.tell(channel, { ...event, ...more });
  }

  private async tell(channel: Channel, event: Json): Promise<void> {
    if (!channel.members.has(BOT_USER_ID)) return;
    const team = this.state.team.id;
    await this.delivery.sendEvent({
      token: 'stand-in',
      team_id: team,
      context_team_id: team,
      context_enterprise_id: null,
      api_app_id: APP_ID,
      event,
      type: 'event_callback',
      event_id: `Ev${randomBytes(6).toString('hex').toUpperCase()}`,
      event_time: Math.floor(Date.now() / 1000),
      authorizations: [
        { enterprise_id: null, team_id: team, user_id: BOT_USER_ID, is_bot: true, is_enterprise_install: false },
      ],
      is_ext_shared_channel: false,
      event_context: randomBytes(12).toString('base64url'),
    });
  }
}
