/**
 * The checker is a test too, so it is tested: a real run of the built service passes it, and each of a list of bugs, planted
 * in what that run left behind, is caught as what it is.
 */
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import { chance } from '../support/chance';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { ServiceProcess } from '../support/service-process';
import { until } from '../support/until';
import type { Facts, Invariant } from './checker';
import { check } from './checker';
import { gather, healed } from './facts';
import { History, outcomesOf } from './history';
import { Office, WORLD } from './office';
import { bothChats, startTeams, TeamsOffice, teamsScene } from './teams-office';

const [SQLITE] = databases();
const ENOUGH = 60;
/** Between two deeds of somebody in Teams. */
const REST = { from: 50, to: 200 };

let database: TestDatabase;
let facts: Facts;

beforeAll(async () => {
  database = await SQLITE!.create();
  const slack = await startSlackStandIn({ world: WORLD, retryDelaysMs: [500, 1000, 2000] });
  const teams = await startTeams();
  const both = { desk: bothChats(teams), env: teams.env };
  const service = await ServiceProcess.prepare({ slack, database: database.text, ...both });
  try {
    slack.setRequestUrl(service.requestUrl);
    teams.botUrl = service.botUrl;
    await service.start();
    const office = new Office(slack, chance(5), new History());
    const colleagues = new TeamsOffice(teams, chance(7), office.history, REST);
    await colleagues.begin();
    office.begin();
    const did = (deed: string): number =>
      outcomesOf(office.history.entries).filter((each) => each.deed === deed && each.phase !== 'unknown').length;
    const enough = () => did('open') > ENOUGH / 4 && did('claim') > 3 && did('reply') > 2 && did('say') > 2;
    await until(() => Promise.resolve(enough() ? true : undefined), 60_000);
    await Promise.all([office.close(), colleagues.close()]);
    const scene = { history: office.history, database, slack, teams: teamsScene(teams) };
    await healed(scene, 20_000);
    facts = await gather(scene);
  } finally {
    await service.dispose();
    await slack.close();
    await teams.stop();
  }
}, 120_000);

afterAll(() => database.drop());

it('finds nothing broken in a run where nothing broke', () => {
  expect(check(facts)).toEqual([]);
  expect(facts.tickets.length).toBeGreaterThan(ENOUGH / 4);
});

/** The row of the ticket that has most to lose: claimed, so with a history. */
const claimed = () => facts.tickets.find(({ status }) => status === 'claimed')!;
const lastOf = (id: number) => facts.events.filter(({ ticketId }) => ticketId === id).at(-1)!;
const cardOf = (id: number, chat = 'slack') =>
  facts.posts.find(({ place, ticket, inThread }) => place.startsWith(`${chat}:`) && ticket === id && !inThread)!;
/** What an agent wrote on a ticket, as the other chat shows it. */
const replyIn = (chat: string) => {
  const said = facts.events.flatMap(({ what }) => (what.kind === 'commented' ? [`"${what.text}"`] : []));
  return facts.posts.find(
    ({ place, inThread, words }) =>
      place.startsWith(`${chat}:`) && inThread && said.some((each) => words.includes(each)),
  )!;
};
const without = <T>(list: readonly T[], one: T): T[] => list.filter((each) => each !== one);
const swap = <T>(list: readonly T[], one: T, change: Partial<T>): T[] =>
  list.map((each) => (each === one ? { ...one, ...change } : each));

/** What a bug would leave behind, and the promise it breaks. */
const BUGS: readonly (readonly [string, Invariant, () => Partial<Facts>])[] = [
  ['a ticket is lost after it was acknowledged', 'I1', () => ({ tickets: without(facts.tickets, claimed()) })],
  [
    'it is acknowledged before it is committed, and the commit fails',
    'I1',
    () => {
      const { id } = claimed();
      return {
        tickets: without(facts.tickets, claimed()),
        events: facts.events.filter(({ ticketId }) => ticketId !== id),
        outbox: facts.outbox.filter(({ lane }) => !lane.startsWith(`ticket:${id}@`)),
        posts: facts.posts.filter(({ ticket }) => ticket !== id),
      };
    },
  ],
  [
    'a repeated delivery opens a second ticket',
    'I2',
    () => ({ tickets: [...facts.tickets, { ...claimed(), id: 100_000 }] }),
  ],
  [
    'a repeated form writes a reply twice',
    'I2',
    () => {
      const said = facts.events.find(({ what }) => what.kind === 'commented')!;
      return { events: [...facts.events, { ...said, version: 100 }] };
    },
  ],
  [
    'the ticket is stored in one transaction and its event in another',
    'I3',
    () => ({ events: facts.events.filter(({ ticketId, version }) => ticketId !== claimed().id || version !== 1) }),
  ],
  [
    'the announcement is not stored with the change',
    'I3',
    () => ({ outbox: facts.outbox.filter(({ key }) => !key.startsWith(`show-ticket:${claimed().id}:v1:slack:C`)) }),
  ],
  [
    'an announcement outlives the change that was rolled back',
    'I3',
    () => {
      const { id, version } = claimed();
      const row = facts.outbox.find(({ lane }) => lane.startsWith(`ticket:${id}@`))!;
      const payload = { kind: 'tell', ticketId: id, version: version + 1, view: 'line' } as const;
      return { outbox: [...facts.outbox, { ...row, key: 'tell:rolled-back', payload }] };
    },
  ],
  [
    'the version is not checked, so two agents win one claim',
    'I4',
    () => {
      const won = facts.events.find(({ what }) => what.kind === 'claimed')!;
      return { events: [...facts.events, { ...won, actor: 'slack:U0OTHER' }] };
    },
  ],
  [
    'a claim is decided on a ticket that somebody has',
    'I4',
    () => {
      const { id, version } = claimed();
      const again = { ...lastOf(id), version: version + 1, what: { kind: 'claimed' } as const };
      return { events: [...facts.events, again], tickets: swap(facts.tickets, claimed(), { version: version + 1 }) };
    },
  ],
  [
    'a row of the outbox stays leased for ever',
    'I5',
    () => ({
      outbox: swap(facts.outbox, facts.outbox[0]!, { settledAt: null, leasedUntil: new Date('2030-01-01T00:00:00Z') }),
    }),
  ],
  ['a row is settled though it was never posted', 'I5', () => ({ posts: without(facts.posts, cardOf(claimed().id)) })],
  [
    'the older of two deliveries wins, and the card shows the past',
    'I5',
    () => ({ posts: swap(facts.posts, cardOf(claimed().id), { words: '"Claim" We have your request.' }) }),
  ],
  [
    'a post whose answer was lost is posted again',
    'I6',
    () => ({ posts: [...facts.posts, { ...cardOf(claimed().id), id: 'again' }] }),
  ],
  [
    'a card that Teams may have taken is posted again',
    'I6',
    () => ({ posts: [...facts.posts, { ...cardOf(claimed().id, 'teams'), id: 'again' }] }),
  ],
  [
    'a change is shown in Slack and not in Teams',
    'I5',
    () => ({ posts: swap(facts.posts, cardOf(claimed().id, 'teams'), { words: '"Claim" We have your request.' }) }),
  ],
  [
    'a row is settled though Teams never took it',
    'I5',
    () => ({ posts: without(facts.posts, cardOf(claimed().id, 'teams')) }),
  ],
  ['a reply does not cross into Teams', 'I5', () => ({ posts: without(facts.posts, replyIn('teams')) })],
  ['a reply crosses into Teams twice', 'I6', () => ({ posts: [...facts.posts, { ...replyIn('teams'), id: 'again' }] })],
  [
    'a message is posted past the outbox',
    'I6',
    () => ({ posts: [...facts.posts, { ...facts.posts[0]!, id: 'past', key: null, ticket: 0, inThread: true }] }),
  ],
  [
    'the row is updated without its event',
    'I7',
    () => ({ tickets: swap(facts.tickets, claimed(), { assignee: 'slack:U0OTHER' }) }),
  ],
  [
    'an event is dropped, and the history has a gap',
    'I7',
    () => ({ events: without(facts.events, lastOf(claimed().id)) }),
  ],
  [
    'the interaction is not remembered with its effect',
    'I8',
    () => ({ interactions: facts.interactions.filter(({ result }) => result !== claimed().id) }),
  ],
  [
    'somebody gets a ticket whom nobody asked for',
    'I8',
    () => ({ tickets: swap(facts.tickets, claimed(), { subject: 'Half a request' }) }),
  ],
  [
    'a slow database makes a person wait in silence',
    'I9',
    () => ({
      history: [
        ...facts.history,
        { at: Date.now(), who: 'U0ADA', op: 'answer', key: 'open', phase: 'unknown', status: 0, elapsedMs: 3000 },
      ],
    }),
  ],
];

it.each(BUGS)('catches it when %s (%s)', (_bug, invariant, plant) => {
  const violations = check({ ...facts, ...plant() });

  expect(violations.map((violation) => violation.invariant)).toContain(invariant);
});
