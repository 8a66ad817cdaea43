/**
 * What the connector delivers of what people do, in the shapes of real activities: messages, invokes, reactions,
 * installations. Pure over the state.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Conversation, Somebody, State, StoredMessage, Team } from './state';
import type { Json } from './teams-world';

/** Where something happens. */
export interface Spot {
  readonly place: Conversation;
  readonly thread: string | null;
}

export interface Words {
  readonly text: string;
  readonly html: string | null;
  readonly mention: boolean;
  readonly targeted: boolean;
  readonly quoted: StoredMessage | null;
}

export class Activities {
  constructor(
    private readonly state: State,
    private readonly serviceUrl: () => string,
  ) {}

  message(who: Somebody, spot: Spot, id: string, words: Words): Json {
    const { botName, botId } = this.state;
    const tag = `<at>${botName}</at>`;
    const span = `<span itemtype="http://schema.skype.com/Mention" itemscope="" itemid="0">${botName}</span>&nbsp;`;
    const html = words.html ?? `<p>${words.mention ? span : ''}${escaped(words.text)}</p>`;
    const mention = { mentioned: { id: botId, name: botName }, text: tag, type: 'mention' };
    return {
      text: words.mention ? `${tag} ${words.text}` : words.text,
      textFormat: 'plain',
      attachments: [{ contentType: 'text/html', content: `${quoteOf(words.quoted, botId)}${html}` }],
      ...this.frame(who, spot, 'message', id),
      ...(words.targeted ? { recipient: { ...this.bot(), isTargeted: true } } : {}),
      entities: [...(words.mention ? [mention] : []), clientInfo(who)],
      channelData: {
        ...(spot.place.team === null ? {} : { teamsChannelId: spot.place.id, teamsTeamId: spot.place.team.id }),
        ...this.channelData(who, spot),
      },
    };
  }

  /** A pressed button that comes as a message. */
  submitted(who: Somebody, on: StoredMessage, value: unknown): Json {
    return { ...this.onCard(who, on, 'message'), value };
  }

  invoke(who: Somebody, on: StoredMessage, name: string, value: Json): Json {
    return { ...this.onCard(who, on, 'invoke'), name, value };
  }

  /** https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/action-commands/create-task-module */
  messageAction(who: Somebody, on: StoredMessage, name: string, commandId: string, more: Json): Json {
    const { id, text, html, from, thread } = on;
    const user = from === null ? null : { userIdentityType: 'aadUser', id: from.aadObjectId, displayName: from.name };
    const application =
      from === null ? { applicationIdentityType: 'bot', id: this.state.appId, displayName: this.state.botName } : null;
    const messagePayload = {
      id,
      ...(thread === null || thread === id ? {} : { replyToId: thread }),
      createdDateTime: new Date(Number(id)).toISOString(),
      lastModifiedDateTime: null,
      deleted: false,
      subject: null,
      summary: null,
      importance: 'normal',
      locale: 'en-us',
      linkToMessage: `https://teams.microsoft.com/l/message/${encodeURIComponent(on.place.id)}/${id}`,
      from: { device: null, conversation: null, user, application },
      body: { contentType: 'html', content: html ?? `<p>${escaped(text)}</p>` },
      attachments: [],
      mentions: [],
      reactions: [],
    };
    const value = { commandId, commandContext: 'message', context: { theme: 'default' }, messagePayload, ...more };
    return {
      ...this.frame(who, on, 'invoke', `f:${randomUUID()}`),
      name,
      value,
      entities: [clientInfo(who)],
      channelData: { ...this.channelData(who, on), source: { name: 'compose' } },
    };
  }

  /** Its id is that of the message: recorded so. */
  reaction(who: Somebody, on: StoredMessage, type: string, isAdded: boolean): Json {
    const { from, ...frame } = this.frame(who, on, 'messageReaction', on.id);
    const { name: _nameless, ...nameless } = from as Json;
    return {
      ...frame,
      from: nameless,
      [isAdded ? 'reactionsAdded' : 'reactionsRemoved']: [{ type }],
      channelData: { ...this.channelData(who, on), legacy: legacyOf(on) },
      replyToId: on.id,
    };
  }

  installation(who: Somebody, spot: Spot, action: 'add' | 'remove'): Json {
    return {
      ...this.frame(who, spot, 'installationUpdate', `f:${randomUUID()}`),
      action,
      entities: [clientInfo(who)],
      channelData: {
        ...(spot.place.team === null ? {} : { settings: { selectedChannel: { id: spot.place.id } } }),
        ...this.channelData(who, spot),
        source: { name: 'message' },
      },
    };
  }

  /** What comes besides an installation, and when people join or leave a team. */
  members(who: Somebody, spot: Spot, change: 'membersAdded' | 'membersRemoved', members: readonly Json[]): Json {
    const eventType = change === 'membersAdded' ? 'teamMemberAdded' : 'teamMemberRemoved';
    const team = spot.place.team;
    return {
      ...this.frame(who, spot, 'conversationUpdate', `f:${randomUUID()}`),
      [change]: members,
      channelData: { ...this.channelData(who, spot), ...(team === null ? {} : { eventType, team: teamOf(team) }) },
    };
  }

  /** How a member is named in `members`: the bot for null. */
  member(who: Somebody | null): Json {
    return who === null ? { id: this.state.botId } : { id: who.userId, aadObjectId: who.aadObjectId };
  }

  private onCard(who: Somebody, on: StoredMessage, type: string): Json {
    const frame = this.frame(who, on, type, `f:${randomUUID()}`);
    return {
      ...frame,
      ...(on.place.kind === 'personal'
        ? {}
        : { conversation: { ...(frame['conversation'] as Json), name: on.place.name } }),
      entities: [clientInfo(who)],
      channelData: { ...this.channelData(who, on), source: { name: 'message' }, legacy: legacyOf(on) },
      replyToId: on.id,
    };
  }

  private frame(who: Somebody, { place, thread }: Spot, type: string, id: string): Json {
    const now = new Date();
    return {
      type,
      timestamp: now.toISOString().replace('Z', '0000Z'),
      localTimestamp: localTime(now, who.timezone),
      id,
      channelId: 'msteams',
      serviceUrl: this.serviceUrl(),
      from: { id: who.userId, name: who.name, aadObjectId: who.aadObjectId },
      conversation: {
        ...(place.kind === 'personal' ? {} : { isGroup: true }),
        conversationType: place.kind,
        tenantId: who.tenantId,
        id: thread === null ? place.id : `${place.id};messageid=${thread}`,
      },
      recipient: this.bot(),
      locale: who.locale,
      localTimezone: who.timezone,
    };
  }

  private bot(): Json {
    return { id: this.state.botId, name: this.state.botName };
  }

  private channelData({ tenantId }: Somebody, { place }: Spot): Json {
    return {
      ...(place.team === null ? {} : { channel: { id: place.id }, team: { id: place.team.id } }),
      tenant: { id: tenantId },
    };
  }
}

function teamOf({ id, name, aadGroupId }: Team): Json {
  return { id, name, aadGroupId };
}

function clientInfo({ locale, timezone }: Somebody): Json {
  return { locale, country: locale.split('-')[1] ?? 'US', platform: 'Web', timezone, type: 'clientInfo' };
}

function legacyOf({ id }: StoredMessage): Json {
  return { replyToId: `1:1${createHash('sha256').update(id).digest('base64url')}` };
}

/** As the client quotes a message in a chat. */
function quoteOf(quoted: StoredMessage | null, botId: string): string {
  if (quoted === null) return '';
  const { id, from, text } = quoted;
  const mri = from === null ? botId : `8:orgid:${from.aadObjectId}`;
  return [
    `<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="${id}">`,
    `<strong itemprop="mri" itemid="${mri}">${escaped(from?.name ?? 'Helpdesk')}</strong>`,
    `<span itemprop="time" itemid="${id}"></span>`,
    `<p itemprop="preview">${escaped(text.slice(0, 120) || 'Card')}</p></blockquote>`,
  ].join('\r\n');
}

/** For example `2026-02-16T17:01:47.4510000-08:00`. */
function localTime(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at);
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value.replace('GMT', '') || '+00:00';
  const [, sign = '+', hours = '0', minutes = '0'] = /([+-])(\d+):(\d+)/.exec(offset) ?? [];
  const shiftMs = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return new Date(at.getTime() + shiftMs).toISOString().replace('Z', `0000${offset}`);
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\n/g, '<br>');
}
