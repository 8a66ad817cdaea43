/** Gathers what the checker looks at: every row of the database, read past the helpdesk's own queries, and what the chats show. */
import type { EntitySchema, ObjectLiteral } from 'typeorm';
import type { SlackMessage, SlackStandIn } from '../../sandbox/slack/slack-world';
import type { TeamsMessage, TeamsStandIn } from '../../sandbox/teams/teams-world';
import { openDataSource } from '../../src/store/data-source';
import { inquiries, interactions, outbox, ticketEvents, tickets } from '../../src/store/schema';
import { cardWords } from '../e2e/teams-desk';
import type { TestDatabase } from '../support/databases';
import { until } from '../support/until';
import type { Facts, Post, Violation } from './checker';
import { check } from './checker';
import type { History } from './history';
import { agents, requesters, SUPPORT, wordsOf } from './office';

export interface Scene {
  readonly history: History;
  readonly database: Pick<TestDatabase, 'url'>;
  readonly slack: SlackStandIn;
  /** With the name of the channel that shows every ticket, and its readers by key. */
  readonly teams?: { readonly standIn: TeamsStandIn; readonly channel: string; readonly requesters: readonly string[] };
}

export interface Findings {
  /** Every broken promise, in words; of those of one kind only the first. */
  readonly broken: readonly string[];
  readonly violations: readonly Violation[];
  readonly tickets: number;
  readonly events: number;
  readonly posts: number;
}

const SHOWN = 20;

export async function gather({ history, database, slack, teams }: Scene): Promise<Facts> {
  const source = await openDataSource(database.url);
  try {
    const all = <T extends ObjectLiteral>(table: EntitySchema<T>): Promise<T[]> => source.manager.find(table);
    const places = teams === undefined ? [] : [`teams:${teams.standIn.placeId(teams.channel)}`];
    return {
      tickets: await all(tickets),
      events: (await all(ticketEvents)).map(({ ticketId, version, actor, at, what }) => ({
        ...{ ticketId, version, actor, at, what },
      })),
      outbox: await all(outbox),
      interactions: await all(interactions),
      inquiries: await all(inquiries),
      posts: [...(await slackPosts(slack)), ...(teams === undefined ? [] : teamsPosts(teams))],
      history: history.entries,
      channels: [`slack:${SUPPORT}`, ...places],
    };
  } finally {
    await source.destroy();
  }
}

export async function audit(scene: Scene): Promise<Findings> {
  const facts = await gather(scene);
  const violations = check(facts);
  const { tickets: rows, events, posts } = facts;
  return {
    violations,
    broken: violations.slice(0, SHOWN).map(({ invariant, what }) => `${invariant}: ${what}`),
    ...{ tickets: rows.length, events: events.length, posts: posts.length },
  };
}

/** What no waiting mends: somebody was answered late. */
const isForEver = ({ invariant }: Violation): boolean => invariant === 'I9';

/** The findings once nothing is broken that time may mend, or the last ones when that takes longer than `limitMs`. */
export async function healed(scene: Scene, limitMs: number): Promise<Findings> {
  let last: Findings | null = null;
  const look = async (): Promise<Findings | undefined> => {
    last = await audit(scene);
    return last.violations.every(isForEver) ? last : undefined;
  };
  return until(look, limitMs, 500).catch((error: unknown) => {
    if (last === null) throw error;
    return last;
  });
}

async function slackPosts(slack: SlackStandIn): Promise<Post[]> {
  const [agent] = agents(slack);
  const found = ((await agent?.messages(SUPPORT)) ?? []).map((message) => slackPost(message, `slack:${SUPPORT}`));
  for (const person of requesters(slack)) {
    const messages = await person.messages(await person.directMessageChannel());
    found.push(...messages.map((message) => slackPost(message, `slack:${person.userId}`)));
  }
  return found.flatMap((post) => post ?? []);
}

function slackPost(message: SlackMessage, place: string): Post | null {
  if (!message.fromBot || message.ephemeral) return null;
  const { ts, threadTs, metadata, text } = message;
  const key = (metadata?.event_payload as { key?: string } | undefined)?.key ?? null;
  return { place, id: ts, key, ticket: numberIn(text), words: wordsOf(message), inThread: threadTs !== null };
}

function teamsPosts({ standIn, channel, requesters: keys }: NonNullable<Scene['teams']>): Post[] {
  const place = standIn.placeId(channel);
  const own = ({ fromBot, seenBy }: TeamsMessage): boolean => fromBot && seenBy === null;
  const inChannel = standIn
    .messages(place)
    .filter(own)
    // What is told of a ticket whose card is missing begins a thread of its own.
    .map((message): Post => {
      const post = teamsPost(message, `teams:${place}`);
      return { ...post, inThread: message.thread !== message.id || !/"(Claim|Release)"/.test(post.words) };
    });
  // Answers to whoever asks stand in the same chat; what follows a ticket says how it stands.
  const inPrivate = keys.flatMap((key) => {
    const person = standIn.person(key);
    return person
      .messages()
      .filter(own)
      .map((message) => teamsPost(message, `teams:${person.aadObjectId}`))
      .map((post) => ({ ...post, inThread: !/We have your request|is working on it/.test(post.words) }));
  });
  return [...inChannel, ...inPrivate].filter(({ inThread, ticket }) => inThread || ticket > 0);
}

function teamsPost({ id, card, text }: TeamsMessage, place: string): Post {
  const words = `${text}\n${cardWords(card)}`;
  const quoted = words
    .split('\n')
    .map((line) => `"${line}"`)
    .join('\n');
  return { place, id, key: null, ticket: numberIn(words), words: quoted, inThread: false };
}

/** The number on a card; 0 for none. */
function numberIn(text: string): number {
  return Number(/#(\d+)/.exec(text)?.[1] ?? 0);
}
