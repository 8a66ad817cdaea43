/**
 * How places, people and messages of Teams are written down as addresses and message references. Everything in
 * `bots/teams` that makes or reads one of these texts goes through here; pure, and knows neither network nor database.
 *
 * A person is `teams:<aadObjectId>`, or `teams:29:…` (the id Teams gives a person for one bot) where an operator wrote it.
 * A channel is `teams:19:…@thread.tacv2`. A message is `<person or full conversation>|<activity id>`, and the conversation
 * of a channel's thread carries the id of its first post: `teams:19:…@thread.tacv2;messageid=1700000000000`.
 */
import { DeliveryError } from '../../src/chat/chat-surface';
import type { MessageRef } from '../../src/chat/chat-surface';
import type { Address, PersonId } from '../../src/domain/person';

export const PLATFORM = 'teams';

/** Where we reach a person: kept as JSON in the place book, under `teams:<aadObjectId>` and under `teams:29:…`. */
export interface PersonReference {
  readonly kind: 'person';
  readonly serviceUrl: string;
  readonly tenantId: string;
  /** The personal chat; null for somebody only met in a channel. */
  readonly conversationId: string | null;
  /** `29:…` */
  readonly userId: string;
  readonly aadObjectId: string;
  /** `28:…` */
  readonly botId: string;
  /** Set once Teams refused: nothing is sent until they write or install again. */
  readonly blocked?: 'uninstalled' | 'blocked';
}

/** Where we reach a channel: kept as JSON in the place book under `teams:19:…`. */
export interface ChannelReference {
  readonly kind: 'channel';
  readonly serviceUrl: string;
  readonly tenantId: string;
  /** The channel's id, without `;messageid=…`. */
  readonly conversationId: string;
  /** `19:…` of the team's General channel, by which Teams knows the team. */
  readonly teamId: string | null;
  readonly name: string | null;
  /** `28:…` */
  readonly botId: string;
  /** A message without a mention of the bot was heard: the permission to read the channel is granted. */
  readonly hearsAll?: boolean;
  /** The bot was removed from the team: no call until it is heard of again. */
  readonly removed?: boolean;
}

export type Reference = PersonReference | ChannelReference;

/** What an address is by its looks. `group` is a group chat or a meeting, `unknown` nothing of Teams that we can use. */
export type AddressKind = 'person' | 'user' | 'channel' | 'group' | 'unknown';

const THREAD = ';messageid=';
const AAD = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @param aadObjectId a person's Entra object id, in either case */
export function personId(aadObjectId: string): PersonId {
  return `${PLATFORM}:${aadObjectId.toLowerCase()}`;
}

/** @param userId `29:…`, Teams' id of a person for this bot alone; the case matters */
export function userAddress(userId: string): Address {
  return `${PLATFORM}:${userId}`;
}

/** The channel of a conversation: `19:c@thread.tacv2;messageid=1` gives `teams:19:c@thread.tacv2`. */
export function channelAddress(conversationId: string): Address {
  const cut = conversationId.indexOf(THREAD);
  return `${PLATFORM}:${cut < 0 ? conversationId : conversationId.slice(0, cut)}`;
}

/** The id of the post that began the thread; null when the conversation is no thread. */
export function threadRootOf(conversationId: string): string | null {
  const cut = conversationId.indexOf(THREAD);
  return cut < 0 ? null : conversationId.slice(cut + THREAD.length) || null;
}

/** The conversation of a channel's thread. */
export function threadOf(channelId: string, rootId: string): string {
  return `${channelId}${THREAD}${rootId}`;
}

export function addressKind(address: Address): AddressKind {
  const place = idOf(address);
  if (place === null) return 'unknown';
  if (AAD.test(place)) return 'person';
  if (place.startsWith('29:')) return 'user';
  if (/^19:.+@thread\.v2$/.test(place)) return 'group';
  // `@thread.skype` are channels of teams made before 2021.
  return /^19:.+@thread\.(tacv2|skype)$/.test(place) ? 'channel' : 'unknown';
}

/** What follows `teams:`; null for an address of another platform. */
export function idOf(address: Address): string | null {
  const id = address.startsWith(`${PLATFORM}:`) ? address.slice(PLATFORM.length + 1) : '';
  return id === '' ? null : id;
}

/** @param place a person's address, or `teams:` and the full id of a conversation, its `;messageid=…` included */
export function messageRef(place: Address, activityId: string): MessageRef {
  return `${place}|${activityId}`;
}

/** @throws DeliveryError `never` for anything that is no message of Teams */
export function parseRef(ref: MessageRef): { conversation: Address; activityId: string } {
  const cut = ref.indexOf('|');
  const [conversation, activityId] = [ref.slice(0, Math.max(0, cut)), ref.slice(cut + 1)];
  if (idOf(conversation) === null || activityId === '') {
    throw new DeliveryError('never', `not a message in Teams: ${ref}`);
  }
  return { conversation, activityId };
}

/** By these names alone a test tool on this machine is spoken with. */
export const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether the bot may call this address: https at a host of the list, or http at a loopback host that the list names with
 * its port.
 * @param serviceHosts in lower case, with the port where it is not the usual one; null without credentials: loopback alone
 */
export function mayCall(serviceUrl: string, serviceHosts: readonly string[] | null): boolean {
  if (!URL.canParse(serviceUrl)) return false;
  const { protocol, host, hostname, username, password } = new URL(serviceUrl);
  const isLoopback = LOOPBACK_NAMES.has(hostname);
  if (username !== '' || password !== '') return false;
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback)) return false;
  return serviceHosts === null ? isLoopback : serviceHosts.includes(host);
}

/** A reference out of the place book; null for anything that we did not write, or wrote otherwise in another version. */
export function parseReference(text: string | null): Reference | null {
  const value = parsed(text);
  if (value === null || !areTexts(value, ['serviceUrl', 'tenantId', 'botId'])) return null;
  if (value['kind'] === 'person') return isPerson(value) ? (value as unknown as PersonReference) : null;
  if (value['kind'] === 'channel') return isChannel(value) ? (value as unknown as ChannelReference) : null;
  return null;
}

function parsed(text: string | null): Record<string, unknown> | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function isPerson(value: Record<string, unknown>): boolean {
  return areTexts(value, ['userId', 'aadObjectId']) && isTextOrNull(value['conversationId']);
}

function isChannel(value: Record<string, unknown>): boolean {
  return areTexts(value, ['conversationId']) && isTextOrNull(value['teamId']) && isTextOrNull(value['name']);
}

function areTexts(value: Record<string, unknown>, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string' && value[name] !== '');
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}
