/**
 * The network's edge of Slack for tests of the adapter alone: a Web API that records calls and answers from a script, the
 * response addresses, signed deliveries and a Socket Mode connection. It knows nothing of channels or people.
 */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { createHttpServer } from '../../../bots/http';
import { createSlackBot } from '../../../bots/slack/slack-bot';
import type { SlackBot } from '../../../bots/slack/slack-bot';
import type { Reply } from '../../../src/chat/card';
import type { Desk } from '../../../src/chat/chat-bot';
import type { Interaction } from '../../../src/chat/interaction';
import type { Log } from '../../../src/log';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a test reads out of JSON
type Json = any;

interface Call {
  readonly method: string;
  readonly args: Record<string, Json>;
}

type Answer = Record<string, unknown> | ((args: Record<string, Json>, response: ServerResponse) => object | null);

const SIGNING_SECRET = 'shhh';

const STANDARD: Record<string, Answer> = {
  'auth.test': { user_id: 'U0BOT', bot_id: 'B0BOT', user: 'helpdesk', team: 'Acme', team_id: 'T0ACME' },
  'users.info': (args) => ({
    user: {
      id: args['user'],
      team_id: 'T0ACME',
      name: 'ewa',
      real_name: 'Ewa Nowak',
      locale: args['user'] === 'U0EWA' ? 'pl-PL' : 'en-US',
      profile: { display_name: 'Ewa', email: 'ewa@example.com' },
    },
  }),
  'views.open': { view: { id: 'V0OPEN' } },
  'views.push': { view: { id: 'V0PUSH' } },
  'conversations.open': { channel: { id: 'D0DIRECT' } },
  'chat.postMessage': { ts: '1790000009.000100', channel: 'C0' },
};

class SlackDouble {
  readonly calls: Call[] = [];
  /** What was posted to response addresses. */
  readonly responses: { readonly path: string; readonly body: Json }[] = [];
  readonly script: Record<string, Answer> = { ...STANDARD };
  readonly acks: Json[] = [];
  sockets: WebSocket[] = [];
  #base = '';
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #socketServer = new WebSocketServer({ noServer: true });

  static async open(): Promise<SlackDouble> {
    const double = new SlackDouble();
    await new Promise<void>((resolve) => double.#server.listen(0, '127.0.0.1', resolve));
    double.#base = `127.0.0.1:${(double.#server.address() as AddressInfo).port}`;
    double.#server.on('upgrade', (request, socket, head) => {
      double.#socketServer.handleUpgrade(request, socket, head, (client) => double.#connected(client));
    });
    double.script['apps.connections.open'] = { url: `ws://${double.#base}/socket` };
    return double;
  }

  get apiUrl(): string {
    return `http://${this.#base}/api/`;
  }

  responseUrl(path: string): string {
    return `http://${this.#base}/respond/${path}`;
  }

  called(method: string): Record<string, Json>[] {
    return this.calls.filter((call) => call.method === method).map((call) => call.args);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    this.#socketServer.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Sends a Socket Mode envelope. */
  send(envelope_id: string, type: string, payload: object, more: object = {}): void {
    this.sockets.at(-1)!.send(JSON.stringify({ envelope_id, type, payload, accepts_response_payload: true, ...more }));
  }

  #connected(client: WebSocket): void {
    this.sockets.push(client);
    client.on('message', (data: Buffer) => this.acks.push(JSON.parse(data.toString())));
    client.send(JSON.stringify({ type: 'hello', num_connections: 1 }));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let raw = '';
    for await (const chunk of request) raw += String(chunk);
    const [, area, name = ''] = (request.url ?? '').split('/');
    if (area === 'respond') {
      this.responses.push({ path: name, body: JSON.parse(raw) });
      response.end('ok');
      return;
    }
    const args: Record<string, Json> = {};
    for (const [key, value] of new URLSearchParams(raw)) args[key] = /^[[{]/.test(value) ? JSON.parse(value) : value;
    this.calls.push({ method: name, args });
    const answer = this.script[name] ?? {};
    const body = typeof answer === 'function' ? answer(args, response) : answer;
    if (body === null) return;
    response.setHeader('content-type', 'application/json');
    response.setHeader('x-oauth-scopes', String(this.script['x-oauth-scopes']?.['granted' as never] ?? 'chat:write'));
    response.end(JSON.stringify({ ok: !('error' in body), ...body }));
  }
}

/** The other side of the port: says what the test tells it to. */
export class ScriptedDesk implements Desk {
  readonly heard: Interaction[] = [];
  answer: (interaction: Interaction) => Promise<Reply> = () => Promise.resolve({ kind: 'none' });

  handle(interaction: Interaction): Promise<Reply> {
    this.heard.push(interaction);
    return this.answer(interaction);
  }

  says(reply: Reply): void {
    this.answer = () => Promise.resolve(reply);
  }

  /** Answers only when the test says so. */
  thinks(): { done: (reply: Reply) => void; fail: (error: Error) => void } {
    let done: (reply: Reply) => void = () => undefined;
    let fail: (error: Error) => void = () => undefined;
    const reply = new Promise<Reply>((resolve, reject) => {
      done = resolve;
      fail = reject;
    });
    this.answer = () => reply;
    return { done, fail };
  }
}

export interface Rig {
  readonly slack: SlackDouble;
  readonly desk: ScriptedDesk;
  readonly bot: SlackBot;
  /** Log lines, parsed. */
  readonly logged: Record<string, Json>[];
  readonly shows: Map<string, number>;
  readonly url: string;
  send(body: object | string, options?: SendOptions): Promise<{ status: number; body: Json; elapsedMs: number }>;
  close(): Promise<void>;
}

export interface SendOptions {
  readonly form?: boolean;
  readonly headers?: Record<string, string>;
  readonly secret?: string;
  readonly agoSeconds?: number;
}

export async function openRig(options: { socket?: boolean; start?: boolean } = {}): Promise<Rig> {
  const slack = await SlackDouble.open();
  const desk = new ScriptedDesk();
  const shows = new Map<string, number>();
  const logged: Record<string, Json>[] = [];
  const log: Log = pino(
    { level: 'debug' },
    { write: (line: string) => void logged.push(JSON.parse(line) as Record<string, Json>) },
  );
  const bot = createSlackBot(
    {
      botToken: 'xoxb-test',
      signingSecret: SIGNING_SECRET,
      appToken: options.socket === true ? 'xapp-test' : null,
      apiUrl: slack.apiUrl,
    },
    {
      log,
      clock: { now: () => new Date() },
      ticketAt: (message) => Promise.resolve(shows.get(message) ?? null),
      answerAt: (message) => Promise.resolve(shownOn(shows.get(message))),
      defaultLanguage: 'en',
    },
  );
  const listener = bot.requestListener;
  const server = createHttpServer(listener === null ? {} : { '/slack/events': { POST: listener } });
  const url = `http://127.0.0.1:${await server.listen(0, '127.0.0.1')}/slack/events`;
  if (options.start !== false) await bot.start(desk);
  const close = async () => {
    await bot.stop();
    await server.close(0);
    await slack.close();
  };
  return { slack, desk, bot, logged, shows, url, send: (body, how) => deliver(url, body, how), close };
}

async function deliver(url: string, body: object | string, options: SendOptions = {}) {
  const { form = false, headers = {}, secret = SIGNING_SECRET, agoSeconds = 0 } = options;
  const raw = form ? new URLSearchParams(body as Record<string, string>).toString() : toText(body);
  const timestamp = String(Math.floor(Date.now() / 1000) - agoSeconds);
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${raw}`).digest('hex');
  const startedAt = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    body: raw,
    headers: {
      'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
      ...headers,
    },
  });
  const text = await response.text();
  return {
    status: response.status,
    elapsedMs: performance.now() - startedAt,
    body: text.startsWith('{') ? JSON.parse(text) : text,
  };
}

function toText(body: object | string): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** An interactive payload, as Slack wraps it. */
export function interactive(payload: object): [Record<string, string>, SendOptions] {
  return [{ payload: JSON.stringify(payload) }, { form: true }];
}

/** Waits until the condition holds. @throws Error after five seconds */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`never became true: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A ticket as a message shows it. */
const shownOn = (ticketId: number | undefined) => (ticketId === undefined ? null : { ticketId, version: null });
