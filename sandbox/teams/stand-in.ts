/**
 * A Microsoft Teams that runs on this computer: the Bot Connector's REST calls, the documents its tokens are checked by, and
 * people who use it, on one loopback port. Written by us over plain state: Microsoft's Agents Playground signs nothing,
 * opens no dialogs, checks no cards and may not run in automated tests.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isObject, parseJson } from '../slack/json';
import { Activities } from './activities';
import type { Answer } from './connector-api';
import { answerConnector } from './connector-api';
import { DEADLINE_MS, Delivery } from './delivery';
import { Person } from './person';
import { ConnectorError, State } from './state';
import { OwnedTeam } from './team';
import type {
  Delivered,
  Fault,
  Json,
  RawAnswer,
  RecordedCall,
  StandInOptions,
  TeamsClient,
  TeamsMessage,
  TeamsStandIn,
  TeamsTeam,
  TokenWish,
} from './teams-world';
import { ISSUER, Tokens } from './tokens';

/** How much of the past is kept for tests to look at. */
const RECORDED_CALLS = 10_000;
const REGION = 'emea';

/** Starts it on a loopback port. */
export async function startTeamsStandIn(options: StandInOptions): Promise<TeamsStandIn> {
  const standIn = new StandIn(options);
  await standIn.start();
  return standIn;
}

class StandIn implements TeamsStandIn {
  readonly issuer = ISSUER;
  url = '';
  host = '';
  readonly calls: RecordedCall[] = [];
  private readonly state: State;
  private readonly tokens: Tokens;
  private readonly delivery: Delivery;
  private readonly activities: Activities;
  private readonly server: Server;
  private readonly people = new Map<string, TeamsClient>();
  private readonly faults = new Set<{ readonly fault: Fault; left: number }>();

  constructor(private readonly options: StandInOptions) {
    this.state = new State(options);
    this.tokens = new Tokens(options.appId, () => this.serviceUrl);
    const { deadlineMs = DEADLINE_MS, redeliveries = 1, redeliveryPauseMs } = options;
    this.delivery = new Delivery(this.tokens, deadlineMs, redeliveries, redeliveryPauseMs);
    this.delivery.botUrl = options.botUrl ?? null;
    this.activities = new Activities(this.state, () => this.serviceUrl);
    this.server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
  }

  async start(): Promise<void> {
    await this.tokens.rotate();
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, '127.0.0.1', resolve);
    });
    this.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    this.url = `http://${this.host}`;
  }

  get openIdMetadataUrl(): string {
    return `${this.url}/v1/.well-known/openidconfiguration`;
  }

  get serviceUrl(): string {
    return `${this.url}/${REGION}/${this.options.tenantId}/`;
  }

  get botId(): string {
    return this.state.botId;
  }

  get env(): Readonly<Record<string, string>> {
    return {
      MICROSOFT_APP_ID: this.options.appId,
      MICROSOFT_APP_PASSWORD: 'stand-in-password',
      MICROSOFT_APP_TENANT_ID: this.options.tenantId,
      TEAMS_OPENID_METADATA_URL: this.openIdMetadataUrl,
      TEAMS_TOKEN_ISSUER: this.issuer,
      TEAMS_SERVICE_HOSTS: this.host,
    };
  }

  get botUrl(): string | null {
    return this.delivery.botUrl;
  }

  set botUrl(url: string | null) {
    this.delivery.botUrl = url;
  }

  get deadlineMs(): number {
    return this.delivery.deadlineMs;
  }

  set deadlineMs(ms: number) {
    this.delivery.deadlineMs = ms;
  }

  get twice(): 'same-id' | 'new-id' | null {
    return this.delivery.twice;
  }

  set twice(how: 'same-id' | 'new-id' | null) {
    this.delivery.twice = how;
  }

  get deliveries(): readonly Delivered[] {
    return this.delivery.delivered;
  }

  get refusals(): readonly string[] {
    return this.state.refusals;
  }

  person(key: string): TeamsClient {
    const { state, delivery, activities } = this;
    const person = this.people.get(key) ?? new Person(state.somebody(key), { state, delivery, activities });
    this.people.set(key, person);
    return person;
  }

  team(name: string): TeamsTeam {
    const { state, delivery, activities } = this;
    return new OwnedTeam(state.team(name), { state, delivery, activities });
  }

  placeId(name: string): string {
    return this.state.placeNamed(name).id;
  }

  messages(conversation: string): readonly TeamsMessage[] {
    return this.state.in(conversation).map((message) => this.state.shown(message, null));
  }

  fault(fault: Fault): () => void {
    const kept = { fault, left: fault.times ?? Infinity };
    this.faults.add(kept);
    return () => void this.faults.delete(kept);
  }

  token(wish: TokenWish = {}): Promise<string> {
    return this.tokens.make(wish);
  }

  async post(
    body: unknown,
    how: { readonly token?: string | null; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<RawAnswer> {
    const token = how.token === undefined ? await this.tokens.usual() : how.token;
    return this.delivery.post(typeof body === 'string' ? body : JSON.stringify(body), {
      'content-type': 'application/json; charset=utf-8',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...how.headers,
    });
  }

  rotateKeys(): Promise<void> {
    return this.tokens.rotate();
  }

  async stop(): Promise<void> {
    this.delivery.close();
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    if (url.href === this.openIdMetadataUrl) send(response, 200, this.openIdDocument());
    else if (url.pathname === '/v1/.well-known/keys') send(response, 200, { keys: await this.tokens.published() });
    else await this.answerCall(url, request, response);
  }

  private async answerCall(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', headers } = request;
    const parts = url.pathname.split('/').slice(1).map(decodeURIComponent);
    const path = `/${parts.slice(2).join('/')}${url.search}`;
    const fault = this.faultFor(method, path);
    const body = await readBody(request);
    const isStored = fault === null || fault.cut === 'after';
    const answered = isStored ? this.perform(method, parts, url.searchParams, body) : failureOf(fault);
    const isSilent = fault !== null && (fault.hang === true || fault.cut !== undefined);
    const status = isSilent ? 0 : answered.status;
    this.calls.push({ method, path, body, headers, status, answer: answered.body, at: Date.now() });
    if (this.calls.length > RECORDED_CALLS) this.calls.shift();
    if (!isSilent) send(response, answered.status, answered.body, retryAfter(fault));
    else if (fault.cut !== undefined) response.destroy();
  }

  private perform(method: string, parts: readonly string[], query: URLSearchParams, body: Json): Answer {
    const [region, tenant, version, ...path] = parts;
    try {
      if (region !== REGION || tenant !== this.options.tenantId || version !== 'v3')
        throw new ConnectorError(404, 'NotFound', 'There is nothing at this address.');
      return answerConnector(this.state, { method, path, query, body });
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      return { status: error.status, body: errorOf(error.code, error.message) };
    }
  }

  private faultFor(method: string, path: string): Fault | null {
    const found = [...this.faults].find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.method === undefined || fault.method === method) &&
        (fault.path === undefined ||
          (typeof fault.path === 'string' ? path.includes(fault.path) : fault.path.test(path))),
    );
    if (found === undefined) return null;
    found.left -= 1;
    return found.fault;
  }

  private openIdDocument(): Json {
    return {
      issuer: this.issuer,
      authorization_endpoint: 'https://invalid.botframework.com',
      jwks_uri: `${this.url}/v1/.well-known/keys`,
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
    };
  }
}

function errorOf(code: string, message: string): Json {
  return { error: { code, message } };
}

function failureOf({ status = 500, code = 'ServiceError' }: Fault): Answer {
  return { status, body: errorOf(code, 'This went wrong on purpose.') };
}

function retryAfter(fault: Fault | null): Record<string, string> {
  return fault?.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
}

async function readBody(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = parseJson(Buffer.concat(chunks).toString('utf8'));
  return isObject(body) ? body : {};
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}
