/**
 * Requests that no honest Slack sends: unsigned, late, broken, forged, repeated. Each is answered at once, in private and
 * politely where there is anybody to be polite to, changes nothing, and leaves the next request as it would have been.
 */
// ASVS 5.0 v5.0.0-4.1.5 (signed messages), v5.0.0-2.2.1 (structure), v5.0.0-8.3.1 (nothing of a client is trusted)
import { GENERAL_CHANNEL, SUPPORT_CHANNEL } from '../../sandbox/people';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { until } from '../support/until';
import type { Answer, Raw, SlackDesk } from './slack-desk';
import { openSlackDesk, shown } from './slack-desk';

const FORM = 'application/x-www-form-urlencoded';
const COMMAND = new URLSearchParams({
  command: '/helpdesk',
  text: 'my vpn drops',
  user_id: 'U0NORA',
  user_name: 'nora',
  team_id: 'T0SANDBOX',
  channel_id: GENERAL_CHANNEL,
  trigger_id: '1.2.3',
  response_url: 'http://127.0.0.1:9/',
}).toString();
const EVENT = JSON.stringify({
  type: 'event_callback',
  team_id: 'T0SANDBOX',
  event_id: 'Ev1',
  event: { type: 'message', channel: 'D0NORA', channel_type: 'im', user: 'U0NORA', ts: '1.1', text: 'my vpn drops' },
});

const NOT_SLACK: readonly (readonly [what: string, raw: Raw])[] = [
  ['a wrong signature', { body: COMMAND, secret: 'not the secret' }],
  ['no signature', { body: COMMAND, headers: { 'x-slack-signature': undefined } }],
  ['a signature that is none', { body: COMMAND, headers: { 'x-slack-signature': 'v0=' } }],
  ['another version of signature', { body: COMMAND, headers: { 'x-slack-signature': 'v1=00' } }],
  ['no timestamp', { body: COMMAND, headers: { 'x-slack-request-timestamp': undefined } }],
  ['a timestamp that is none', { body: COMMAND, headers: { 'x-slack-request-timestamp': 'now' } }],
  ['a timestamp of more than five minutes ago', { body: COMMAND, offset: -301 }],
  ['a timestamp more than five minutes ahead', { body: COMMAND, offset: 310 }],
  ['an event with a wrong signature', { body: EVENT, type: 'application/json', secret: 'not the secret' }],
  ['nothing at all, unsigned', { body: '', secret: 'not the secret' }],
];

const BROKEN: readonly (readonly [what: string, raw: Raw, status: number])[] = [
  ['broken JSON', { body: '{"type": "event_callback",', type: 'application/json' }, 400],
  ['JSON that is no object', { body: '"hello"', type: 'application/json' }, 400],
  ['JSON null', { body: 'null', type: 'application/json' }, 400],
  ['an empty body as JSON', { body: '', type: 'application/json' }, 400],
  ['an empty body as a form', { body: '', type: FORM }, 400],
  ['a payload that is broken JSON', { body: 'payload=%7B%22type%22', type: FORM }, 400],
  ['a payload of an unknown type', { body: `payload=${encodeURIComponent('{"type":"sparkle"}')}`, type: FORM }, 400],
  ['a body of 1 MB', { body: `payload=${'x'.repeat(1024 * 1024)}`, type: FORM }, 413],
];

const FORGED: readonly (readonly [what: string, value: string, answer: RegExp])[] = [
  ['no value', '', /out of date/],
  ['a value that is no JSON', 'claim:42', /out of date/],
  ['a value of a version to come', '{"kind":"teleport","ticketId":1}', /out of date/],
  ['a prototype', '{"kind":"__proto__","ticketId":1}', /out of date/],
  ['a list', '[1,2,3]', /out of date/],
  ['a ticket that is not there', '{"kind":"claim","ticketId":4242}', /cannot find that ticket/],
  ['a ticket beyond all numbers', '{"kind":"claim","ticketId":9007199254740991}', /cannot find that ticket/],
  ['a ticket of less than nothing', '{"kind":"claim","ticketId":-1}', /out of date/],
  ['a ticket in words', '{"kind":"claim","ticketId":"1 OR 1=1"}', /out of date/],
  ['somebody else’s question', '{"kind":"solved","inquiryId":1}', /cannot find that question/],
  [
    'an article that is not there',
    '{"kind":"read","articleId":"../../etc/passwd","inquiryId":null}',
    /article is no longer/,
  ],
  ['somebody else’s ticket', '{"kind":"show","ticketId":1}', /belongs to somebody else/],
  ['an agent’s button', '{"kind":"urgent","ticketId":1}', /Only agents/],
  ['the requester’s button', '{"kind":"withdraw","ticketId":1}', /belongs to somebody else/],
];

describe.each(databases())('requests that are not as they should be, on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: SlackDesk;

  beforeAll(async () => {
    database = await create();
    desk = await openSlackDesk(database);
    const { nora } = desk.people;
    await nora.command(GENERAL_CHANNEL, '/helpdesk', 'my vpn drops');
    const answer = await desk.last(nora, GENERAL_CHANNEL, ({ ephemeral }) => ephemeral);
    await nora.click(answer, { label: 'Open a ticket' });
    await desk.form(nora);
    await nora.submitModal({ Summary: 'VPN drops' });
    await nora.closeModal();
  });

  afterAll(async () => {
    await desk.close();
    await database.drop();
  });

  /** Nothing is stored, and the next request is answered as ever. */
  const unharmed = async (act: () => Promise<Answer>): Promise<Answer> => {
    const before = await desk.settled();
    const answer = await act();
    expect(answer.elapsedMs).toBeLessThan(3000);
    expect(await desk.settled()).toEqual(before);
    expect(await desk.people.anna.command(GENERAL_CHANNEL, '/helpdesk', 'help')).toMatchObject({ ok: true });
    return answer;
  };

  it.each(NOT_SLACK)('a request with %s is refused', async (_what, raw) => {
    expect(await unharmed(() => desk.send(raw))).toMatchObject({ status: 401, body: '' });
  });

  it.each(BROKEN)('%s is refused at once', async (_what, raw, status) => {
    expect(await unharmed(() => desk.send(raw))).toMatchObject({ status });
  });

  it('only POST, only at its path', async () => {
    const base = `http://127.0.0.1:${desk.service.port}`;

    expect((await fetch(`${base}/slack/events`)).status).toBe(405);
    expect((await fetch(`${base}/slack/events/`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${base}/..%2f..%2fetc/passwd`)).status).toBe(404);
    expect((await fetch(`${base}/__proto__`)).status).toBe(404);
  });

  it.each(FORGED)('a button with %s is answered in private', async (_what, value, expected) => {
    const before = desk.said.length;

    const { status } = await unharmed(() =>
      desk.forge('block_actions', 'U0MARK', {
        container: { type: 'message', message_ts: '1.1', channel_id: SUPPORT_CHANNEL, is_ephemeral: true },
        channel: { id: SUPPORT_CHANNEL, name: 'it-support' },
        actions: [{ type: 'button', action_id: 'x', block_id: 'x', value, action_ts: '1.1' }],
      }),
    );

    expect(status).toBe(200);
    const told = await until(() => Promise.resolve(desk.said[before]));
    expect(shown(told.blocks)).toMatch(expected);
    expect(told).toMatchObject({ response_type: 'ephemeral', replace_original: false });
  });

  /** Sends a form by its private data and state; what it answers is what Slack would show in its place. */
  const submit = async (user: string, metadata: unknown, state: unknown, viewId = 'V0FORGED'): Promise<Submitted> => {
    const names = ['subject', 'details', 'priority', 'text', 'to', 'category'];
    const blocks = names.map((name) => ({ type: 'input', block_id: name, element: {}, label: {} }));
    const view = { id: viewId, type: 'modal', callback_id: 'x', private_metadata: metadata, blocks, title: {} };
    const answer = await desk.forge('view_submission', user, { view: { ...view, state } });
    return { ...answer, shows: answer.body === '' ? null : (JSON.parse(answer.body) as Submitted['shows']) };
  };
  const values = (fields: Record<string, string>): object => ({
    values: Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, { value: { type: 'plain_text_input', value } }]),
    ),
  });
  const GOOD = { subject: 'Forged', priority: 'person/blocked' };
  const OPEN = '{"kind":"open","inquiryId":null,"intake":"command"}';

  it.each<[string, unknown]>([
    ['no state', undefined],
    ['a state that is null', null],
    ['no values', {}],
    ['values that are null', { values: null }],
    ['a field that is null', { values: { subject: null, priority: null } }],
    ['a field without its input', { values: { subject: { other: { value: 'x' } } } }],
    ['a number for a text', { values: { subject: { value: { value: 42 } } } }],
    ['a list for values', { values: ['subject'] }],
    ['empty texts', values({ subject: ' ', priority: 'person/blocked' })],
  ])('a form with %s asks for what is missing, beside its field', async (_what, state) => {
    const answer = (await unharmed(() => submit('U0NORA', OPEN, state))) as Submitted;

    expect(answer.status).toBe(200);
    expect(answer.shows?.response_action).toBe('errors');
    expect(answer.shows?.errors?.subject).toBe('Please fill this in.');
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    ['a summary that is too long', { ...GOOD, subject: 'x'.repeat(5000) }, 'subject', /under 130 characters/],
    ['details that are too long', { ...GOOD, details: 'x'.repeat(3001) }, 'details', /under 3,000 characters/],
    ['a priority of its own', { ...GOOD, priority: 'galaxy/blocked' }, 'priority', /choose one of the list/],
    ['a category of its own', { ...GOOD, category: '../secrets' }, 'category', /choose one of the list/],
  ])('a form with %s says so beside the field', async (_what, fields, field, expected) => {
    const answer = (await unharmed(() => submit('U0NORA', OPEN, values(fields)))) as Submitted;

    expect(answer.shows?.errors?.[field]).toMatch(expected);
  });

  it.each<[string, string, Record<string, string>, RegExp]>([
    ['by somebody who is no agent, for somebody else', OPEN, { ...GOOD, requester: 'slack:U0ANNA' }, /Only agents/],
    [
      'about somebody else’s question',
      '{"kind":"open","inquiryId":1,"intake":"command"}',
      GOOD,
      /cannot find that question/,
    ],
    [
      'to resolve a ticket, by somebody who is no agent',
      '{"kind":"resolve","ticketId":1}',
      { text: 'x' },
      /Only agents/,
    ],
    ['to note something, by somebody who is no agent', '{"kind":"note","ticketId":1}', { text: 'x' }, /Only agents/],
    ['to reopen what is open', '{"kind":"reopen","ticketId":1}', { text: 'x' }, /belongs to somebody else/],
    [
      'to assign a ticket, by somebody who is no agent',
      '{"kind":"assign","ticketId":1}',
      { to: 'slack:U0BEN' },
      /Only agents/,
    ],
    ['for a ticket that is not there', '{"kind":"reply","ticketId":4242}', { text: 'x' }, /cannot find that ticket/],
  ])('a form %s is refused in it, and stays open', async (_what, metadata, fields, expected) => {
    const answer = (await unharmed(() => submit('U0MARK', metadata, values(fields)))) as Submitted;

    expect(answer.status).toBe(200);
    expect(answer.shows?.response_action).toBe('errors');
    expect(Object.values(answer.shows?.errors ?? {})).toEqual([expect.stringMatching(expected)]);
  });

  it.each<[string, string]>([
    ['without private data', ''],
    ['with private data of its own', '{"kind":"sudo"}'],
    ['with broken private data', '{"kind":"open","inq'],
    ['with another address to answer to', `${OPEN}x\nhttp://169.254.169.254/latest`],
  ])('a form %s is refused in its place', async (_what, metadata) => {
    const answer = (await unharmed(() => submit('U0MARK', metadata, values(GOOD)))) as Submitted;

    expect(answer.status).toBe(200);
    expect(answer.shows?.response_action).toBe('update');
    expect(shown(answer.shows?.view)).toMatch(/out of date/);
  });

  it.each<[string, string, Record<string, string>, RegExp]>([
    ['to give a ticket to nobody known', '{"kind":"assign","ticketId":1}', { to: 'slack:U0NOBODY' }, /could not check/],
    ['to give a ticket to nonsense', '{"kind":"assign","ticketId":1}', { to: 'x'.repeat(500) }, /could not check/],
    ['to open a ticket for nonsense', OPEN, { ...GOOD, requester: "slack:U0' OR 1=1" }, /could not check/],
    [
      'to resolve with no such article',
      '{"kind":"resolve","ticketId":1}',
      { text: 'x', article: 'nowhere' },
      /article is no longer/,
    ],
    [
      'to escalate, with a reason too long',
      '{"kind":"escalate","ticketId":1}',
      { text: 'x'.repeat(2001) },
      /under 2,000/,
    ],
    [
      'to resolve, with 10,000 characters',
      '{"kind":"resolve","ticketId":1}',
      { text: 'x'.repeat(10_000) },
      /under 2,000/,
    ],
    ['to make it as urgent as it is', '{"kind":"prioritise","ticketId":1}', { priority: 'P4' }, /like that already/],
    ['to make it more urgent than can be', '{"kind":"prioritise","ticketId":1}', { priority: 'P0' }, /choose one/],
  ])('an agent’s form %s is refused in words', async (_what, metadata, fields, expected) => {
    const answer = (await unharmed(() => submit('U0ANNA', metadata, values(fields)))) as Submitted;

    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.shows)).toMatch(expected);
  });

  it('a form without its blocks is still answered in words', async () => {
    const view = { id: 'V0BARE', type: 'modal', callback_id: 'x', private_metadata: OPEN };

    const answer = await unharmed(() => desk.forge('view_submission', 'U0NORA', { view }));

    expect(answer.status).toBe(200);
    expect(answer.body).toContain('Please fill this in.');
  });

  it('a form that comes twice, at once and again, opens one ticket and says so each time', async () => {
    const before = await desk.settled();
    const once = (): Promise<Submitted> => submit('U0NORA', OPEN, values({ ...GOOD, subject: 'Only once' }), 'V0TWICE');

    const answers = [...(await Promise.all([once(), once()])), await once()];

    expect(answers.map(({ shows }) => shown(shows?.view).split('\n')[0])).toEqual(Array(3).fill('Ticket #2 is open'));
    expect((await desk.settled()).tickets).toBe((before.tickets ?? 0) + 1);
  });

  it('a click that comes twice is done once', async () => {
    const payload = {
      trigger_id: 'the.same.trigger',
      container: { type: 'message', message_ts: '1.1', channel_id: SUPPORT_CHANNEL },
      channel: { id: SUPPORT_CHANNEL, name: 'it-support' },
      actions: [
        { type: 'button', action_id: 'x', block_id: 'x', value: '{"kind":"claim","ticketId":1}', action_ts: '1.1' },
      ],
    };

    const said = desk.said.length;
    const answers = [
      await desk.forge('block_actions', 'U0ANNA', payload),
      await desk.forge('block_actions', 'U0ANNA', payload),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await desk.service.helpdesk.ticket(1)).toMatchObject({ status: 'claimed', version: 2 });
    expect(desk.said).toHaveLength(said);
  });
});

interface Submitted extends Answer {
  readonly shows: {
    readonly response_action: string;
    readonly errors?: Readonly<Record<string, string>>;
    readonly view?: object;
  } | null;
}
