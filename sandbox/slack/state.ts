/** Everything the stand-in remembers: channels with their messages, what each person alone sees, their open modals. */
import type { KnownBlock, View } from '@slack/types';
import { randomBytes } from 'node:crypto';
import type { Json } from './json';
import { isObject, objectsIn } from './json';
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
  editedTs: string | null;
  text: string;
  blocks: KnownBlock[];
  reactions: Map<string, Set<string>>;
  metadata: SlackMessage['metadata'];
}

export type Draft = Omit<StoredMessage, 'ts' | 'reactions' | 'editedTs'>;

export interface StoredView {
  readonly viewId: string;
  hash: string;
  view: View;
  errors: Record<string, string>;
  /** What the person has typed or chosen so far, by block id and action id. */
  typed: Record<string, Record<string, Json>>;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'group' | 'im';
  readonly members: Set<string>;
  readonly archived: boolean;
}

export interface ResponseUrl {
  readonly userId: string;
  readonly channel: string;
  /** The thread the person acted in. */
  readonly threadTs: string | null;
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
  readonly refusals: string[] = [];
  readonly team: World['team'];
  private readonly modals = new Map<string, StoredView[]>();
  private readonly responseUrls = new Map<string, ResponseUrl>();
  private readonly triggers = new Map<string, { userId: string; expiresAt: number; used: boolean }>();
  private readonly listeners = new Set<() => void>();
  private lastTs = 0;
  private serial = 0;

  constructor(world: World) {
    this.team = world.team;
    this.users = new Map(world.users.map((user) => [user.id, user]));
    for (const channel of world.channels) this.addChannel(channel);
  }

  /** The workspace as it is now. */
  get world(): World {
    const channels = [...this.channels.values()].filter(({ kind }) => kind !== 'im');
    return {
      team: this.team,
      users: [...this.users.values()],
      channels: channels.map(({ id, name, kind, archived, members }) => ({
        id,
        name,
        members: [...members].filter((member) => member !== BOT_USER_ID),
        botIsMember: members.has(BOT_USER_ID),
        isPrivate: kind === 'group',
        isArchived: archived,
      })),
    };
  }

  /** Adds a channel, or makes one that exists like this. */
  addChannel({ id, name, members, botIsMember, isPrivate, isArchived }: WorldChannel): void {
    const all = botIsMember ? [...members, BOT_USER_ID] : members;
    const kind = isPrivate === true ? 'group' : 'channel';
    this.channels.set(id, { id, name, kind, members: new Set(all), archived: isArchived === true });
    this.changed();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed(): void {
    for (const listener of this.listeners) listener();
  }

  /** The direct-message channel of somebody with the bot. @throws SlackError user_not_found */
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

  add(draft: Draft): StoredMessage {
    const message = {
      ...draft,
      blocks: withBlockIds(draft.blocks),
      ts: this.nextTs(),
      reactions: new Map<string, Set<string>>(),
      editedTs: null,
    };
    this.messages.push(message);
    this.changed();
    return message;
  }

  /** A message that this person sees (null: the bot, who sees no ephemeral one). */
  find(channel: string, ts: string, seenBy: string | null): StoredMessage | undefined {
    return this.messages.find(
      (message) =>
        message.channel === channel &&
        message.ts === ts &&
        (message.ephemeralFor === null || message.ephemeralFor === seenBy),
    );
  }

  remove(message: StoredMessage): void {
    const at = this.messages.indexOf(message);
    if (at >= 0) this.messages.splice(at, 1);
    this.changed();
  }

  redraw(message: StoredMessage, text: string, blocks: KnownBlock[]): void {
    message.text = text;
    message.blocks = withBlockIds(blocks);
    if (message.ephemeralFor === null) message.editedTs = this.nextTs();
    this.changed();
  }

  /** @returns false when nothing changed */
  react(message: StoredMessage, userId: string, name: string, on: boolean): boolean {
    const users = message.reactions.get(name) ?? new Set<string>();
    if (users.has(userId) === on) return false;
    if (on) message.reactions.set(name, users.add(userId));
    else if (users.delete(userId) && users.size === 0) message.reactions.delete(name);
    this.changed();
    return true;
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

  newResponseUrl(place: Omit<ResponseUrl, 'uses' | 'expiresAt'>): string {
    const id = randomBytes(12).toString('hex');
    this.responseUrls.set(id, { ...place, uses: RESPONSE_USES, expiresAt: Date.now() + RESPONSE_MS });
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

  /** A person's open modals, the top one last. */
  views(userId: string): StoredView[] {
    const stack = this.modals.get(userId) ?? [];
    this.modals.set(userId, stack);
    return stack;
  }

  newView(view: View): StoredView {
    const viewId = `V${String(++this.serial).padStart(6, '0')}${randomBytes(3).toString('hex').toUpperCase()}`;
    return { viewId, hash: newHash(), view: withIds(view), errors: {}, typed: {} };
  }

  /** What was typed stays where an input keeps its ids, as in Slack. */
  replaceView(stored: StoredView, view: View): void {
    stored.view = withIds(view);
    stored.hash = newHash();
    stored.errors = {};
    this.changed();
  }

  hasView(fits: (stored: StoredView) => boolean): boolean {
    return [...this.modals.values()].flat().some(fits);
  }

  /** The open view that fits. @throws SlackError not_found */
  view(fits: (stored: StoredView) => boolean): StoredView {
    const found = [...this.modals.values()].flat().find(fits);
    if (found === undefined) throw new SlackError('not_found');
    return found;
  }

  /** Slack's timestamps: seconds with six decimals, unique and ascending. */
  nextTs(): string {
    this.lastTs = Math.max(Date.now() * 1000, this.lastTs + 1);
    return `${Math.floor(this.lastTs / 1e6)}.${String(this.lastTs % 1e6).padStart(6, '0')}`;
  }
}

function newHash(): string {
  return `${Math.floor(Date.now() / 1000)}.${randomBytes(4).toString('hex')}`;
}

function withIds(view: View): View {
  return { ...view, blocks: withBlockIds(view.blocks as KnownBlock[]) };
}

/** Slack gives each block, and each element in it, an id of its own where it has none. */
function withBlockIds(blocks: readonly KnownBlock[]): KnownBlock[] {
  return (blocks as unknown as Json[]).map((block) => ({
    block_id: newId(),
    ...block,
    ...(Array.isArray(block['elements']) && block['type'] === 'actions'
      ? { elements: objectsIn(block['elements']).map(withActionId) }
      : {}),
    ...(isObject(block['element']) ? { element: withActionId(block['element']) } : {}),
    ...(isObject(block['accessory']) ? { accessory: withActionId(block['accessory']) } : {}),
  })) as unknown as KnownBlock[];
}

function withActionId(element: Json): Json {
  return element['type'] === 'image' ? element : { action_id: newId(), ...element };
}

function newId(): string {
  return randomBytes(4).toString('base64url');
}
