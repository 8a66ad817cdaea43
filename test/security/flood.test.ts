/** One person who sends without end: told once, kindly, and nobody else notices. Through signed HTTP. */
// ASVS 5.0 v5.0.0-2.4.1 (anti-automation)
import { Pace } from '../../src/chat/pace';
import { GENERAL_CHANNEL } from '../../sandbox/people';
import type { SlackDesk } from '../e2e/slack-desk';
import { openSlackDesk, shown } from '../e2e/slack-desk';
import type { DatabaseKind, TestDatabase } from '../support/databases';
import { databases } from '../support/databases';

const [sqlite] = databases() as [DatabaseKind];

const LIMIT = 20;
const COMMAND = {
  command: '/helpdesk',
  text: 'my vpn drops',
  team_id: 'T0SANDBOX',
  channel_id: GENERAL_CHANNEL,
  response_url: 'http://127.0.0.1:9/',
};
const TOO_FAST = /more in one minute than I can take from one person/;

let database: TestDatabase;
let desk: SlackDesk;

beforeAll(async () => {
  database = await sqlite.create();
  desk = await openSlackDesk(database, { interactionsPerMinute: LIMIT });
});

afterAll(async () => {
  await desk.close();
  await database.drop();
});

/** Waits until a flood of a few seconds fits into one minute: its limit is one of the minute. */
async function inOneMinute(): Promise<void> {
  const leftMs = 60_000 - (Date.now() % 60_000);
  if (leftMs < 8_000) await new Promise((resolve) => setTimeout(resolve, leftMs));
}

const ask = async (user: string, trigger: string): Promise<string> => {
  const body = new URLSearchParams({ ...COMMAND, user_id: user, user_name: 'x', trigger_id: trigger }).toString();
  const answer = await desk.send({ body });
  expect(answer.status).toBe(200);
  expect(answer.elapsedMs).toBeLessThan(2500);
  return answer.body === '' ? '' : shown((JSON.parse(answer.body) as { blocks: unknown }).blocks);
};

it('of a flood the limit is answered, one more is told to wait, the rest is met with silence, and others are served', async () => {
  await inOneMinute();
  const flood = await Promise.all(Array.from({ length: 3 * LIMIT }, (_, index) => ask('U0NORA', `flood.${index}`)));
  const others = await Promise.all([ask('U0ANNA', 'anna.1'), ask('U0MARK', 'mark.1')]);

  expect(flood.filter((text) => text !== '' && !TOO_FAST.test(text))).toHaveLength(LIMIT);
  expect(flood.filter((text) => TOO_FAST.test(text))).toHaveLength(1);
  expect(flood.filter((text) => text === '')).toHaveLength(2 * LIMIT - 1);
  for (const text of others) expect(text).toContain('vpn');
  expect(await desk.settled()).toMatchObject({ inquiries: LIMIT + others.length });
  const metrics = await (await fetch(`http://127.0.0.1:${desk.service.port}/metrics`)).text();
  expect(metrics).toContain(`helpdesk_refused_total{reason="too-fast"} ${2 * LIMIT}`);
});

it('a form sent in a flood stays open with everything in it', async () => {
  await inOneMinute();
  await Promise.all(Array.from({ length: LIMIT + 1 }, (_, index) => ask('U0BEN', `form.${index}`)));
  const blocks = ['subject', 'priority'].map((name) => ({ type: 'input', block_id: name, element: {}, label: {} }));
  const typed = { subject: { value: { type: 'plain_text_input', value: 'VPN' } } };
  const metadata = '{"kind":"open","inquiryId":null,"intake":"command"}';
  const view = {
    id: 'V1',
    type: 'modal',
    callback_id: 'x',
    private_metadata: metadata,
    blocks,
    state: { values: typed },
  };

  const answer = await desk.forge('view_submission', 'U0BEN', { view });

  expect(JSON.parse(answer.body)).toEqual({
    response_action: 'errors',
    errors: { subject: expect.stringMatching(TOO_FAST) as unknown },
  });
});

describe('the pace of one person', () => {
  const at = (seconds: number): Date => new Date(1_700_000_000_000 - (1_700_000_000_000 % 60_000) + seconds * 1000);

  it('begins anew each minute, and keeps nothing of the last', () => {
    const pace = new Pace(2);
    const minute = (from: number): string[] =>
      [0, 1, 2, 3].map((second) => pace.of('slack:U0NORA', `${from + second}`, at(from + second)));

    expect(minute(0)).toEqual(['in-time', 'in-time', 'first', 'too-fast']);
    expect(minute(60)).toEqual(['in-time', 'in-time', 'first', 'too-fast']);
  });

  it('does not count a repeated delivery, nor refuse it', () => {
    const pace = new Pace(1);

    expect(pace.of('slack:U0NORA', 'a', at(0))).toBe('in-time');
    expect(pace.of('slack:U0NORA', 'a', at(1))).toBe('in-time');
    expect(pace.of('slack:U0NORA', 'b', at(2))).toBe('first');
    expect(pace.of('slack:U0NORA', 'a', at(3))).toBe('in-time');
  });
});
