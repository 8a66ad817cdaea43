/** The outgoing side of Teams before the stand-in: the real connector over real HTTP, and a place book that remembers. */
import type { KeptPlace, PlaceBook } from '../../../src/chat/chat-bot';
import type { Card } from '../../../src/chat/card';
import { DeliveryError } from '../../../src/chat/chat-surface';
import type { Delivery } from '../../../src/chat/chat-surface';
import { systemClock } from '../../../src/clock';
import type { Address } from '../../../src/domain/person';
import type { ConnectorParts, ConnectorSettings } from '../../../bots/teams/connector';
import { Connector } from '../../../bots/teams/connector';
import type { ChannelReference, PersonReference } from '../../../bots/teams/place';
import { Places } from '../../../bots/teams/places';
import { TeamsSurface } from '../../../bots/teams/teams-surface';
import { startTeamsStandIn } from '../../../sandbox/teams/stand-in';
import type { TeamsStandIn } from '../../../sandbox/teams/teams-world';

export const APP = '7f3a0000-0000-4000-8000-00000000a001';
export const TENANT = '7f3a0000-0000-4000-8000-00000000b001';
export const CARD: Card = { title: '#42 VPN drops', summary: '#42 was opened', parts: [], actions: [] };
export const CHANGED: Card = { ...CARD, title: '#42 VPN drops (resolved)', summary: '#42 was resolved' };
export const FIRST: Delivery = { key: 'k1', attemptedSince: null, thread: null };

export class MemoryBook implements PlaceBook {
  readonly kept = new Map<Address, string>();
  writes = 0;

  find(place: Address): Promise<string | null> {
    return Promise.resolve(this.kept.get(place) ?? null);
  }

  latest(limit: number): Promise<readonly KeptPlace[]> {
    const all = [...this.kept].map(([place, reference]) => ({ place, reference })).reverse();
    return Promise.resolve(all.slice(0, limit));
  }

  keep(place: Address, reference: string): Promise<void> {
    this.writes += 1;
    this.kept.delete(place);
    this.kept.set(place, reference);
    return Promise.resolve();
  }
}

export interface Outgoing {
  readonly teams: TeamsStandIn;
  readonly settings: ConnectorSettings;
  readonly book: MemoryBook;
  readonly places: Places;
  readonly connector: Connector;
  readonly surface: TeamsSurface;
  /** What an activity in somebody's personal chat tells. */
  chat(key: string): PersonReference;
  /** What an activity in a channel tells. */
  channel(name: string): ChannelReference;
}

const WORLD = {
  people: [
    { key: 'ewa', name: 'Ewa Nowak', email: 'ewa@example.com', locale: 'pl-PL' },
    { key: 'adam', name: 'Adam Agent', email: 'adam@example.com' },
    { key: 'gail', name: 'Gail Guest', email: 'gail@elsewhere.example', guest: true },
    {
      key: 'sven',
      name: 'Sven Stranger',
      email: 'sven@other.example',
      tenantId: '7f3a0000-0000-4000-8000-00000000c001',
    },
    { key: 'nina', name: 'Nina New', email: 'nina@example.com', installed: false },
  ],
  teams: [
    { name: 'IT', members: ['adam', 'gail', 'sven'], channels: ['Support', 'Infra'] },
    { name: 'Sales', members: ['ewa'], channels: ['Deals'], installed: false },
  ],
};

export async function startOutgoing(parts: Partial<ConnectorParts> = {}): Promise<Outgoing> {
  const teams = await startTeamsStandIn({ appId: APP, tenantId: TENANT, world: WORLD });
  const settings: ConnectorSettings = {
    appId: APP,
    appPassword: 'stand-in-password',
    tenantId: TENANT,
    appType: 'SingleTenant',
    openIdMetadataUrl: teams.openIdMetadataUrl,
    serviceHosts: [teams.host],
  };
  const book = new MemoryBook();
  const places = new Places(book);
  const connector = new Connector(settings, { clock: systemClock, callLimitMs: 300, ...parts });
  // As in the service, where an activity is only taken once botbuilder is there: loading it is no part of a call's time.
  await connector.authentication();
  const { serviceUrl, botId } = teams;
  return {
    teams,
    settings,
    book,
    places,
    connector,
    surface: new TeamsSurface(connector, places),
    chat: (key) => {
      const { aadObjectId, userId, personalChat } = teams.person(key);
      return { kind: 'person', serviceUrl, tenantId: TENANT, botId, conversationId: personalChat, userId, aadObjectId };
    },
    channel: (name) => ({
      kind: 'channel',
      serviceUrl,
      tenantId: TENANT,
      botId,
      conversationId: teams.placeId(name),
      teamId: teams.team(name === 'Deals' ? 'Sales' : 'IT').id,
      name,
    }),
  };
}

/** What a delivery failed with. @throws Error when it did not fail, or not as a delivery does */
export async function failure(work: Promise<unknown>): Promise<DeliveryError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof DeliveryError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
