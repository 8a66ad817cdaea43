/** Everything the stand-in remembers: channels with their messages, what each person alone sees, their open modals. */
import type { KnownBlock, View } from '@slack/types';
import { randomBytes } from 'node:crypto';
import type { SlackMessage, World, WorldChannel, WorldUser } from './slack-world';

export const BOT_USER_ID = 'U0HELPDESK';
export const BOT_ID = 'B0HELPDESK';
export const APP_ID = 'A0HELPDESK';

/** A trigger opens one view within three seconds. https://docs.slack.dev/interactivity/handling-user-interaction */
const TRIGGER_MS = 3000;
/** A response URL takes five answers within half an hour. */
const RESPONSE_USES = 5;
const RESPONSE_MS = 30 * 60_000;

export interface StoredMessage {
  channel: string;
  ts: string;
  threadTs: string | null;
  user: string;
  fromBot: boolean;
  /** Whose eyes only; null for everybody's. */
  ephemeralFor: string | null;
  edited: boolean;
  text: string;
  blocks: KnownBlock[];
  reactions: Map<string, Set<string>>;
  metadata: SlackMessage['metadata'];
}

export interface StoredView {
  readonly viewId: string;
  hash: string;
  view: View;
  errors: Record<string, string>;
}

interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'im';
  readonly members: Set<string>;
  archived: boolean;
}

interface ResponseUrl {
  readonly userId: string;
  readonly channel: string;
  /** The message the person acted on, if it was one. */
  readonly messageTs: string | null;
  uses: number;
  readonly expiresAt: number;
}

/** Slack's own word for what is wrong, for example `channel_not_found`. */
export class SlackError extends Error {
  constructor(
    readonly code: string,
    readonly messages: readonly string[] = [],
  ) {
    super(code);
  }
}

export class State {
  readonly users: Map<string, WorldUser>;
  readonly channels = new Map<string, Channel>();
  readonly messages: StoredMessage[] = [];
  readonly modals = new Map<string, StoredView[]>();
  readonly responseUrls = new Map<string, ResponseUrl>();
  readonly refusals: string[] = [];
  private readonly triggers = new Map<string, { userId: string; expiresAt: number; used: boolean }>();
  private readonly listeners = new Set<() => void>();
  private lastTs = 0;
  private serial = 0;

  constructor(readonly world: World) {
    this.users = new Map(world.users.map((user) => [user.id, user]));
    for (const channel of world.channels) this.addChannel(channel);
  }

  addChannel({ id, name, members, botIsMember }: WorldChannel): void {
    const all = botIsMember ? [...members, BOT_USER_ID] : members;
    this.channels.set(id, { id, name, kind: 'channel', members: new Set(all), archived: false });
    this.changed();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed(): void {
    for (const listener of this.listeners) listener();
  }

  /** The direct-message channel of somebody with the bot. */
  directMessage(userId: string): string {
    if (!this.users.has(userId)) throw new SlackError('user_not_found');
    const id = `D${userId.slice(1)}`;
    if (!this.channels.has(id))
      this.channels.set(id, { id, name: id, kind: 'im', members: new Set([userId, BOT_USER_ID]), archived: false });
    return id;
  }

  /** @throws SlackError channel_not_found */
  channel(id: unknown): Channel {
    const channel = this.channels.get(String(id));
    if (channel === undefined) throw new SlackError('channel_not_found');
    return channel;
  }

  /** Where the bot posts: a user's id means their direct message. @throws SlackError */
  postingChannel(id: unknown): Channel {
    const channel = this.channel(/^[UW]/.test(String(id)) ? this.directMessage(String(id)) : id);
    if (channel.archived) throw new SlackError('is_archived');
    if (!channel.members.has(BOT_USER_ID)) throw new SlackError('not_in_channel');
    return channel;
  }

  add(message: Omit<StoredMessage, 'ts' | 'reactions' | 'edited'>): StoredMessage {
    const stored = {
      ...message,
      blocks: withBlockIds(message.blocks),
      ts: this.nextTs(),
      reactions: new Map<string, Set<string>>(),
      edited: false,
    };
    this.messages.push(stored);
    this.changed();
    return stored;
  }

  find(channel: string, ts: string): StoredMessage | undefined {
    return this.messages.find((message) => message.channel === channel && message.ts === ts);
  }

  remove(message: StoredMessage): void {
    this.messages.splice(this.messages.indexOf(message), 1);
    this.changed();
  }

  redraw(message: StoredMessage, text: string, blocks: KnownBlock[]): void {
    message.text = text;
    message.blocks = withBlockIds(blocks);
    message.edited = true;
    this.changed();
  }

  newTrigger(userId: string): string {
    const id = `${++this.serial}.${Date.now()}.${randomBytes(8).toString('hex')}`;
    this.triggers.set(id, { userId, expiresAt: Date.now() + TRIGGER_MS, used: false });
    return id;
  }

  /** Whose trigger this is; it is used up. @throws SlackError */
  useTrigger(id: unknown): string {
    const trigger = this.triggers.get(String(id));
    if (trigger === undefined) throw new SlackError('invalid_trigger_id');
    if (trigger.used) throw new SlackError('exchanged_trigger_id');
    if (Date.now() > trigger.expiresAt) throw new SlackError('expired_trigger_id');
    trigger.used = true;
    return trigger.userId;
  }

  newResponseUrl(userId: string, channel: string, messageTs: string | null): string {
    const id = randomBytes(12).toString('hex');
    this.responseUrls.set(id, { userId, channel, messageTs, uses: RESPONSE_USES, expiresAt: Date.now() + RESPONSE_MS });
    return id;
  }

  /** @throws SlackError used_url or expired_url */
  useResponseUrl(id: string): ResponseUrl {
    const url = this.responseUrls.get(id);
    if (url === undefined || url.uses === 0) throw new SlackError('used_url');
    if (Date.now() > url.expiresAt) throw new SlackError('expired_url');
    url.uses -= 1;
    return url;
  }

  views(userId: string): StoredView[] {
    const stack = this.modals.get(userId) ?? [];
    this.modals.set(userId, stack);
    return stack;
  }

  newView(view: View): StoredView {
    const viewId = `V${String(++this.serial).padStart(6, '0')}${randomBytes(3).toString('hex').toUpperCase()}`;
    return {
      viewId,
      hash: this.newHash(),
      view: { ...view, blocks: withBlockIds(view.blocks as KnownBlock[]) },
      errors: {},
    };
  }

  replaceView(stored: StoredView, view: View): void {
    stored.view = { ...view, blocks: withBlockIds(view.blocks as KnownBlock[]) };
    stored.hash = this.newHash();
    stored.errors = {};
    this.changed();
  }

  /** The view with this id and whose it is. @throws SlackError not_found */
  viewById(viewId: unknown): { stored: StoredView; userId: string } {
    for (const [userId, stack] of this.modals) {
      const stored = stack.find((each) => each.viewId === viewId);
      if (stored !== undefined) return { stored, userId };
    }
    throw new SlackError('not_found');
  }

  private newHash(): string {
    return `${Date.now()}.${randomBytes(4).toString('hex')}`;
  }

  /** Slack's timestamps: seconds with six decimals, unique and ascending. */
  private nextTs(): string {
    this.lastTs = Math.max(Date.now() * 1000, this.lastTs + 1);
    return `${Math.floor(this.lastTs / 1e6)}.${String(this.lastTs % 1e6).padStart(6, '0')}`;
  }
}

/** Slack gives each block without an id one of its own. */
function withBlockIds(blocks: readonly KnownBlock[]): KnownBlock[] {
  return blocks.map((block) =>
    block.block_id === undefined ? { ...block, block_id: randomBytes(4).toString('base64url') } : block,
  );
}
