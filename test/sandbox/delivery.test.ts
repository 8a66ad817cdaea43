/** How deliveries reach the bot, seen from the bot's end of the wire: signatures, deadlines, repetitions. */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebClient } from '@slack/web-api';
import { WebSocket } from 'ws';
import type { SlackStandIn } from '../../sandbox/slack/slack-world';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import { until } from '../support/until';
import { GENERAL, NORA, WORLD } from './tiny-bot';

interface Delivered {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Envelope {
  readonly type: string;
  readonly envelope_id?: string;
  readonly payload?: { readonly event_id?: string };
}

let slack: SlackStandIn;
let server: Server;
let delivered: Delivered[];
/** How the next deliveries are answered; null: not at all. The last one holds for all that follow. */
let answers: ({ status: number; headers?: Record<string, string> } | null)[];

beforeEach(async () => {
  delivered = [];
  answers = [{ status: 200 }];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      delivered.push({ headers: request.headers, body });
      const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
      if (answer !== null) response.writeHead(answer.status, answer.headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  slack = await startSlackStandIn({ world: WORLD, requestUrl: address(), retryDelaysMs: [0, 30, 60] });
});

afterEach(async () => {
  await slack.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
const deliveries = (count: number): Promise<Delivered[]> =>
  until(() => Promise.resolve(delivered.length >= count ? delivered : undefined));
const eventIds = (): string[] => delivered.map(({ body }) => (JSON.parse(body) as { event_id: string }).event_id);

it('every delivery is signed over a fresh timestamp', async () => {
  await slack.person(NORA).command(GENERAL, '/x', 'ą');
  await slack.person(NORA).say(GENERAL, 'ą');

  for (const { headers, body } of await deliveries(2)) {
    const timestamp = String(headers['x-slack-request-timestamp']);
    expect(Math.abs(Date.now() / 1000 - Number(timestamp))).toBeLessThan(5);
    const digest = createHmac('sha256', slack.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
    expect(headers['x-slack-signature']).toBe(`v0=${digest}`);
  }
  expect(delivered.map(({ headers }) => headers['content-type'])).toEqual([
    'application/x-www-form-urlencoded',
    'application/json',
  ]);
});

it('an event that fails is sent again three times, with the same id and the reason', async () => {
  answers = [{ status: 500 }];

  await slack.person(NORA).say(GENERAL, 'x');

  await deliveries(4);
  expect(new Set(eventIds()).size).toBe(1);
  expect(delivered.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([undefined, '1', '2', '3']);
  expect(delivered.slice(1).map(({ headers }) => headers['x-slack-retry-reason'])).toEqual(Array(3).fill('http_error'));
});

it('an event that was taken is sent no more, nor one whose answer forbids it', async () => {
  answers = [{ status: 500 }, { status: 200 }, { status: 500, headers: { 'x-slack-no-retry': '1' } }, { status: 200 }];
  await slack.person(NORA).say(GENERAL, 'first');
  await deliveries(2);

  // Each of these is a round trip, so a repetition of an earlier one would have come before the last.
  for (const text of ['second', 'third', 'fourth', 'fifth']) await slack.person(NORA).say(GENERAL, text);

  const texts = delivered.map(({ body }) => (JSON.parse(body) as { event: { text: string } }).event.text);
  expect(texts).toEqual(['first', 'first', 'second', 'third', 'fourth', 'fifth']);
  expect(new Set(eventIds()).size).toBe(5);
});

it('an event without an answer is sent again after three seconds, as a time-out', async () => {
  answers = [null, { status: 200 }];
  const began = performance.now();

  await slack.person(NORA).say(GENERAL, 'x');

  await deliveries(2);
  expect(performance.now() - began).toBeGreaterThanOrEqual(2900);
  expect(delivered[1]!.headers).toMatchObject({ 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' });
});

it('an event for a bot that is down is sent again when it is up', async () => {
  const url = address();
  slack.setRequestUrl('http://127.0.0.1:1/');
  await slack.person(NORA).say(GENERAL, 'x');

  slack.setRequestUrl(url);

  const [first] = await deliveries(1);
  expect(first!.headers['x-slack-retry-reason']).toBe('connection_failed');
});

it('commands are sent once, and fail with the status of the answer', async () => {
  answers = [{ status: 500 }];

  expect(await slack.person(NORA).command(GENERAL, '/x', '')).toMatchObject({ ok: false, status: 500 });

  expect(delivered).toHaveLength(1);
  slack.setRequestUrl('http://127.0.0.1:1/');
  expect(await slack.person(NORA).command(GENERAL, '/x', '')).toMatchObject({ ok: false, status: 0 });
});

describe('by socket', () => {
  let socket: WebSocket;
  let envelopes: Envelope[];
  let url: string;

  beforeEach(async () => {
    slack.setRequestUrl(null);
    envelopes = [];
    const client = new WebClient(slack.appToken, { slackApiUrl: slack.apiUrl });
    url = (await client.apps.connections.open()).url!;
    socket = new WebSocket(url);
    socket.on('message', (data) => envelopes.push(JSON.parse((data as Buffer).toString()) as Envelope));
    await until(() => Promise.resolve(envelopes.length > 0 ? true : undefined));
  });

  afterEach(() => socket.terminate());

  it('says hello, and takes each ticket once', async () => {
    expect(envelopes[0]).toMatchObject({ type: 'hello', num_connections: 1 });
    const second = new WebSocket(url);
    const refused = await new Promise<Error>((resolve) => second.on('error', resolve));
    expect(refused.message).toContain('403');
  });

  it('an event without an acknowledgement comes again in another envelope, with the same event id', async () => {
    await slack.person(NORA).say(GENERAL, 'x');
    await until(() => Promise.resolve(envelopes.length >= 3 ? true : undefined));

    const [, first, second] = envelopes;
    expect(first).toMatchObject({ type: 'events_api', accepts_response_payload: false, retry_attempt: 0 });
    expect(second).toMatchObject({ retry_attempt: 1 });
    expect(second!.payload?.event_id).toBe(first!.payload!.event_id);
    expect(second!.envelope_id).not.toBe(first!.envelope_id);
  });

  it('a command is answered by the acknowledgement’s payload', async () => {
    socket.on('message', (data) => {
      const { envelope_id } = JSON.parse((data as Buffer).toString()) as { envelope_id: string };
      socket.send(JSON.stringify({ envelope_id, payload: { text: 'by socket' } }));
    });

    expect(await slack.person(NORA).command(GENERAL, '/x', '')).toMatchObject({ ok: true });

    expect(envelopes[1]).toMatchObject({ type: 'slash_commands', accepts_response_payload: true });
    expect(await slack.person(NORA).messages(GENERAL)).toMatchObject([{ text: 'by socket', ephemeral: true }]);
  });

  it('nobody connected is as good as no answer', async () => {
    socket.terminate();
    await until(async () => {
      const { status, elapsedMs } = await slack.person(NORA).command(GENERAL, '/x', '');
      return status === 0 && elapsedMs < 1000 ? true : undefined;
    });
  });
});
