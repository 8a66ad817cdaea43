/** What must be true after every fault is healed: the people's history against the database and what stands in Slack. */
import type { SlackMessage, SlackStandIn } from '../../sandbox/slack/slack-world';
import { outbox } from '../../src/store/schema';
import type { OutboxRow } from '../../src/store/rows';
import { openDataSource } from '../../src/store/data-source';
import { Store } from '../../src/store/store';
import type { Ticket, TicketEvent } from '../../src/domain/ticket';
import type { TestDatabase } from '../support/databases';
import type { Deed } from './office';
import { agents, requesters, SUPPORT, wordsOf } from './office';

export interface Findings {
  /** Every broken promise, in words. */
  readonly broken: string[];
  readonly tickets: number;
  readonly events: number;
  readonly posts: number;
}

interface Facts {
  readonly tickets: readonly Ticket[];
  readonly events: ReadonlyMap<number, readonly TicketEvent[]>;
  readonly outbox: readonly OutboxRow[];
  /** What the bot posted for everybody of a place to see, there and in threads. */
  readonly posts: readonly SlackMessage[];
}

export async function audit(history: readonly Deed[], database: TestDatabase, slack: SlackStandIn): Promise<Findings> {
  const facts = await gather(database, slack);
  return {
    broken: [
      ...openings(history, facts),
      ...words(history, facts),
      ...claims(history, facts),
      ...facts.tickets.flatMap((ticket) => [...histories(ticket, facts), ...places(ticket, facts)]),
      ...announcements(facts),
    ],
    tickets: facts.tickets.length,
    events: [...facts.events.values()].flat().length,
    posts: facts.posts.length,
  };
}

async function gather(database: TestDatabase, slack: SlackStandIn): Promise<Facts> {
  const store = await Store.open(database.url);
  const source = await openDataSource(database.url);
  try {
    const tickets = await store.read((session) => session.tickets.list({}, 100_000));
    const events = new Map<number, readonly TicketEvent[]>();
    for (const { id } of tickets) events.set(id, await store.read((session) => session.tickets.events(id)));
    const [agent] = agents(slack);
    const seen = (await agent?.messages(SUPPORT)) ?? [];
    for (const person of requesters(slack)) seen.push(...(await person.messages(await person.directMessageChannel())));
    const posts = seen.filter(({ fromBot, ephemeral }) => fromBot && !ephemeral);
    return { tickets, events, outbox: await source.manager.find(outbox), posts };
  } finally {
    await source.destroy();
    await store.close();
  }
}

/** Who was told a number has that ticket; who was not has it once or not at all. */
function openings(history: readonly Deed[], { tickets }: Facts): string[] {
  return history
    .filter(({ kind }) => kind === 'open')
    .flatMap(({ words: subject, outcome, ticket }) => {
      const found = tickets.filter((each) => each.subject === subject);
      if (found.length > 1) return [`"${subject}" became ${found.length} tickets`];
      if (outcome === 'acknowledged' && found[0]?.id !== ticket)
        return [`"${subject}" was told to be #${ticket}, and is ${found[0]?.id ?? 'nowhere'}`];
      return [];
    });
}

/** What was written on a ticket is on it once, and is shown once wherever it should be. */
function words(history: readonly Deed[], { events, posts }: Facts): string[] {
  const all = [...events.values()].flat();
  return history
    .filter(({ kind }) => kind === 'reply' || kind === 'say')
    .flatMap(({ kind, words: text, outcome }) => {
      const found = all.filter(({ what }) => what.kind === 'commented' && what.text === text).length;
      const wanted = kind === 'say' || outcome === 'acknowledged' ? [1] : [0, 1];
      const problems = wanted.includes(found) ? [] : [`"${text}" (${kind}, ${outcome}) is ${found} times on a ticket`];
      // A reply of an agent is read by the requester and by the other agents; a requester has seen their own words.
      const shown = posts.filter((post) => wordsOf(post).includes(`"${text}"`)).length;
      const places = found * (kind === 'reply' ? 2 : 1);
      return shown === places ? problems : [...problems, `"${text}" (${kind}) is shown ${shown} times, not ${places}`];
    });
}

/** Nobody was told that a claim was heard which was not decided. */
function claims(history: readonly Deed[], { events, posts }: Facts): string[] {
  return history
    .filter(({ kind, outcome }) => kind === 'claim' && outcome === 'acknowledged')
    .flatMap(({ words: ts, who }) => {
      const ticket = ticketOf(posts.find((post) => post.ts === ts));
      const claimed = events.get(ticket)?.filter(({ what }) => what.kind === 'claimed').length;
      return claimed === 1 ? [] : [`the claim of #${ticket} by ${who} was heard, and it is claimed ${claimed} times`];
    });
}

/** The versions have no gap, and the events played from the start give the row. */
function histories(ticket: Ticket, { events }: Facts): string[] {
  const list = events.get(ticket.id) ?? [];
  const gapFree = list.every(({ version }, index) => version === index + 1) && list.length === ticket.version;
  const played = list.reduce<Pick<Ticket, 'status' | 'assignee'>>(
    (state, { what, actor }) => (what.kind === 'claimed' ? { status: 'claimed', assignee: actor } : state),
    { status: 'open', assignee: null },
  );
  const same = played.status === ticket.status && played.assignee === ticket.assignee;
  return [
    ...(gapFree
      ? []
      : [
          `the history of #${ticket.id} (version ${ticket.version}) has versions ${list.map(({ version }) => version).join()}`,
        ]),
    ...(list[0]?.what.kind === 'opened' ? [] : [`#${ticket.id} does not begin with its opening`]),
    ...(same
      ? []
      : [`#${ticket.id} is ${ticket.status}/${ticket.assignee}, its events say ${played.status}/${played.assignee}`]),
  ];
}

/** One card in the support channel, one message to its requester, and both show the ticket as it is. */
function places(ticket: Ticket, { posts }: Facts): string[] {
  const own = posts.filter((post) => post.threadTs === null && ticketOf(post) === ticket.id);
  const cards = own.filter(({ channel }) => channel === SUPPORT);
  const told = own.filter(({ channel }) => channel === `D${ticket.requester.slice('slack:U'.length)}`);
  const count = (name: string, list: readonly SlackMessage[]): string[] =>
    list.length === 1 ? [] : [`#${ticket.id} has ${list.length} ${name}`];
  const claimed = ticket.status === 'claimed';
  const stale = [
    ...cards.filter((card) => wordsOf(card).includes('"Release"') !== claimed),
    ...told.filter((post) => wordsOf(post).includes('is working on it') !== claimed),
  ];
  return [
    ...count('cards', cards),
    ...count('messages to its requester', told),
    ...(own.length > cards.length + told.length ? [`#${ticket.id} is shown elsewhere`] : []),
    ...stale.map(({ channel }) => `#${ticket.id} is ${ticket.status}, and its message in ${channel} does not say so`),
  ];
}

/** Everything announced was delivered, each once, and nothing else was posted. */
function announcements({ outbox: rows, posts }: Facts): string[] {
  const counts = new Map<string, number>();
  for (const post of posts) {
    const { key } = (post.metadata?.event_payload ?? {}) as { key?: string };
    const name = key ?? `a message without a key ("${post.text}")`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const announced = new Set(rows.map(({ key }) => key));
  return [
    ...rows.filter(({ settledAt }) => settledAt === null).map(({ key }) => `${key} still waits`),
    ...rows.filter(({ failure }) => failure !== null).map(({ key, failure }) => `${key} failed: ${failure}`),
    ...[...counts].filter(([, count]) => count > 1).map(([key, count]) => `${key} was posted ${count} times`),
    ...[...counts.keys()]
      .filter((key) => !announced.has(key))
      .map((key) => `${key} was posted without being announced`),
    ...rows
      .filter(({ key, payload }) => payload.kind === 'tell' && counts.get(key) !== 1)
      .map(({ key }) => `${key} was told ${counts.get(key) ?? 0} times`),
  ];
}

/** The number on a card; 0 for none. */
function ticketOf(post: SlackMessage | undefined): number {
  return Number(/#(\d+)/.exec(post?.text ?? '')?.[1] ?? 0);
}
