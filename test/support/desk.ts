/**
 * The one door of the core's tests: the real helpdesk, front desk, courier and store on a real database. Stand-ins only at
 * the edge: a clock that is set, and two chats that remember what they were given to show.
 */
import { pino } from 'pino';
import type { Card, Reply } from '../../src/chat/card';
import type { ChatSurface, Delivery, DeliveryProblem, MessageRef } from '../../src/chat/chat-surface';
import { DeliveryError } from '../../src/chat/chat-surface';
import { FrontDesk } from '../../src/chat/front-desk';
import type { Intent } from '../../src/chat/interaction';
import type { ArticleRules } from '../../src/authoring';
import { Courier } from '../../src/delivery/courier';
import { drawer } from '../../src/delivery/drawing';
import type { Article } from '../../src/domain/article';
import type { Group } from '../../src/domain/audience';
import { DEFAULT_CATEGORIES } from '../../src/domain/category';
import type { Address, Person, PersonId } from '../../src/domain/person';
import type { Roster, SupportLine } from '../../src/domain/support-line';
import { Helpdesk } from '../../src/helpdesk';
import { createKnowledgeIndex } from '../../src/knowledge/knowledge-index';
import type { KnowledgeIndex } from '../../src/knowledge/knowledge-index';
import { Library } from '../../src/library';
import { rosterAcross } from '../../src/roles';
import { SimilarTickets } from '../../src/similar-tickets';
import { isStorageError, isUnconfirmed, Store } from '../../src/store/store';
import type { TestDatabase } from './databases';

class TestClock {
  constructor(private at: Date) {}

  now(): Date {
    return this.at;
  }

  set(iso: string): void {
    this.at = new Date(iso);
  }

  advance(ms: number): void {
    this.at = new Date(this.at.getTime() + ms);
  }
}

interface Shown {
  readonly ref: MessageRef;
  readonly to: Address;
  card: Card;
  readonly thread: MessageRef | null;
  /** How often it was drawn. */
  draws: number;
}

/** A chat that keeps what it is given, and fails when told to. */
class RecordingSurface implements ChatSurface {
  readonly shown: Shown[] = [];
  readonly failing = new Map<Address, DeliveryError>();
  readonly threadless = new Set<Address>();
  /** Every post that was tried. */
  readonly tried: Delivery[] = [];
  private meanwhile: { readonly place: Address; readonly happens: () => Promise<void> } | null = null;

  constructor(readonly platform: string) {}

  hasThreads(place: Address): boolean {
    return !this.threadless.has(place);
  }

  async post(to: Address, card: Card, delivery: Delivery): Promise<MessageRef> {
    const { thread } = delivery;
    this.tried.push(delivery);
    await this.wait(to);
    delivery.requireTurn?.();
    const failure = this.failing.get(to);
    if (failure !== undefined) throw failure;
    const ref = `${to}:${this.shown.length + 1}`;
    this.shown.push({ ref, to, card, thread, draws: 1 });
    return ref;
  }

  async update(ref: MessageRef, card: Card): Promise<void> {
    const message = this.shown.find((each) => each.ref === ref);
    if (message === undefined) throw new DeliveryError('gone', 'message_not_found');
    await this.wait(message.to);
    message.card = card;
    message.draws += 1;
  }

  /** What happens while the next message for a place is on its way, before it is shown. */
  onTheWayTo(place: Address, happens: () => Promise<void>): void {
    this.meanwhile = { place, happens };
  }

  private async wait(place: Address): Promise<void> {
    const { meanwhile } = this;
    if (meanwhile?.place !== place) return;
    this.meanwhile = null;
    await meanwhile.happens();
  }

  /** The messages of a place that are not in a thread. */
  at(place: Address): Shown[] {
    return this.shown.filter(({ to, thread }) => to === place && thread === null);
  }

  threadsAt(place: Address): Shown[] {
    return this.shown.filter(({ to, thread }) => to === place && thread !== null);
  }

  fail(
    place: Address,
    problem: DeliveryProblem,
    { retryAfterMs = null, outcome = 'refused' }: Partial<Pick<DeliveryError, 'retryAfterMs' | 'outcome'>> = {},
  ): void {
    this.failing.set(place, new DeliveryError(problem, `told to fail: ${problem}`, retryAfterMs, 'place', outcome));
  }
}

export const SUPPORT = 'slack:C0SUPPORT';
export const INFRA = 'slack:C0INFRA';
export const TEAMS_SUPPORT = 'teams:19:support@thread.tacv2';

export const LINES: readonly SupportLine[] = [
  {
    key: 'it',
    name: 'IT Service Desk',
    channels: [SUPPORT],
    agents: 'channel-members',
    managers: ['slack:U0MARK'],
    escalatesTo: 'it-l2',
    summary: { at: '09:00', days: [1, 2, 3, 4, 5], timezone: 'Europe/Warsaw' },
    language: 'en',
    similarTickets: 'agents',
  },
  {
    key: 'it-l2',
    name: 'Infrastructure',
    channels: [INFRA],
    agents: 'channel-members',
    managers: [],
    escalatesTo: null,
    summary: null,
    language: 'pl',
    similarTickets: 'agents',
  },
];

/** The same lines, the first with a channel in either chat. */
export const LINES_OF_TWO_CHATS: readonly SupportLine[] = LINES.map((line) =>
  line.key === 'it' ? { ...line, channels: [SUPPORT, TEAMS_SUPPORT] } : line,
);

const person = (id: string, name: string, language: Person['language']): Person => ({
  id: `slack:${id}`,
  name,
  email: `${name.toLowerCase()}@example.com`,
  language,
  address: `slack:${id}`,
});

export const NORA = person('U0NORA', 'Nora', 'en');
export const JAN = person('U0JAN', 'Jan', 'pl');
export const ANNA = person('U0ANNA', 'Anna', 'en');
export const BEN = person('U0BEN', 'Ben', 'en');
export const CEZARY = person('U0CEZARY', 'Cezary', 'pl');
export const MARK = person('U0MARK', 'Mark', 'en');

const inTeams = (id: string, name: string, email: string): Person => ({
  id: `teams:${id}`,
  name,
  email,
  language: 'en',
  address: `teams:${id}`,
});

/** Nora, Anna and Mark, as Teams knows them; their addresses are written in another case there. */
export const NORA_IN_TEAMS = inTeams('0000-0001', 'Nora Lewis', 'Nora@Example.com');
export const ANNA_IN_TEAMS = inTeams('0000-0002', 'Anna Kowalska', 'Anna@Example.com');
export const MARK_IN_TEAMS = inTeams('0000-0003', 'Mark Jensen', 'Mark@Example.com');
/** An agent whom only Teams knows. */
export const DORA = inTeams('0000-0004', 'Dora Lind', 'dora@example.com');

const EVERYBODY = [NORA, JAN, ANNA, BEN, CEZARY, MARK, NORA_IN_TEAMS, ANNA_IN_TEAMS, MARK_IN_TEAMS, DORA];

const article = (id: string, title: string, body: string, language: Article['language']): Article => ({
  id,
  title,
  body,
  tags: [],
  language,
  audience: 'everyone',
  url: null,
});

const ARTICLES: readonly Article[] = [
  article(
    'vpn-drops',
    'VPN keeps disconnecting',
    'Switch the VPN client to TCP and connect again.\n\n## Symptoms\n\n- my vpn drops every ten minutes\n- tunnel lost\n\n## What to do\n\n1. Open the VPN settings.\n2. Choose TCP.\n',
    'en',
  ),
  article(
    'printer',
    'Printer does not print',
    'Clear the print queue and print again.\n\n## Symptoms\n\n- paper does not come out\n- document stuck in the queue\n',
    'en',
  ),
];

export interface TestDesk {
  readonly store: Store;
  readonly helpdesk: Helpdesk;
  readonly similar: SimilarTickets;
  readonly frontDesk: FrontDesk;
  readonly surface: RecordingSurface;
  readonly teams: RecordingSurface;
  readonly clock: TestClock;
  /** Who is in which channel; change it as an administrator would. */
  readonly members: Map<Address, PersonId[]>;
  /** Whom the chats know; change it as an administrator would. */
  readonly directory: Map<PersonId, Person>;
  /** What the chat cannot say just now. */
  readonly silentChannels: Set<Address>;
  /** Of which the chat says nothing at all. */
  readonly stuckChannels: Set<Address>;
  /** The channels whose members were asked for, in order. */
  readonly asked: Address[];
  /** Of which workspaces and tenants people are. */
  readonly homes: Map<PersonId, readonly Address[]>;
  /** One interaction; a number makes it a repetition of an earlier one with the same number. */
  act(who: Person, intent: Intent, delivery?: string): Promise<Reply>;
  /** Opens a ticket through its form, and gives its id. */
  openTicket(who: Person, subject: string, more?: Record<string, string>): Promise<number>;
  readonly index: KnowledgeIndex;
  /** What every process does from time to time: brings the search in line with the database. */
  readonly library: Library;
  /** Delivers until the outbox has nothing due. */
  deliver(): Promise<void>;
  /** One more courier, not started. @param cardRestsMs as of CourierParts; none when absent, for nobody waits here */
  courier(cardRestsMs?: number): Courier;
  close(): Promise<void>;
}

let deliveries = 0;

/** @param more groups, and articles besides two about the VPN and the printer */
export async function openDesk(
  database: TestDatabase,
  lines: readonly SupportLine[] = LINES,
  more: {
    readonly groups?: readonly Group[];
    readonly articles?: readonly Article[];
    readonly rules?: ArticleRules;
    readonly learning?: boolean;
  } = {},
): Promise<TestDesk> {
  const store = await Store.open(database.url);
  await store.migrate();
  const clock = new TestClock(new Date('2026-11-23T08:00:00Z'));
  const surface = new RecordingSurface('slack');
  const teams = new RecordingSurface('teams');
  const directory = new Map(EVERYBODY.map((each) => [each.id, each]));
  const members = new Map<Address, PersonId[]>([
    [SUPPORT, [ANNA.id, BEN.id]],
    [INFRA, [CEZARY.id]],
    [TEAMS_SUPPORT, [ANNA_IN_TEAMS.id, DORA.id]],
  ]);
  const silentChannels = new Set<Address>();
  const stuckChannels = new Set<Address>();
  const asked: Address[] = [];
  const homes = new Map<PersonId, readonly Address[]>();
  const rosterOf = (isChannel: RegExp): Roster => ({
    isChannel: (place) => isChannel.test(place),
    isMember: (channel, who) => {
      asked.push(channel);
      if (stuckChannels.has(channel)) return new Promise(() => undefined);
      return silentChannels.has(channel)
        ? Promise.reject(new Error('the chat does not answer'))
        : Promise.resolve(members.get(channel)?.includes(who) ?? false);
    },
    person: (id) => {
      const found = directory.get(id);
      return found === undefined ? Promise.reject(new Error('user_not_found')) : Promise.resolve(found);
    },
    homesOf: (id) => Promise.resolve(homes.get(id) ?? []),
  });
  const roster = rosterAcross(
    new Map([
      ['slack', rosterOf(/^slack:C/)],
      ['teams', rosterOf(/^teams:19:/)],
    ]),
  );
  const index = createKnowledgeIndex();
  const articles = [...ARTICLES, ...(more.articles ?? [])];
  await index.load(articles);
  await store.write((session) => session.articles.save(articles, clock.now()));
  const similar = new SimilarTickets({ store, createIndex: createKnowledgeIndex, lines, clock });
  const log = pino({ level: 'silent' });
  const desk = {
    language: 'en' as const,
    lines,
    categories: DEFAULT_CATEGORIES,
    groups: more.groups ?? [],
    closeAfterDays: 5,
    learning: more.learning ?? true,
    articles: more.rules ?? { reviewed: [], staleAfterDays: 180 },
  };
  const handled = (repeated: boolean, cause: string): void => frontDesk.handled(repeated, cause);
  const wake = (): void => undefined;
  const helpdesk = new Helpdesk({ store, knowledge: index, similar, clock, desk, roster, wake, handled });
  const noSummary = (): Promise<Card> => Promise.reject(new Error('no summary here'));
  const frontDesk = new FrontDesk({ helpdesk, clock, log, summaries: noSummary, isStorageError, isUnconfirmed });

  const act = (who: Person, intent: Intent, delivery?: string): Promise<Reply> => {
    deliveries += 1;
    return frontDesk.handle({ id: delivery ?? `test:${deliveries}`, from: who, intent });
  };

  const newCourier = (cardRestsMs = 0): Courier =>
    new Courier({
      ...{ store, surfaces: [surface, teams], clock, log, cardRestsMs },
      draw: drawer({ helpdesk, summary: noSummary }),
    });

  return {
    store,
    helpdesk,
    frontDesk,
    surface,
    teams,
    clock,
    members,
    directory,
    silentChannels,
    stuckChannels,
    asked,
    homes,
    similar,
    act,
    openTicket: async (who, subject, more = {}) => {
      const fields = { subject, priority: 'person/blocked', ...more };
      const reply = await act(who, { kind: 'open', inquiryId: null, intake: 'command', fields });
      const id = reply.kind === 'card' ? /#(\d+)/.exec(reply.card.title)?.[1] : undefined;
      if (id === undefined) throw new Error(`no ticket was opened: ${JSON.stringify(reply)}`);
      return Number(id);
    },
    index,
    library: new Library({ store, index, clock, audiences: null, learns: true, snapshot: null, log }),
    courier: newCourier,
    deliver: async () => {
      const courier = newCourier();
      courier.wake();
      await courier.drained();
    },
    close: () => store.close(),
  };
}
