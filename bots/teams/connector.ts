/**
 * The few calls of the Bot Connector that the helpdesk makes, over botbuilder's client: with a time limit, without its
 * retries (the courier decides about those), and only to the addresses the operator allowed. This file and
 * bot-framework.ts, which it loads for the first call, are the only ones for outgoing calls that know botbuilder; they know
 * nothing of tickets, cards and the place book.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
 */
import type { Activity, ConversationParameters } from 'botbuilder';
import type { BotFrameworkAuthentication, ConnectorClient } from 'botframework-connector';
import type { Clock } from '../../src/clock';
import { within } from '../../src/patience';
import type { BotFramework, BotIdentity, Transport } from './bot-framework';
import { mayCall } from './place';
import { ConnectorFailure, errorCode, retryAfterMs, tokenFailure } from './teams-errors';

/** What outgoing calls need of the settings; null without credentials, when only loopback addresses are called. */
export interface ConnectorSettings extends BotIdentity {
  /** In lower case, with the port where it is not the usual one. */
  readonly serviceHosts: readonly string[];
}

/** Somebody in a conversation. https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context */
export interface Member {
  /** `29:…` */
  readonly id: string;
  readonly name?: string;
  readonly aadObjectId?: string;
  readonly email?: string;
  readonly userPrincipalName?: string;
  readonly tenantId?: string;
  /** `guest` for somebody invited from elsewhere. */
  readonly userRole?: string;
}

export interface Team {
  readonly id: string;
  readonly name?: string;
}

export interface Created {
  readonly conversationId: string;
  /** Null when the conversation was opened without a message. */
  readonly activityId: string | null;
}

/** Teams lets a call take longer, but somebody waits, and the outbox's lease ends at 30 s. */
const CALL_LIMIT_MS = 8_000;
const TOKEN_LIMIT_MS = 8_000;
/** One for each region and tenant, twice; more would be somebody's invention. */
const KEPT_CLIENTS = 100;

export interface ConnectorParts {
  readonly clock: Clock;
  readonly callLimitMs?: number;
  /** What is sent passes through it, as JSON. */
  readonly shape?: <T>(json: T) => T;
}

export class Connector {
  readonly #serviceHosts: readonly string[] | null;
  readonly #shape: <T>(json: T) => T;
  readonly #transport: Transport;
  #framework: Promise<BotFramework> | null = null;
  readonly #clients = new Map<string, Promise<ConnectorClient>>();
  #token: Promise<string> | null = null;
  #isTokenRefused = false;

  constructor(
    private readonly settings: ConnectorSettings | null,
    parts: ConnectorParts,
  ) {
    this.#serviceHosts = settings?.serviceHosts ?? null;
    this.#shape = parts.shape ?? ((json) => json);
    this.#transport = guardedTransport(this.#serviceHosts, parts.clock, parts.callLimitMs);
  }

  /** Who the bot is, for its turns. @throws ConnectorFailure when botbuilder cannot be loaded */
  async authentication(): Promise<BotFrameworkAuthentication> {
    return (await this.#load()).authentication;
  }

  /**
   * Posts into a conversation; a thread is a conversation of its own.
   * @param how.targetedAt `29:…` of the one who alone sees it
   * @returns the activity id
   * @throws ConnectorFailure
   */
  async send(
    serviceUrl: string,
    conversationId: string,
    activity: Partial<Activity>,
    how: { readonly targetedAt?: string } = {},
  ): Promise<string> {
    const { targetedAt } = how;
    const client = await this.#client(serviceUrl, targetedAt !== undefined);
    const addressed = targetedAt === undefined ? activity : { ...activity, recipient: { id: targetedAt, name: '' } };
    const { id } = await this.#calling(client, () =>
      client.conversations.sendToConversation(conversationId, this.#shape(addressed)),
    );
    return named(id);
  }

  /** Replaces a message. @throws ConnectorFailure */
  async update(
    serviceUrl: string,
    conversationId: string,
    activityId: string,
    activity: Partial<Activity>,
  ): Promise<void> {
    const client = await this.#client(serviceUrl);
    await this.#calling(client, () =>
      client.conversations.updateActivity(conversationId, activityId, this.#shape(activity)),
    );
  }

  /** Opens a chat with a person, or begins a thread in a channel. @throws ConnectorFailure */
  async create(serviceUrl: string, parameters: Partial<ConversationParameters>): Promise<Created> {
    const client = await this.#client(serviceUrl);
    const asked = this.#shape(parameters) as ConversationParameters;
    const { id, activityId } = await this.#calling(client, () => client.conversations.createConversation(asked));
    return { conversationId: named(id), activityId: activityId || null };
  }

  /**
   * @param conversationId of a chat, a channel or a team
   * @param id `29:…` or an Entra object id
   * @returns null for somebody who is not in it
   * @throws ConnectorFailure when Teams cannot say
   */
  async member(serviceUrl: string, conversationId: string, id: string): Promise<Member | null> {
    const client = await this.#client(serviceUrl);
    try {
      const found: Member = await this.#calling(client, () =>
        client.conversations.getConversationMember(conversationId, id),
      );
      return { ...found, id: named(found.id) };
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }

  /** @returns null when there is no such team @throws ConnectorFailure, 403 when the app is not in it */
  async team(serviceUrl: string, teamId: string): Promise<Team | null> {
    const client = await this.#client(serviceUrl);
    const teams = (await this.#load()).teamsClient(serviceUrl, client);
    try {
      const { id, name } = await this.#calling(client, () => teams.teams.fetchTeamDetails(teamId));
      return { id: named(id), ...(name === undefined ? {} : { name }) };
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }

  /** Asks for a token, as every call does when there is none. @throws ConnectorFailure that says which setting is wrong */
  async checkToken(): Promise<void> {
    await this.#authorize(await (await this.#load()).client(PROBE_URL));
  }

  async #calling<T>(client: ConnectorClient, call: () => Promise<T>): Promise<T> {
    await this.#authorize(client);
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ConnectorFailure)) throw unreadable();
      if (error.facts.status === 401) this.#isTokenRefused = true;
      throw error;
    }
  }

  /** Sees to a token, so that none being had is told apart from a call that failed; many at once ask for one. */
  async #authorize(client: ConnectorClient): Promise<void> {
    const tokens = (await this.#load()).tokensOf(client);
    if (tokens === null) return;
    const isRefused = this.#isTokenRefused;
    this.#isTokenRefused = false;
    this.#token ??= tokens.getToken(isRefused);
    try {
      if ((await within(TOKEN_LIMIT_MS, this.#token)) === null) throw new Error('no answer in time');
    } catch (error) {
      throw tokenFailure(error);
    } finally {
      this.#token = null;
    }
  }

  async #client(serviceUrl: string, isTargeted = false): Promise<ConnectorClient> {
    if (!mayCall(serviceUrl, this.#serviceHosts)) throw forbidden(serviceUrl);
    const url = new URL(serviceUrl);
    // botbuilder has no parameter for it, and keeps the query of the base address.
    if (isTargeted) url.searchParams.set('isTargetedActivity', 'true');
    const framework = await this.#load();
    // http is loopback: no token is made for it.
    const isTokenless = url.protocol === 'http:';
    const client = this.#clients.get(url.href) ?? framework.client(url.href, { isTokenless });
    this.#clients.delete(url.href);
    this.#clients.set(url.href, client);
    const oldest = this.#clients.keys().next();
    if (this.#clients.size > KEPT_CLIENTS && oldest.done === false) this.#clients.delete(oldest.value);
    return client;
  }

  /** @throws ConnectorFailure */
  #load(): Promise<BotFramework> {
    this.#framework ??= import('./bot-framework.js')
      .then(({ BotFramework }) => new BotFramework(this.settings, this.#transport))
      .catch((error: unknown) => {
        // Nothing was sent, so a post may be tried again.
        throw new ConnectorFailure('cut', `botbuilder cannot be loaded: ${String(error)}`, { arrived: false });
      });
    return this.#framework;
  }
}

/** Any address: no call is made, a client is only needed for its credentials. */
const PROBE_URL = 'https://smba.trafficmanager.net/teams/';

/**
 * Sends what botbuilder made. The last word before the network: what is not allowed is not called, and http never carries
 * a token. Every failure is a ConnectorFailure, which botbuilder's pipeline does not retry.
 */
function guardedTransport(
  serviceHosts: readonly string[] | null,
  clock: Clock,
  limitMs: number = CALL_LIMIT_MS,
): Transport {
  return {
    sendRequest: async (request) => {
      if (!mayCall(request.url, serviceHosts)) throw forbidden(request.url);
      const headers = request.headers.toJson();
      if (request.url.startsWith('http:')) delete headers['authorization'];
      const { response, body } = await exchange(request.url, limitMs, {
        method: request.method,
        headers,
        body: (request.body as string | null | undefined) ?? null,
        // A token must not follow to where an answer points.
        redirect: 'manual',
      });
      if (!response.ok) throw refusal(response, body, clock);
      const received = request.headers.clone();
      for (const name of received.headerNames()) received.remove(name);
      response.headers.forEach((value, name) => received.set(name, value));
      return { request, status: response.status, headers: received, bodyAsText: body };
    },
  };
}

async function exchange(
  url: string,
  limitMs: number,
  request: RequestInit,
): Promise<{ response: Response; body: string }> {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(limitMs) });
    return { response, body: await response.text() };
  } catch (error) {
    if ((error as { name?: unknown }).name === 'TimeoutError') {
      throw new ConnectorFailure('late', `no answer within ${limitMs / 1000} s`);
    }
    const code = networkCode(error);
    throw new ConnectorFailure('cut', code ?? 'the connection was cut', { arrived: !isNeverSent(code) });
  }
}

function refusal(response: Response, body: string, clock: Clock): ConnectorFailure {
  const code = errorCode(body);
  const wait = retryAfterMs(response.headers.get('retry-after'), clock.now());
  return new ConnectorFailure('answer', `HTTP ${response.status}${code === undefined ? '' : ` ${code}`}`, {
    status: response.status,
    ...(code === undefined ? {} : { code }),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

/** Node names what happened in the cause of what fetch throws. */
function networkCode(error: unknown): string | null {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : null;
}

/** No connection was made, so nothing was sent. */
function isNeverSent(code: string | null): boolean {
  return /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|.*CERT.*)$/.test(
    code ?? '',
  );
}

/** What Teams answers has an id; a proxy's page of HTML has none, and must not pass for a yes. */
function named(id: string | undefined): string {
  if (id === undefined || id === '') throw unreadable();
  return id;
}

function unreadable(): ConnectorFailure {
  return new ConnectorFailure('cut', 'the answer cannot be read');
}

function isAbsent(error: unknown): boolean {
  if (!(error instanceof ConnectorFailure)) return false;
  return error.facts.status === 404 && error.facts.code !== 'ConversationNotFound';
}

function forbidden(url: string): ConnectorFailure {
  const host = URL.canParse(url) ? new URL(url).host : 'an address that is none';
  return new ConnectorFailure('address', `${host} is not among the hosts in TEAMS_SERVICE_HOSTS, or is not https`, {
    arrived: false,
    mend: "If it is Microsoft's, add it to TEAMS_SERVICE_HOSTS",
  });
}
