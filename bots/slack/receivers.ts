/**
 * How Slack's deliveries reach Bolt: signed HTTP requests, or the Socket Mode connection. Both keep one promise that
 * Bolt's own receivers do not: an event is acknowledged only after its listener has finished, so that Slack delivers it
 * again when we failed. (Bolt acknowledges events before any listener runs.) Commands, clicks and forms are acknowledged
 * the moment their listener says so, with what it says.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { HTTPModuleFunctions, isRawBodyError } from '@slack/bolt';
import type { App, Logger, Receiver, ReceiverEvent } from '@slack/bolt';
import { SocketModeClient } from '@slack/socket-mode';
import type { Clock } from '../../src/clock';
import type { Log } from '../../src/log';
import { inTime } from '../../src/patience';
import { RefusalLog } from '../http';
import { slackErrorName } from './slack-errors';

/** Slack's payloads stay below 100 KB; Bolt would read 4 MB. */
const BODY_LIMIT_BYTES = 256 * 1024;
/** How far a request's timestamp may be from our clock. https://docs.slack.dev/authentication/verifying-requests-from-slack */
const TIMESTAMP_TOLERANCE_MS = 5 * 60_000;

/** Slack waits 3 seconds for an event to be acknowledged, and then delivers it again. */
const EVENT_PATIENCE_MS = 2_000;

/** Bolt's acknowledgement: a string or an object becomes the body of the answer. */
type Respond = (body?: unknown) => void | Promise<void>;

/**
 * Hands one delivery to Bolt.
 * @returns whether it was answered: false when no listener knew what it was
 * @throws what the listener threw, or an Error when an event took too long
 */
async function deliver(app: App, delivery: Omit<ReceiverEvent, 'ack'>, respond: Respond): Promise<boolean> {
  const isEvent = delivery.body['event'] !== undefined;
  let answered = false;
  const ack = async (body?: unknown) => {
    // For events it is Bolt itself who acknowledges, and too early.
    if (isEvent || answered) return;
    answered = true;
    await respond(body);
  };
  const work = app.processEvent({ ...delivery, ack });
  if (!isEvent) return work.then(() => answered);
  await inTime(EVENT_PATIENCE_MS, work);
  await respond();
  return true;
}

export class HttpReceiver implements Receiver {
  #app: App | null = null;
  #open = false;
  readonly #refusals: RefusalLog;

  constructor(
    private readonly signingSecret: string,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.#refusals = new RefusalLog('Refused a request that is not Slack’s', clock, log);
  }

  init(app: App): void {
    this.#app = app;
  }

  start(): Promise<void> {
    this.#open = true;
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#open = false;
    return Promise.resolve();
  }

  readonly requestListener = (request: IncomingMessage, response: ServerResponse): void => {
    this.#receive(request, response).catch((error: unknown) => {
      this.log.error({ err: error }, 'Slack request failed');
      if (!response.headersSent) answer(response, 500);
    });
  };

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Slack repeats what is refused like this, so nothing is lost while we start or stop.
    if (!this.#open || this.#app === null) return answer(response, 503);
    const body = await this.#read(request, response);
    if (body === null) return;
    if (body['ssl_check'] === '1') return HTTPModuleFunctions.buildSSLCheckResponse(response);
    if (body['type'] === 'url_verification') return HTTPModuleFunctions.buildUrlVerificationResponse(response, body);
    const known = await deliver(this.#app, { body, ...retryOf(request) }, (content) => {
      HTTPModuleFunctions.buildContentResponse(response, content);
    }).catch(() => {
      // Logged by the app. Slack delivers events again; whoever clicked sees Slack's own words.
      if (!response.headersSent) answer(response, 500);
      return true;
    });
    if (!known) answer(response, 400);
  }

  /** The verified payload; null when the request was refused and answered. */
  async #read(request: IncomingMessage, response: ServerResponse): Promise<Record<string, unknown> | null> {
    let verified: Awaited<ReturnType<typeof HTTPModuleFunctions.parseAndVerifyHTTPRequest>>;
    try {
      const options = { signingSecret: this.signingSecret, bodyLimit: BODY_LIMIT_BYTES };
      verified = await HTTPModuleFunctions.parseAndVerifyHTTPRequest(options, request);
      this.#refuseFuture(request);
    } catch (error) {
      const tooLarge = isRawBodyError(error) && error.statusCode === 413;
      this.#refusals.note((error as Error).message);
      answer(response, tooLarge ? 413 : 401, { connection: 'close' });
      return null;
    }
    const body = parse(verified);
    if (body === null) answer(response, 400);
    return body;
  }

  /** Bolt refuses old timestamps only; one from the future could be replayed until its time comes. */
  #refuseFuture(request: IncomingMessage): void {
    const header = request.headers['x-slack-request-timestamp'];
    const stampMs = Number(header ?? 0) * 1000;
    if (stampMs > this.clock.now().getTime() + TIMESTAMP_TOLERANCE_MS) throw new Error('timestamp in the future');
  }
}

function parse(
  request: Parameters<typeof HTTPModuleFunctions.parseHTTPRequestBody>[0],
): Record<string, unknown> | null {
  try {
    const body: unknown = HTTPModuleFunctions.parseHTTPRequestBody(request);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function retryOf(request: IncomingMessage): { retryNum?: number; retryReason?: string } {
  const retryNum = HTTPModuleFunctions.extractRetryNumFromHTTPRequest(request);
  const retryReason = HTTPModuleFunctions.extractRetryReasonFromHTTPRequest(request);
  return { ...(retryNum === undefined ? {} : { retryNum }), ...(retryReason === undefined ? {} : { retryReason }) };
}

function answer(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers);
  response.end();
}

/** What arrives by socket: https://docs.slack.dev/apis/events-api/using-socket-mode */
interface Envelope {
  readonly ack: (response?: Record<string, unknown>) => Promise<void>;
  readonly body: Record<string, unknown>;
  readonly retry_num?: number;
  readonly retry_reason?: string;
}

const RECONNECT_FIRST_MS = 1_000;
const RECONNECT_MOST_MS = 30_000;
const DISCONNECT_PATIENCE_MS = 2_000;

export class SocketReceiver implements Receiver {
  readonly #client: SocketModeClient;
  #app: App | null = null;
  #state: 'closed' | 'connecting' | 'connected' | 'stopped' = 'closed';
  #failures = 0;
  #reconnect: NodeJS.Timeout | undefined;

  constructor(
    settings: { readonly appToken: string; readonly apiUrl: string; readonly logger: Logger },
    private readonly log: Log,
    private readonly acknowledged: (ms: number) => void = () => undefined,
  ) {
    this.#client = new SocketModeClient({
      appToken: settings.appToken,
      logger: settings.logger,
      // The client's own reconnecting ends the process when a reconnection is refused (@slack/socket-mode 3.1.0).
      autoReconnectEnabled: false,
      clientOptions: { slackApiUrl: settings.apiUrl, retryConfig: { retries: 0 }, timeout: 8_000 },
    });
    this.#client.on('slack_event', (envelope: Envelope) => void this.#receive(envelope));
    this.#client.on('disconnected', () => {
      if (this.#state === 'connected') this.#connectLater();
    });
  }

  init(app: App): void {
    this.#app = app;
  }

  /**
   * Connects; goes on trying in the background when Slack cannot be reached.
   * @throws WebAPIPlatformError when Slack refuses the app token
   */
  async start(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      if (slackErrorName(error) !== null) throw error;
      this.log.warn({ err: error }, 'Socket Mode did not connect');
      this.#connectLater();
    }
  }

  async stop(): Promise<void> {
    const connected = this.#state === 'connected';
    this.#state = 'stopped';
    clearTimeout(this.#reconnect);
    // A connection that is already broken never reports that it closed.
    if (connected)
      await Promise.race([this.#client.disconnect(), pause(DISCONNECT_PATIENCE_MS, undefined, { ref: false })]);
  }

  get isConnected(): boolean {
    return this.#state === 'connected';
  }

  async #connect(): Promise<void> {
    this.#state = 'connecting';
    await this.#client.start();
    if (this.#isStopped()) return void (await this.#client.disconnect());
    this.#state = 'connected';
    this.#failures = 0;
    this.log.info('Connected to Slack by Socket Mode');
  }

  #isStopped(): boolean {
    return this.#state === 'stopped';
  }

  #connectLater(): void {
    if (this.#isStopped()) return;
    this.#state = 'closed';
    const waitMs = Math.min(RECONNECT_FIRST_MS * 2 ** this.#failures, RECONNECT_MOST_MS);
    this.#failures += 1;
    this.#reconnect = setTimeout(() => {
      this.#connect().catch((error: unknown) => {
        this.log.warn({ err: error }, 'Socket Mode did not connect');
        this.#connectLater();
      });
    }, waitMs);
  }

  async #receive({ ack, body, retry_num, retry_reason }: Envelope): Promise<void> {
    if (this.#app === null || this.#state === 'stopped') return;
    const retry = {
      ...(retry_num === undefined ? {} : { retryNum: retry_num }),
      ...(retry_reason === undefined ? {} : { retryReason: retry_reason }),
    };
    const began = performance.now();
    const respond: Respond = async (content) => {
      await ack(typeof content === 'string' ? { text: content } : (content as Record<string, unknown> | undefined));
      this.acknowledged(performance.now() - began);
    };
    try {
      const known = await deliver(this.#app, { body, ...retry }, respond);
      if (!known) await ack();
    } catch (error) {
      // No acknowledgement: Slack delivers an event again.
      this.log.warn({ err: error }, 'Socket Mode delivery not acknowledged');
    }
  }
}
