/**
 * What is known of the people and channels that can be reached: the place book as the outgoing side and the incoming side
 * of Teams use it. Processes share it through the database, so that every question is asked of it anew; knows no network.
 */
import type { PlaceBook } from '../../src/chat/chat-bot';
import { DeliveryError } from '../../src/chat/chat-surface';
import type { Address, PersonId } from '../../src/domain/person';
import type { SupportLine } from '../../src/domain/support-line';
import type { ChannelReference, PersonReference, Reference } from './place';
import { addressKind, channelAddress, idOf, parseReference, personId, userAddress } from './place';
import type { Closed } from './teams-errors';

/** Enough to find one that is whole. */
const LATEST = 20;
/** Enough for those of a helpdesk with many lines. */
const LATEST_CHANNELS = 200;

export class Places {
  /** @param lines whose tickets are shown in which channels */
  constructor(
    private readonly book: PlaceBook,
    private readonly lines: readonly Pick<SupportLine, 'channels'>[] = [],
  ) {}

  /** Keeps what an activity told of a place, joined with what was known; opens a closed place again. */
  async heard(reference: Reference): Promise<void> {
    return reference.kind === 'person' ? this.#heardPerson(reference) : this.#heardChannel(reference);
  }

  /**
   * Where a person is reached; for one never heard of, where the app was last heard of.
   * @param address `teams:<aadObjectId>` or `teams:29:…`
   * @throws DeliveryError
   */
  async personal(address: Address): Promise<PersonReference> {
    const known = await this.person(address);
    if (known !== null) {
      if (known.blocked === undefined) return known;
      throw new DeliveryError(
        'never',
        `${address} ${CLOSED[known.blocked]}: nothing is sent until they write to the app`,
      );
    }
    const id = idOf(address);
    const kind = addressKind(address);
    if (id === null || (kind !== 'person' && kind !== 'user')) throw nowhere(address);
    const { serviceUrl, tenantId, botId } = await this.#latest();
    // Teams takes either id for a member of a new chat.
    const aadObjectId = kind === 'person' ? id : '';
    return { kind: 'person', serviceUrl, tenantId, botId, conversationId: null, userId: id, aadObjectId };
  }

  /**
   * A channel; one never heard of, where the app was last heard of: it may be in the team all the same.
   * @throws DeliveryError `unreachable`
   */
  async channel(address: Address): Promise<ChannelReference> {
    const known = await this.knownChannel(address);
    if (known?.removed === true) {
      throw new DeliveryError('unreachable', `the app was removed from the team of ${address}: add it again`);
    }
    if (known !== null) return known;
    const conversationId = idOf(address);
    if (conversationId === null || addressKind(address) !== 'channel') throw nowhere(address);
    const { serviceUrl, tenantId, botId } = await this.#latest();
    return { kind: 'channel', serviceUrl, tenantId, botId, conversationId, teamId: null, name: null };
  }

  /** What is kept of a person, blocked or not. */
  async person(address: Address): Promise<PersonReference | null> {
    const reference = parseReference(await this.book.find(address));
    return reference?.kind === 'person' ? reference : null;
  }

  /** What is kept of a channel, removed or not. */
  async knownChannel(address: Address): Promise<ChannelReference | null> {
    const reference = parseReference(await this.book.find(address));
    return reference?.kind === 'channel' ? reference : null;
  }

  /** Channels the app is in, one for each team, the latest heard first. */
  async teams(): Promise<ChannelReference[]> {
    const teams = new Map<string, ChannelReference>();
    for (const { reference } of await this.book.latest(LATEST_CHANNELS)) {
      const channel = parseReference(reference);
      if (channel?.kind !== 'channel' || channel.removed === true) continue;
      const team = channel.teamId ?? channel.conversationId;
      if (!teams.has(team)) teams.set(team, channel);
    }
    return [...teams.values()];
  }

  async isAnythingHeard(): Promise<boolean> {
    return (await this.book.latest(1)).length > 0;
  }

  /** The id by which people act and are known, for either form of a person's address; null for somebody never heard of. */
  async identity(address: Address): Promise<PersonId | null> {
    if (addressKind(address) === 'person') return personId(idOf(address) ?? '');
    const aadObjectId = (await this.person(address))?.aadObjectId;
    return aadObjectId === undefined ? null : personId(aadObjectId);
  }

  /** By which id to ask a conversation about a person: theirs for this bot, which the Agents Playground insists on, where we know it. */
  async memberId(person: PersonId): Promise<string> {
    return (await this.person(person))?.userId ?? idOf(person) ?? '';
  }

  /** Nothing more is sent to a person until they write or install again. */
  async markBlocked(reference: PersonReference, blocked: Closed): Promise<void> {
    // Of somebody whose ids are not both known there is nothing to keep.
    if (isWhole(reference)) await this.#keep({ ...reference, blocked });
  }

  /** Nothing more is sent to a channel until it is heard of again. */
  async markRemoved(reference: ChannelReference): Promise<void> {
    const { hearsAll: _hearsAll, ...kept } = reference;
    await this.#keep({ ...kept, removed: true });
  }

  /** The app is in a team again, of which Teams names one channel: the others that show tickets are tried anew. */
  async reopen(teamId: string | null): Promise<void> {
    for (const address of this.lines.flatMap(({ channels }) => channels)) {
      const known = await this.knownChannel(address);
      const isThere = known?.teamId === null || known?.teamId === teamId;
      if (known?.removed === true && isThere) await this.#heardChannel(known);
    }
  }

  async #heardPerson(heard: PersonReference): Promise<void> {
    const known = await this.person(personId(heard.aadObjectId));
    const { blocked: _blocked, ...open } = heard;
    if (heard.conversationId !== null || known === null) return this.#keepChanged(open, known);
    // Met in a channel: their personal chat, and whether it is closed, stay as they were.
    const closed = known.blocked === undefined ? {} : { blocked: known.blocked };
    return this.#keepChanged({ ...open, conversationId: known.conversationId, ...closed }, known);
  }

  async #heardChannel(heard: ChannelReference): Promise<void> {
    const known = await this.knownChannel(channelAddress(heard.conversationId));
    const { removed: _removed, ...open } = heard;
    const hearsAll = heard.hearsAll === true || known?.hearsAll === true ? { hearsAll: true } : {};
    const teamId = heard.teamId ?? known?.teamId ?? null;
    return this.#keepChanged({ ...open, teamId, name: heard.name ?? known?.name ?? null, ...hearsAll }, known);
  }

  async #keepChanged(reference: Reference, known: Reference | null): Promise<void> {
    if (known === null || written(known) !== written(reference)) await this.#keep(reference);
  }

  async #keep(reference: Reference): Promise<void> {
    const text = written(reference);
    if (reference.kind === 'channel') return this.book.keep(channelAddress(reference.conversationId), text);
    await this.book.keep(personId(reference.aadObjectId), text);
    await this.book.keep(userAddress(reference.userId), text);
  }

  async #latest(): Promise<Reference> {
    for (const { reference } of await this.book.latest(LATEST)) {
      const known = parseReference(reference);
      if (known !== null) return known;
    }
    throw new DeliveryError('unreachable', 'the app is not installed anywhere yet: add it to the team in Teams');
  }
}

const CLOSED: Readonly<Record<Closed, string>> = { blocked: 'blocked the app', uninstalled: 'does not have the app' };

function isWhole({ userId, aadObjectId }: PersonReference): boolean {
  return userId.startsWith('29:') && aadObjectId !== '';
}

/** The same text for the same facts. */
function written(reference: Reference): string {
  return JSON.stringify(reference, Object.keys(reference).sort());
}

function nowhere(address: Address): DeliveryError {
  return new DeliveryError('never', `not a person or a channel in Teams: ${address}`);
}
