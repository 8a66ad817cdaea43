/**
 * Everything the stand-in remembers: people, teams with their channels, chats, and the messages in them. Ids look like
 * those of Teams and are made from names, so that the same world has the same ids.
 */
import { createHash } from 'node:crypto';
import type { Json, SentCard, StandInOptions, TeamsMessage, WorldPerson, WorldTeam } from './teams-world';

export interface Somebody {
  readonly key: string;
  readonly name: string;
  readonly email: string;
  readonly locale: string;
  readonly timezone: string;
  readonly guest: boolean;
  readonly tenantId: string;
  readonly dialogs: boolean;
  readonly aadObjectId: string;
  readonly userId: string;
  readonly chatId: string;
  installed: boolean;
  blocked: boolean;
}

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly aadGroupId: string;
  readonly rsc: boolean;
  readonly members: Set<string>;
  installed: boolean;
}

export interface Conversation {
  /** Without `;messageid=`. */
  readonly id: string;
  readonly kind: 'personal' | 'channel' | 'groupChat';
  readonly name: string;
  readonly team: Team | null;
  readonly members: Set<string>;
}

export interface StoredMessage {
  readonly id: string;
  readonly place: Conversation;
  readonly thread: string | null;
  /** Null: the bot. */
  readonly from: Somebody | null;
  readonly seenBy: string[] | null;
  text: string;
  html: string | null;
  card: SentCard | null;
  edits: number;
  isDeleted: boolean;
  readonly reactions: Map<string, Set<string>>;
  /** What those who clicked it see in its place, until it is edited. */
  readonly replaced: Map<string, SentCard>;
}

export type Draft = Pick<StoredMessage, 'place' | 'thread' | 'from' | 'seenBy' | 'text' | 'html' | 'card'>;

/** The connector's own word for what is wrong. */
export class ConnectorError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const notInRoster = (): ConnectorError =>
  new ConnectorError(403, 'BotNotInConversationRoster', 'The bot is not part of the conversation roster.');

export class State {
  readonly botId: string;
  readonly appId: string;
  readonly tenantId: string;
  readonly botName = 'Helpdesk';
  readonly people = new Map<string, Somebody>();
  readonly teams: Team[] = [];
  readonly places = new Map<string, Conversation>();
  readonly messages: StoredMessage[] = [];
  readonly refusals: string[] = [];
  private lastId = 0;

  constructor({ appId, tenantId, world }: StandInOptions) {
    this.appId = appId;
    this.tenantId = tenantId;
    this.botId = `28:${appId}`;
    for (const person of world.people) this.addPerson(person);
    for (const team of world.teams) this.addTeam(team);
    for (const { name, members } of world.chats ?? [])
      this.addPlace(
        { id: `19:${digest(`chat ${name}`, 'hex', 32)}@thread.v2`, kind: 'groupChat', name },
        null,
        members,
      );
  }

  /** @throws Error when there is nobody */
  somebody(key: string): Somebody {
    const found = this.people.get(key);
    if (found === undefined) throw new Error(`there is nobody "${key}"`);
    return found;
  }

  /** By `29:` id or by their id in the directory. */
  known(id: string): Somebody | undefined {
    return [...this.people.values()].find(
      ({ userId, aadObjectId }) => userId === id || aadObjectId === id.toLowerCase().replace(/^8:orgid:/, ''),
    );
  }

  /** By name. @throws Error when there is none */
  team(name: string): Team {
    const found = this.teams.find((team) => team.name === name || team.id === name);
    if (found === undefined) throw new Error(`there is no team "${name}"`);
    return found;
  }

  /** A channel or chat, by name or id. @throws Error when there is none */
  placeNamed(name: string): Conversation {
    const named = [...this.places.values()].find(
      (place) => place.name === name || `${place.team?.name ?? ''}/${place.name}` === name,
    );
    const found = named ?? this.places.get(splitThread(name).id);
    if (found === undefined) throw new Error(`there is no place "${name}"`);
    return found;
  }

  /** A conversation by its id, with or without a thread. @throws ConnectorError */
  conversation(id: string): { place: Conversation; thread: string | null } {
    const { id: base, thread } = splitThread(id);
    const place = this.places.get(base);
    if (place === undefined) throw new ConnectorError(404, 'ConversationNotFound', 'Conversation not found.');
    return { place, thread };
  }

  /** The conversation's id as the connector names it. */
  conversationId({ place, thread }: Pick<StoredMessage, 'place' | 'thread'>): string {
    return thread === null ? place.id : `${place.id};messageid=${thread}`;
  }

  /** @throws ConnectorError when the app is not, or no longer, where it would write or look */
  checkRoster(place: Conversation): void {
    const installed = place.team?.installed ?? this.ownerOf(place)?.installed ?? true;
    if (!installed) throw notInRoster();
  }

  /** @throws ConnectorError */
  checkWritable(place: Conversation): void {
    this.checkRoster(place);
    if (this.ownerOf(place)?.blocked === true)
      throw new ConnectorError(403, 'MessageWritesBlocked', 'Message writes are blocked.');
  }

  membersOf({ members }: Conversation): Somebody[] {
    return [...members].map((key) => this.somebody(key));
  }

  add(draft: Draft, id = this.nextId()): StoredMessage {
    const message: StoredMessage = {
      ...draft,
      id,
      edits: 0,
      isDeleted: false,
      reactions: new Map(),
      replaced: new Map(),
    };
    this.messages.push(message);
    return message;
  }

  /** The message that is there and was not deleted. */
  find(place: Conversation, id: string): StoredMessage | undefined {
    return this.messages.find((message) => message.place === place && message.id === id && !message.isDeleted);
  }

  in(conversation: string): StoredMessage[] {
    const { id, thread } = splitThread(conversation);
    return this.messages.filter(
      (message) => message.place.id === id && !message.isDeleted && (thread === null || message.thread === thread),
    );
  }

  /** @param viewer whose eyes; null for a look at what is stored */
  shown(message: StoredMessage, viewer: string | null): TeamsMessage {
    const { id, thread, from, text, card, seenBy, edits, reactions, replaced } = message;
    return {
      id,
      conversation: this.conversationId(message),
      thread,
      from: from?.key ?? 'bot',
      fromBot: from === null,
      text,
      card: (viewer === null ? undefined : replaced.get(viewer)) ?? card,
      seenBy,
      edits,
      reactions: [...reactions].map(([type, people]) => ({ type, people: [...people] })),
    };
  }

  /** Activity ids: milliseconds, unique and rising. */
  nextId(): string {
    this.lastId = Math.max(Date.now(), this.lastId + 1);
    return String(this.lastId);
  }

  private ownerOf({ kind, members }: Conversation): Somebody | undefined {
    const [owner] = members;
    return kind === 'personal' && owner !== undefined ? this.somebody(owner) : undefined;
  }

  private addPerson(person: WorldPerson): void {
    const seed = `${this.appId} ${person.key}`;
    const somebody: Somebody = {
      key: person.key,
      name: person.name,
      email: person.email,
      locale: person.locale ?? 'en-US',
      timezone: person.timezone ?? 'Europe/Warsaw',
      guest: person.guest ?? false,
      tenantId: person.tenantId ?? this.tenantId,
      dialogs: person.dialogs ?? true,
      aadObjectId: guid(`person ${person.key}`),
      userId: `29:1${digest(seed, 'base64url', 82)}`,
      chatId: `a:1${digest(`chat of ${seed}`, 'base64url', 132)}`,
      installed: person.installed ?? true,
      blocked: false,
    };
    this.people.set(person.key, somebody);
    this.addPlace({ id: somebody.chatId, kind: 'personal', name: somebody.chatId }, null, [person.key]);
  }

  private addTeam({ name, members, channels, installed, rsc }: WorldTeam): void {
    for (const key of members) this.somebody(key);
    const team: Team = {
      id: `19:${digest(`team ${name}`, 'base64url', 43)}1@thread.tacv2`,
      name,
      aadGroupId: guid(`group ${name}`),
      rsc: rsc ?? true,
      members: new Set(members),
      installed: installed ?? true,
    };
    this.teams.push(team);
    // The General channel has the id of its team.
    this.addPlace({ id: team.id, kind: 'channel', name: 'General' }, team, team.members);
    for (const channel of channels) {
      const id = `19:${digest(`channel ${name} ${channel}`, 'hex', 32)}@thread.tacv2`;
      this.addPlace({ id, kind: 'channel', name: channel }, team, team.members);
    }
  }

  private addPlace(
    place: Pick<Conversation, 'id' | 'kind' | 'name'>,
    team: Team | null,
    members: Iterable<string>,
  ): void {
    const all = members instanceof Set ? (members as Set<string>) : new Set(members);
    for (const key of all) this.somebody(key);
    this.places.set(place.id, { ...place, team, members: all });
  }
}

/** `19:…@thread.tacv2;messageid=17…` is a thread in a channel. */
function splitThread(conversation: string): { id: string; thread: string | null } {
  const [id = '', thread] = conversation.split(';messageid=');
  return { id, thread: thread ?? null };
}

/** A card among the attachments of an activity. */
export function cardIn(attachments: unknown): SentCard | null {
  const list = Array.isArray(attachments) ? (attachments as Json[]) : [];
  const found = list.find(({ contentType }) => contentType === CARD_TYPE);
  return found === undefined ? null : (found['content'] as SentCard);
}

export const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';

function digest(seed: string, encoding: 'hex' | 'base64url', length: number): string {
  let text = '';
  for (let round = 0; text.length < length; round += 1)
    text += createHash('sha512').update(`${round} ${seed}`).digest(encoding);
  return text.slice(0, length);
}

function guid(seed: string): string {
  const hex = digest(seed, 'hex', 32);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}
