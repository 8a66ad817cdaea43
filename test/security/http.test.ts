/** Whoever holds the door open: endless, slow, many and huge requests end soon, and others are answered meanwhile. */
// ASVS 5.0 v5.0.0-15.2.2 (availability), v5.0.0-4.1.4 (methods), v5.0.0-4.2.1 (where a request ends), v5.0.0-15.3.6 (prototype
// pollution), v5.0.0-1.5.2 (deserialisation), v5.0.0-2.2.1 (structure)
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createHttpServer, sendJson } from '../../bots/http';
import type { HttpLimits, HttpServer } from '../../bots/http';
import type { SlackDesk } from '../e2e/slack-desk';
import { openSlackDesk } from '../e2e/slack-desk';
import type { DatabaseKind, TestDatabase } from '../support/databases';
import { databases } from '../support/databases';

const [sqlite] = databases() as [DatabaseKind];

/** What a socket was told until it was closed, and how long that took. */
function heardUntilClosed(socket: Socket): Promise<{ heard: string; ms: number }> {
  const began = performance.now();
  let heard = '';
  socket.on('data', (data: Buffer) => (heard += data.toString()));
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ heard, ms: performance.now() - began }));
  });
}

describe('a server with limits of half a second and five connections', () => {
  const LIMITS: HttpLimits = { headersMs: 400, requestMs: 500, lookEveryMs: 50, connections: 5 };
  let server: HttpServer;
  let port: number;

  beforeAll(async () => {
    const routes = {
      '/echo': {
        POST: (request: NodeJS.ReadableStream, response: Parameters<typeof sendJson>[0]) => {
          request.on('end', () => sendJson(response, 200, {})).resume();
        },
      },
      '/healthz': { GET: (_request: unknown, response: Parameters<typeof sendJson>[0]) => sendJson(response, 200, {}) },
    };
    server = createHttpServer(routes, null, () => undefined, LIMITS);
    port = await server.listen(0, '127.0.0.1');
  });

  afterAll(() => server.close(0));

  const knock = (): Socket => connect(port, '127.0.0.1');

  it.each<[string, string, number]>([
    ['that says nothing', '', 0],
    ['whose headers come a letter at a time', 'GET /healthz HTTP/1.1\r\nhost: x\r\n', 40],
    ['whose body comes a letter at a time', 'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n', 40],
    ['whose chunks never end', 'POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n', 0],
  ])('cuts off a sender %s', async (_what, begin, everyMs) => {
    const socket = knock();
    const closed = heardUntilClosed(socket);
    socket.write(begin);
    const drip = everyMs === 0 ? undefined : setInterval(() => socket.write('x'), everyMs);

    const { heard, ms } = await closed;

    clearInterval(drip);
    expect(ms).toBeLessThan(5000);
    expect(heard).toMatch(/^(HTTP\/1\.1 408 Request Timeout|$)/);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });

  it('refuses headers without end', async () => {
    const socket = knock();
    const closed = heardUntilClosed(socket);
    socket.write(`GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(100_000)}`);

    expect((await closed).heard).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('closes what comes beyond its connections, and takes others as soon as those are gone', async () => {
    const idle = Array.from({ length: 5 }, knock);
    const ends = idle.map(heardUntilClosed);
    await Promise.all(idle.map((socket) => new Promise((resolve) => socket.on('connect', resolve))));

    const refused = await heardUntilClosed(knock());
    expect(refused.heard).toBe('');
    await Promise.all(ends);

    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });

  it.each([
    ['both a length and chunks', 'content-length: 4\r\ntransfer-encoding: chunked'],
    ['two lengths', 'content-length: 4\r\ncontent-length: 5'],
    ['a length that is none', 'content-length: -1'],
  ])('does not guess where a request with %s ends', async (_what, headers) => {
    const socket = knock();
    const closed = heardUntilClosed(socket);
    socket.write(
      `POST /echo HTTP/1.1\r\nhost: x\r\n${headers}\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n`,
    );

    expect((await closed).heard).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('the service', () => {
  let database: TestDatabase;
  let desk: SlackDesk;
  let base: string;

  beforeAll(async () => {
    database = await sqlite.create();
    desk = await openSlackDesk(database);
    base = `http://127.0.0.1:${desk.service.port}`;
  });

  afterAll(async () => {
    await desk.close();
    await database.drop();
  });

  it.each([
    ['/slack/events', 413],
    // Whoever has no token hears of nothing else.
    ['/api/messages', 401],
  ])('refuses huge bodies at %s and keeps nothing of them', async (path, refusal) => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const { rss } = process.memoryUsage();
    const statuses = await Promise.all(
      Array.from({ length: 4 }, async () => {
        let sent = 0;
        const body = new ReadableStream({
          pull: (controller) => {
            sent += chunk.length;
            if (sent > 16 * 1024 * 1024) controller.close();
            else controller.enqueue(chunk);
          },
        });
        const init = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json' } };
        return fetch(base + path, init as RequestInit).then(
          ({ status }) => status,
          // Cut off before its end: that is an answer as well.
          () => refusal,
        );
      }),
    );

    expect(statuses).toEqual(Array(4).fill(refusal));
    expect(process.memoryUsage().rss - rss).toBeLessThan(100 * 1024 * 1024);
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'GET'])('takes no %s where chats deliver', async (method) => {
    for (const path of ['/slack/events', '/api/messages'])
      expect((await fetch(base + path, { method })).status).toBe(405);
  });

  const DEEP = 100_000;

  it.each<[string, string]>([
    ['lists nested 100,000 deep', `{"type":"event_callback","event":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`],
    ['objects nested deep', `{"type":"event_callback","event":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`],
    [
      'a prototype',
      '{"type":"event_callback","__proto__":{"polluted":1},"event":{"type":"message","__proto__":{"polluted":1}}}',
    ],
    [
      'a constructor',
      '{"type":"event_callback","event":{"type":"message","constructor":{"prototype":{"polluted":1}}}}',
    ],
  ])('survives signed JSON with %s', async (_what, body) => {
    const before = await desk.settled();

    const { status, elapsedMs } = await desk.send({ body, type: 'application/json' });

    expect(status).toBeLessThan(500);
    expect(elapsedMs).toBeLessThan(2500);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(await desk.settled()).toEqual(before);
    expect((await fetch(`${base}/readyz`)).status).toBe(200);
  });

  it('survives a form whose fields are named like what every object has', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const value = { value: { type: 'plain_text_input', value: 'polluted' } };
    const values = JSON.parse(`{${names.map((name) => `"${name}":${JSON.stringify(value)}`).join(',')}}`) as object;
    const metadata = '{"kind":"open","inquiryId":null,"intake":"command"}';
    const blocks = names.map((block_id) => ({ type: 'input', block_id, element: {}, label: {} }));
    const view = { id: 'V1', type: 'modal', callback_id: 'x', private_metadata: metadata, blocks, state: { values } };

    const answer = await desk.forge('view_submission', 'U0NORA', { view });

    expect(answer.status).toBe(200);
    expect(answer.body).toContain('errors');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});
