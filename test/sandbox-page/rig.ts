/** The sandbox page on the real stand-in, with a bot of a few lines behind it that answers what a test tells it to. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformFile } from '@swc/core';
import { ANNA, BEN, GENERAL_CHANNEL, MARK, NORA, SUPPORT_CHANNEL, WORLD } from '../../sandbox/people';
import { createSandboxPage } from '../../sandbox/page-server';
import type { SlackStandIn } from '../../sandbox/slack/slack-world';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';

/** What the bot was sent, as far as the tests look at it: a command's fields, or the payload of an interaction or event. */
export interface Delivered {
  readonly type?: string;
  readonly command?: string;
  readonly text?: string;
  readonly user_id?: string;
  readonly user?: { readonly id: string };
  readonly trigger_id?: string;
  readonly callback_id?: string;
  readonly actions?: readonly {
    readonly action_id: string;
    readonly value?: string;
    readonly selected_option?: { readonly value: string };
    readonly selected_user?: string;
  }[];
  readonly event?: { readonly type: string; readonly reaction?: string };
  readonly message?: { readonly text: string };
  readonly view?: { readonly state: { readonly values: unknown } };
}

export interface Rig {
  readonly url: string;
  readonly port: number;
  readonly standIn: SlackStandIn;
  readonly delivered: Delivered[];
  /** The body of the bot's answer; an empty one when it says nothing. */
  onDelivery: (delivered: Delivered) => unknown;
  /** What happens "tomorrow". */
  tomorrow: () => Promise<void>;
  /** A Web API call as the bot. @throws Error when Slack would refuse it */
  api(method: string, body: object): Promise<{ readonly ts?: string }>;
  stop(): Promise<void>;
}

/** @param scriptDir compiled scripts of the page, when a browser is to load it */
export async function startRig(scriptDir = 'none'): Promise<Rig> {
  const standIn = await startSlackStandIn({ world: WORLD, retryDelaysMs: [] });
  const page = createSandboxPage({
    standIn,
    people: [
      { userId: NORA.id, role: 'employee' },
      { userId: ANNA.id, role: 'agent', opensIn: SUPPORT_CHANNEL },
      { userId: BEN.id, role: 'agent', opensIn: SUPPORT_CHANNEL },
      { userId: MARK.id, role: 'manager' },
    ],
    channels: [SUPPORT_CHANNEL, GENERAL_CHANNEL],
    tomorrow: () => rig.tomorrow(),
    pageDir: 'sandbox/page',
    scriptDir,
    setUpUrl: 'https://example.com/readme',
  });
  const server = createServer((request, response) => {
    if (request.url === '/bot') {
      void read(request).then((delivered) => {
        rig.delivered.push(delivered);
        const answer = rig.onDelivery(delivered);
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(answer === undefined ? '' : JSON.stringify(answer));
      });
      return;
    }
    void page(request, response).then((answered) => {
      if (!answered) response.writeHead(404).end('not the page');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  standIn.setRequestUrl(`http://127.0.0.1:${port}/bot`);
  const rig: Rig = {
    url: `http://localhost:${port}/`,
    port,
    standIn,
    delivered: [],
    onDelivery: () => undefined,
    tomorrow: () => Promise.resolve(),
    async api(method, body) {
      const response = await fetch(standIn.apiUrl + method, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${standIn.botToken}` },
        body: JSON.stringify(body),
      });
      const answer = (await response.json()) as { ok: boolean; ts?: string };
      if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer)}`);
      return answer;
    },
    async stop() {
      page.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await standIn.close();
    },
  };
  return rig;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** A request with any headers, even those that `fetch` keeps for itself (Host, Origin). */
export function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', body } = options;
    const headers = { host: `localhost:${port}`, ...options.headers };
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Compiles the page's scripts into a new folder, as the build does. */
export async function compilePage(): Promise<{ dir: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'sandbox-page-'));
  const sources = (await readdir('sandbox/page')).filter((name) => name.endsWith('.ts'));
  for (const name of sources) {
    const { code } = await transformFile(join('sandbox/page', name), {
      swcrc: false,
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    await writeFile(
      join(dir, name.replace(/\.ts$/, '.js')),
      code.replace(/(from ["']\.\/[\w-]+)\.ts(?=["'])/g, '$1.js'),
    );
  }
  return { dir, remove: () => rm(dir, { recursive: true }) };
}

async function read(request: IncomingMessage): Promise<Delivered> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  if (request.headers['content-type']?.startsWith('application/json')) return JSON.parse(body) as Delivered;
  const form = Object.fromEntries(new URLSearchParams(body));
  return form.payload === undefined ? form : (JSON.parse(form.payload) as Delivered);
}
