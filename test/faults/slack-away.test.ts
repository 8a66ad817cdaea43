/** Slack refuses, breaks, hangs, or takes a message without saying so: every card is posted in the end, once, and nobody hammers. */
import type { Fault } from '../../sandbox/slack/slack-world';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { until } from '../support/until';
import { AGENT_IDS, DESK, pause, SUPPORT, wordsOf } from './office';
import type { Rig } from './rig';
import { openRig, openTicket } from './rig';

const LIMIT_MS = 90_000;
/** Two attempts at a hanging call, with the pauses between. */
const HANGING_MS = 30_000;
/** A channel that is missing is tried again twice a minute. */
const MENDED_MS = 45_000;

const [SQLITE] = databases();

let database: TestDatabase;
let rig: Rig;

beforeEach(async () => {
  database = await SQLITE!.create();
});

afterEach(async () => {
  await rig.close();
  await database.drop();
});

const postsTo = (channel: string) => rig.slack.calls('chat.postMessage').filter(({ body }) => body.channel === channel);
const cardsAre = (count: number, limitMs = 10_000): Promise<true> =>
  until(async () => ((await rig.cards()).length === count ? true : undefined), limitMs);
/** Long enough for a second post to show itself. */
const settle = (): Promise<void> => pause(1500);
const posting = (kind: Fault['kind'], times?: number): Fault => ({
  method: 'chat.postMessage',
  channel: SUPPORT,
  kind,
  ...(times === undefined ? {} : { times }),
});

it(
  'a channel over its rate limit is called once in each window it asked for, and gets every card after it',
  async () => {
    rig = await openRig(database.text);
    const end = rig.slack.fault(posting({ status: 429, retryAfterSeconds: 2 }));
    for (let ticket = 1; ticket <= 5; ticket += 1) expect(await openTicket(rig.ada, `Ticket ${ticket}`)).toBe(ticket);
    await until(() => Promise.resolve(postsTo(SUPPORT).length === 3 ? true : undefined));
    expect(await openTicket(rig.ada, 'Asked in a window')).toBe(6);
    await until(() => Promise.resolve(postsTo(SUPPORT).length === 4 ? true : undefined));
    end();

    const refused = postsTo(SUPPORT).map(({ at }) => at);
    const gaps = refused.slice(1).map((at, index) => at - (refused[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1990);
    // Direct messages have a limit of their own.
    expect(await rig.told(rig.ada)).toHaveLength(6);
    await cardsAre(6);
    await settle();
    expect(await rig.cards()).toHaveLength(6);
  },
  LIMIT_MS,
);

it(
  'a broken Slack gets the card when it works again',
  async () => {
    rig = await openRig(database.text);
    rig.slack.fault(posting({ status: 500 }, 3));

    await openTicket(rig.ada, 'VPN drops');

    await cardsAre(1, HANGING_MS);
    expect(postsTo(SUPPORT)).toHaveLength(4);
  },
  LIMIT_MS,
);

it(
  'a channel that hangs holds up nobody else',
  async () => {
    rig = await openRig(database.text);
    rig.slack.fault(posting({ hang: true }, 1));

    const began = Date.now();
    await openTicket(rig.ada, 'VPN drops');
    await until(async () => ((await rig.told(rig.ada)).length === 1 ? true : undefined));
    await openTicket(rig.ada, 'Printer jams');
    await until(async () => ((await rig.told(rig.ada)).length === 2 ? true : undefined));
    expect(Date.now() - began).toBeLessThan(6000);

    await cardsAre(2, HANGING_MS);
    await settle();
    expect(await rig.cards()).toHaveLength(2);
  },
  LIMIT_MS,
);

it(
  'a message that Slack took without saying so is found again, not repeated, and shows the ticket as it is by then',
  async () => {
    rig = await openRig(database.text);
    rig.slack.fault(posting({ cutAfterAccepting: true }, 1));
    await openTicket(rig.ada, 'VPN drops');
    await cardsAre(1);
    const [posted] = await rig.cards();
    await rig.anna.click(posted!, { label: 'Claim' });

    await until(async () =>
      (await rig.cards()).some((card) => wordsOf(card).includes('"Release"')) ? true : undefined,
    );
    await settle();
    expect((await rig.cards()).map(({ ts }) => ts)).toEqual([posted!.ts]);
    expect(postsTo(SUPPORT)).toHaveLength(1);
  },
  LIMIT_MS,
);

it(
  'a channel that is not there is told of by /readyz, and gets its card once it is there',
  async () => {
    rig = await openRig(database.text, DESK.replace(`'slack:${SUPPORT}'`, `'slack:${SUPPORT}', 'slack:C0NEW'`));
    await openTicket(rig.ada, 'VPN drops');
    await openTicket(rig.ada, 'Printer jams');
    await cardsAre(2);

    const ready = await until(async () => {
      const health = await rig.service.health('/readyz');
      return health.body.warnings?.length === 0 ? undefined : health;
    });
    expect(ready).toMatchObject({ status: 200, body: { ready: true } });
    expect(ready.body.warnings).toEqual(['slack:C0NEW: chat.postMessage: channel_not_found']);
    expect(postsTo('C0NEW')).toHaveLength(1);

    rig.slack.createChannel({ id: 'C0NEW', name: 'new', members: AGENT_IDS, botIsMember: true });
    await until(async () => ((await rig.anna.messages('C0NEW')).length === 2 ? true : undefined), MENDED_MS);
    await until(async () => ((await rig.service.health('/readyz')).body.warnings?.length === 0 ? true : undefined));
    await settle();
    expect(await rig.anna.messages('C0NEW')).toHaveLength(2);
  },
  LIMIT_MS,
);
