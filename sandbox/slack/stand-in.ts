/**
 * A Slack that runs on this computer: Web API, response URLs and Socket Mode on one loopback port, and people who use it.
 * Written by us over plain state: npm `emulate`, the one stateful emulator there is, has no commands, interactions,
 * response URLs, Socket Mode, membership, metadata search or token checks, so a gate in front of it would be all of this.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { Delivery } from './delivery';
import { eventCallback, messageEvent } from './events';
import { Person } from './person';
import type { Fault, RecordedCall, SlackStandIn, StandInOptions, WorldChannel } from './slack-world';
import type { StoredMessage } from './state';
import { BOT_USER_ID, SlackError, State } from './state';
import type { Body } from './web-api';
import { callMethod, contentOf } from './web-api';

/** The scopes of the helpdesk's manifest, as Slack tells them in a header of every answer. */
const SCOPES =
  'app_mentions:read,channels:history,channels:read,chat:write,commands,groups:history,groups:read,im:history,im:read,im:write,reactions:read,users:read,users:read.email';

/** At once, after a minute, after five: https://docs.slack.dev/apis/events-api#retries */
const RETRY_DELAYS_MS = [0, 60_000, 300_000];

/** How much of the past is kept for tests to look at. */
const RECORDED_CALLS = 10_000;

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
  private readonly delivery: Delivery;
  private readonly server: Server;
  private readonly sockets = new WebSocketServer({ noServer: true });
  private readonly people = new Map<string, Person>();
  private readonly recorded: RecordedCall[] = [];
  private readonly faults = new Set<Fault & { left: number }>();
  private base = '';

  constructor(options: StandInOptions) {
    this.state = new State(options.world);
    this.delivery = new Delivery(
      this.signingSecret,
      options.retryDelaysMs ?? RETRY_DELAYS_MS,
      options.requestUrl ?? null,
    );
    this.server = createServer((request, response) => void this.answer(request, response));
    this.server.on('upgrade', (request, socket, head) => {
      this.sockets.handleUpgrade(request, socket, head, (connected) => this.delivery.connect(connected));
    });
  }

  get world() {
    return this.state.world;
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
    this.base = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    this.apiUrl = `http://${this.base}/api/`;
  }

  person(userId: string): Person {
    const known = this.people.get(userId);
    if (known !== undefined) return known;
    const { state, delivery } = this;
    const person = new Person(userId, { state, delivery, responseBase: `http://${this.base}/response/` });
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
    const kept = { ...fault, left: fault.times ?? Infinity };
    this.faults.add(kept);
    return () => this.faults.delete(kept);
  }

  setMembers(channel: string, members: readonly string[]): void {
    const { members: set } = this.state.channel(channel);
    set.clear();
    for (const member of members) set.add(member);
    this.state.changed();
  }

  createChannel(channel: WorldChannel): void {
    this.state.addChannel(channel);
  }

  setRequestUrl(url: string | null): void {
    this.delivery.requestUrl = url;
  }

  async close(): Promise<void> {
    this.delivery.close();
    this.sockets.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, kind, name = ''] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
    try {
      const body = await readBody(request);
      if (kind === 'api') this.answerCall(name, body, tokenOf(request, body), response);
      else if (kind === 'response') send(response, 200, this.answerResponseUrl(name, body));
      else send(response, 404, { ok: false, error: 'unknown_url' });
    } catch (error) {
      const { code } = error as SlackError;
      send(response, kind === 'response' ? 404 : 200, { ok: false, error: code ?? String(error) });
    }
  }

  private answerCall(method: string, body: Body, token: string, response: ServerResponse): void {
    const kind = this.faultFor(method, body)?.kind;
    if (kind !== undefined && 'hang' in kind) return;
    const carriedOut = kind === undefined || 'cutAfterAccepting' in kind;
    const answered = carriedOut ? this.perform(method, body, token) : failure(kind);
    this.recorded.push({ method, body, answer: answered.body, status: answered.status, at: Date.now() });
    if (this.recorded.length > RECORDED_CALLS) this.recorded.shift();
    if (kind !== undefined && carriedOut) response.destroy();
    else send(response, answered.status, answered.body, answered.headers);
  }

  private perform(method: string, body: Body, token: string): Answered {
    try {
      const expected = method === 'apps.connections.open' ? this.appToken : this.botToken;
      if (token !== expected) throw new SlackError(token === '' ? 'not_authed' : 'invalid_auth');
      const socketUrl = `ws://${this.base}/socket?ticket=1`;
      const answer = callMethod(method, this.state, body, { socketUrl, posted: (message) => this.tell(message) });
      return { status: 200, body: { ok: true, ...answer }, headers: { 'x-oauth-scopes': SCOPES } };
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      const more = error.messages.length === 0 ? {} : { response_metadata: { messages: error.messages } };
      return { status: 200, body: { ok: false, error: error.code, ...more }, headers: {} };
    }
  }

  /** Slack tells an app of its own messages too, marked with its bot id. */
  private tell(message: StoredMessage): void {
    const { kind } = this.state.channel(message.channel);
    setImmediate(
      () => void this.delivery.sendEvent(eventCallback(this.state.world.team.id, messageEvent(message, kind))),
    );
  }

  /** What the bot says through a response URL. https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
  private answerResponseUrl(id: string, body: Body): object {
    const { state } = this;
    const { userId, channel, messageTs } = state.useResponseUrl(id);
    const acted = messageTs === null ? undefined : state.find(channel, messageTs);
    if (body.delete_original === true) {
      if (acted !== undefined) state.remove(acted);
      return { ok: true };
    }
    const { text, blocks } = contentOf(state, body);
    if (body.replace_original === true && acted !== undefined) state.redraw(acted, text, blocks);
    else {
      const ephemeralFor = body.response_type === 'in_channel' ? null : userId;
      state.add({
        channel,
        text,
        blocks,
        threadTs: acted?.threadTs ?? null,
        user: BOT_USER_ID,
        fromBot: true,
        ephemeralFor,
        metadata: null,
      });
    }
    return { ok: true };
  }

  private faultFor(method: string, body: Body): (Fault & { left: number }) | undefined {
    const fault = [...this.faults].find(
      ({ method: only, channel, left }) =>
        left > 0 && (only === undefined || only === method) && (channel === undefined || channel === body.channel),
    );
    if (fault !== undefined) fault.left -= 1;
    return fault;
  }
}

interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, string>;
}

function failure(kind: Exclude<Fault['kind'], { cutAfterAccepting: true } | { hang: true }>): Answered {
  if ('error' in kind) return { status: 200, body: { ok: false, error: kind.error }, headers: {} };
  const headers: Record<string, string> =
    kind.retryAfterSeconds === undefined ? {} : { 'retry-after': String(kind.retryAfterSeconds) };
  return {
    status: kind.status,
    body: { ok: false, error: kind.status === 429 ? 'ratelimited' : 'internal_error' },
    headers,
  };
}

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  if ((request.headers['content-type'] ?? '').includes('json')) return JSON.parse(text || '{}') as Body;
  const entries = [...new URLSearchParams(text)].map(([key, value]) => [
    key,
    STRUCTURED.has(key) ? (JSON.parse(value) as unknown) : value,
  ]);
  return Object.fromEntries(entries) as Body;
}

/** Arguments that travel as JSON inside a form. */
const STRUCTURED = new Set(['blocks', 'view', 'metadata', 'attachments']);

function tokenOf(request: IncomingMessage, body: Body): string {
  return request.headers.authorization?.replace(/^Bearer /, '') ?? (typeof body.token === 'string' ? body.token : '');
}

function send(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
