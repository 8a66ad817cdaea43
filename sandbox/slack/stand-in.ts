/**
 * A Slack that runs on this computer: Web API, response URLs and Socket Mode on one loopback port, and people who use it.
 * Written by us over plain state: npm `emulate`, the one stateful emulator there is, has no commands, interactions,
 * response URLs, Socket Mode, membership, ephemeral messages, metadata search or token checks, so a gate in front of it
 * would be all of this.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, Body } from './api-method';
import { Delivery } from './delivery';
import { Events } from './events';
import { isObject, parseJson } from './json';
import { Person } from './person';
import { answerResponseUrl } from './response-url';
import type { Fault, RecordedCall, SlackStandIn, StandInOptions, World, WorldChannel } from './slack-world';
import { SocketMode } from './socket-mode';
import { SlackError, State } from './state';
import { BOT_USER_ID } from './state';
import { callMethod } from './web-api';

/** The scopes of the helpdesk's manifest, as Slack tells them in a header of every answer. */
const SCOPES = [
  ...['app_mentions:read', 'channels:history', 'channels:read', 'chat:write', 'commands', 'groups:history'],
  ...['groups:read', 'im:history', 'im:read', 'im:write', 'reactions:read', 'users:read', 'users:read.email'],
].join(',');

/** At once, after a minute, after five: https://docs.slack.dev/apis/events-api#retries */
const RETRY_DELAYS_MS = [0, 60_000, 300_000];

/** How much of the past is kept for tests to look at. */
const RECORDED_CALLS = 10_000;

/** What `calls` and `fault` call an answer to a response URL. */
const RESPONSE_URL = 'response_url';

/** Starts it on a loopback port. @throws Error when the port is taken */
export async function startSlackStandIn(options: StandInOptions): Promise<SlackStandIn> {
  const standIn = new StandIn(options);
  await standIn.listen(options.port ?? 0);
  return standIn;
}

class StandIn implements SlackStandIn {
  readonly botToken = 'xoxb-stand-in';
  readonly appToken = 'xapp-stand-in';
  readonly signingSecret = 'stand-in-signing-secret';
  readonly botUserId = BOT_USER_ID;
  apiUrl = '';
  private readonly state: State;
  private readonly sockets = new SocketMode();
  private readonly delivery: Delivery;
  private readonly events: Events;
  private readonly server: Server;
  private readonly people = new Map<string, Person>();
  private readonly recorded: RecordedCall[] = [];
  private readonly faults = new Set<{ readonly fault: Fault; left: number }>();
  private address = '';

  constructor({ world, requestUrl, retryDelaysMs }: StandInOptions) {
    this.state = new State(world);
    const delays = retryDelaysMs ?? RETRY_DELAYS_MS;
    this.delivery = new Delivery(this.signingSecret, delays, this.sockets, requestUrl ?? null);
    this.events = new Events(this.state, this.delivery);
    this.server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
    this.server.on('upgrade', (request, socket, head) => this.sockets.upgrade(request, socket, head));
  }

  get world(): World {
    return this.state.world;
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
    this.address = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    this.apiUrl = `http://${this.address}/api/`;
  }

  person(userId: string): Person {
    const { state, delivery, events } = this;
    const responseBase = `http://${this.address}/response/`;
    const person = this.people.get(userId) ?? new Person(userId, { state, delivery, events, responseBase });
    this.people.set(userId, person);
    return person;
  }

  onChange(listener: () => void): () => void {
    return this.state.onChange(listener);
  }

  calls(method?: string): RecordedCall[] {
    return this.recorded.filter((call) => method === undefined || call.method === method);
  }

  refusals(): string[] {
    return [...this.state.refusals];
  }

  fault(fault: Fault): () => void {
    const kept = { fault, left: fault.times ?? Infinity };
    this.faults.add(kept);
    return () => void this.faults.delete(kept);
  }

  setMembers(id: string, members: readonly string[]): void {
    const channel = this.state.channel(id);
    const before = new Set(channel.members);
    channel.members.clear();
    for (const member of members) channel.members.add(member);
    this.state.changed();
    for (const member of members) if (!before.delete(member)) void this.events.moved(channel, member, true);
    for (const member of before) void this.events.moved(channel, member, false);
  }

  createChannel(channel: WorldChannel): void {
    this.state.addChannel(channel);
  }

  setRequestUrl(url: string | null): void {
    this.delivery.requestUrl = url;
  }

  async close(): Promise<void> {
    this.delivery.close();
    await this.sockets.close();
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, kind, name = ''] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
    const { token: bodyToken, ...body } = await readBody(request);
    const token = request.headers.authorization?.replace(/^Bearer\s+/i, '') ?? bodyToken;
    if (kind === 'api') this.answerCall(name, body, response, () => this.callApi(name, body, token));
    else if (kind === 'response') this.answerCall(RESPONSE_URL, body, response, () => this.respond(name, body));
    else send(response, { status: 404, body: { ok: false, error: 'not_found' }, headers: {} });
  }

  private answerCall(method: string, body: Body, response: ServerResponse, perform: () => Answered): void {
    const kind = this.faultFor(method, body);
    const isCut = kind !== null && 'cutAfterAccepting' in kind;
    const answered = kind === null || isCut ? perform() : failure(kind);
    this.recorded.push({ method, body, answer: answered.body, status: answered.status, at: Date.now() });
    if (this.recorded.length > RECORDED_CALLS) this.recorded.shift();
    if (isCut) response.destroy();
    else if (kind === null || !('hang' in kind)) send(response, answered);
  }

  private callApi(method: string, body: Body, token: unknown): Answered {
    try {
      this.checkToken(method, token);
      const newSocketUrl = (): string => `ws://${this.address}${this.sockets.newTicket()}`;
      const answer = callMethod(method, this.state, body, { newSocketUrl, events: this.events });
      return { status: 200, body: { ok: true, ...answer }, headers: { 'x-oauth-scopes': SCOPES } };
    } catch (error) {
      return refused(error, 200);
    }
  }

  private checkToken(method: string, token: unknown): void {
    if (typeof token !== 'string' || token === '') throw new SlackError('not_authed');
    if (token !== this.botToken && token !== this.appToken) throw new SlackError('invalid_auth');
    const wanted = method === 'apps.connections.open' ? this.appToken : this.botToken;
    if (token !== wanted) throw new SlackError('not_allowed_token_type');
  }

  private respond(id: string, body: Body): Answered {
    try {
      answerResponseUrl(this.state, this.events, id, body);
      return { status: 200, body: { ok: true }, headers: {} };
    } catch (error) {
      return refused(error, error instanceof SlackError && error.code.endsWith('_url') ? 404 : 400);
    }
  }

  private faultFor(method: string, body: Body): Fault['kind'] | null {
    const found = [...this.faults].find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.method === undefined || fault.method === method) &&
        (fault.channel === undefined || fault.channel === body['channel']),
    );
    if (found === undefined) return null;
    found.left -= 1;
    return found.fault.kind;
  }
}

interface Answered {
  readonly status: number;
  readonly body: Answer;
  readonly headers: Record<string, string>;
}

/** Slack's words for an error of ours are a bug's: they are thrown on. */
function refused(error: unknown, status: number): Answered {
  if (!(error instanceof SlackError)) throw error;
  const more = error.messages.length === 0 ? {} : { response_metadata: { messages: error.messages } };
  return { status, body: { ok: false, error: error.code, ...more }, headers: {} };
}

function failure(kind: Exclude<Fault['kind'], { cutAfterAccepting: true }>): Answered {
  if ('hang' in kind) return { status: 0, body: {}, headers: {} };
  if ('error' in kind) return { status: 200, body: { ok: false, error: kind.error }, headers: {} };
  const { status, retryAfterSeconds } = kind;
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return { status, body: { ok: false, error: status === 429 ? 'ratelimited' : 'internal_error' }, headers };
}

/** Arguments that travel as JSON inside a form. */
const STRUCTURED = new Set(['blocks', 'view', 'metadata', 'attachments']);

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  if ((request.headers['content-type'] ?? '').includes('json')) {
    const body = parseJson(text);
    return isObject(body) ? body : {};
  }
  const entries = [...new URLSearchParams(text)].map(([key, value]): [string, unknown] => [
    key,
    STRUCTURED.has(key) ? (parseJson(value) ?? value) : value,
  ]);
  return Object.fromEntries(entries);
}

function send(response: ServerResponse, { status, body, headers }: Answered): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}
