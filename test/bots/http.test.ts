import { request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createHttpServer, sendJson } from '../../bots/http';
import type { HttpServer } from '../../bots/http';

const open: HttpServer[] = [];

async function serve(...args: Parameters<typeof createHttpServer>): Promise<string> {
  const server = createHttpServer(...args);
  open.push(server);
  return `http://127.0.0.1:${await server.listen(0, '127.0.0.1')}`;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close(0)));
});

describe('the HTTP server', () => {
  const routes = {
    '/healthz': { GET: (_request: IncomingMessage, response: ServerResponse) => sendJson(response, 200, { ok: true }) },
  };

  it('answers an exact path, with or without a query', async () => {
    const base = await serve(routes);

    const answers = await Promise.all(['/healthz', '/healthz?full=1'].map((path) => fetch(base + path)));

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await answers[0]!.json()).toEqual({ ok: true });
  });

  it.each(['/', '/healthz/', '/HEALTHZ', '/toString', '/%2e%2e/etc/passwd'])('does not know %s', async (path) => {
    const answer = await fetch((await serve(routes)) + path);

    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ error: 'not found' });
  });

  it('says which methods a path takes', async () => {
    const answer = await fetch((await serve(routes)) + '/healthz', { method: 'DELETE' });

    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET');
  });

  it('answers HEAD where it answers GET', async () => {
    const answer = await fetch((await serve(routes)) + '/healthz', { method: 'HEAD' });

    expect(answer.status).toBe(200);
  });

  it('leaves other paths to the fallback, when there is one', async () => {
    const base = await serve(routes, (_request, response) => response.end('sandbox'));

    expect(await (await fetch(base + '/anything')).text()).toBe('sandbox');
    expect((await fetch(base + '/healthz')).headers.get('content-type')).toContain('json');
  });

  it('refuses a port that is taken', async () => {
    const base = await serve(routes);

    await expect(serveAt(Number(new URL(base).port))).rejects.toThrow('EADDRINUSE');
  });

  it('lets a request under way finish when it closes, and takes no new ones', async () => {
    let finish: () => void = () => undefined;
    const arrived = new Promise<void>((resolveArrived) => {
      const server = createHttpServer({
        '/slow': {
          GET: (_request, response) => {
            finish = () => response.end('done');
            resolveArrived();
          },
        },
      });
      open.push(server);
    });
    const port = await open[0]!.listen(0, '127.0.0.1');
    const answer = get(port, '/slow');
    await arrived;

    const closed = open[0]!.close(10_000);
    finish();

    expect(await answer).toBe('done');
    await closed;
    await expect(get(port, '/slow')).rejects.toThrow('ECONNREFUSED');
  });
});

async function serveAt(port: number): Promise<void> {
  const server = createHttpServer({});
  await server.listen(port, '127.0.0.1');
}

function get(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve(body));
    });
    request.on('error', reject);
    request.end();
  });
}
