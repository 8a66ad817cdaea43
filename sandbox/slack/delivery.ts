/** Brings what a person did to the bot, by signed HTTP or over a socket, and repeats events that were not taken. */
import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import type { Json } from './json';
import { parseJson } from './json';
import type { Outcome } from './slack-world';
import type { Envelope, SocketMode } from './socket-mode';

/** Slack waits three seconds for every answer. https://docs.slack.dev/interactivity/handling-user-interaction */
const DEADLINE_MS = 3000;

const LAST_RETRY = 3;

export interface Answered extends Outcome {
  /** The body of the answer: JSON where it was JSON, else text. */
  readonly body: unknown;
  /** Why Slack would say it was not taken: `http_timeout`, `connection_failed`, `http_error`. */
  readonly reason: string;
  /** The bot wants this delivered no more. */
  readonly noRetry: boolean;
}

type Reply = Pick<Answered, 'status' | 'body' | 'reason' | 'noRetry'>;

const UNREACHABLE: Reply = { status: 0, body: '', reason: 'connection_failed', noRetry: false };
const LATE: Reply = { status: 0, body: '', reason: 'http_timeout', noRetry: false };
const FIRST = { num: 0, reason: '' };

export class Delivery {
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly underWay = new Set<AbortController>();
  private closed = false;

  /** @param requestUrl null: by socket */
  constructor(
    private readonly signingSecret: string,
    private readonly retryDelaysMs: readonly number[],
    private readonly sockets: SocketMode,
    public requestUrl: string | null,
  ) {}

  /** Sends a command or interaction, once. */
  send(kind: Exclude<Envelope, 'events_api'>, payload: Readonly<Json>): Promise<Answered> {
    const form = kind === 'slash_commands' ? (payload as Record<string, string>) : { payload: JSON.stringify(payload) };
    return this.attempt(kind, payload, FIRST, {
      body: new URLSearchParams(form).toString(),
      type: 'application/x-www-form-urlencoded',
    });
  }

  /** Sends an event until it is taken, as Slack does: at once, then after each delay. Settles after the first attempt. */
  async sendEvent(event: Readonly<Json>): Promise<void> {
    await this.tryEvent(event, FIRST);
  }

  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    for (const controller of this.underWay) controller.abort();
  }

  private async tryEvent(event: Readonly<Json>, retry: { num: number; reason: string }): Promise<void> {
    if (this.closed) return;
    const http = { body: JSON.stringify(event), type: 'application/json' };
    const answer = await this.attempt('events_api', event, { ...retry, num: this.numberOf(retry.num) }, http);
    const delayMs = this.retryDelaysMs[retry.num];
    if (answer.ok || answer.noRetry || delayMs === undefined || this.closed) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void this.tryEvent(event, { num: retry.num + 1, reason: answer.reason });
    }, delayMs);
    this.timers.add(timer);
  }

  /** Slack's third retry is its last, and a bot may go by that: whoever is asked more often here is told so at the end only. */
  private numberOf(retry: number): number {
    const most = this.retryDelaysMs.length;
    return retry < most ? Math.min(retry, LAST_RETRY - 1) : Math.min(retry, LAST_RETRY);
  }

  private async attempt(
    kind: Envelope,
    payload: Readonly<Json>,
    retry: { num: number; reason: string },
    http: { body: string; type: string },
  ): Promise<Answered> {
    const began = performance.now();
    const controller = new AbortController();
    this.underWay.add(controller);
    const timer = setTimeout(() => controller.abort(), DEADLINE_MS);
    const late = new Promise<Reply>((resolve) => {
      controller.signal.addEventListener('abort', () => resolve(LATE), { once: true });
    });
    const headers = retry.num === 0 ? {} : retryHeaders(retry);
    const reply =
      this.requestUrl === null
        ? this.overSocket(kind, payload, retry, controller.signal)
        : this.overHttp(this.requestUrl, http.body, { 'content-type': http.type, ...headers }, controller.signal);
    const answer = await Promise.race([late, reply]);
    clearTimeout(timer);
    this.underWay.delete(controller);
    const ok = answer.status >= 200 && answer.status < 300;
    return { ok, elapsedMs: Math.round(performance.now() - began), ...answer };
  }

  private async overSocket(
    kind: Envelope,
    payload: Readonly<Json>,
    retry: { num: number; reason: string },
    signal: AbortSignal,
  ): Promise<Reply> {
    if (!this.sockets.isConnected) return UNREACHABLE;
    const body = await this.sockets.send(kind, payload, retry, signal);
    return { status: 200, body: body ?? '', reason: '', noRetry: false };
  }

  /** One connection for each delivery: a bot that restarts must not meet the one it closed. */
  private overHttp(url: string, body: string, more: Record<string, string>, signal: AbortSignal): Promise<Reply> {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const digest = createHmac('sha256', this.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
    const headers = {
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'content-length': Buffer.byteLength(body),
      'x-slack-signature': `v0=${digest}`,
      'x-slack-request-timestamp': timestamp,
      ...more,
    };
    return new Promise((resolve) => {
      const sent = request(url, { method: 'POST', headers, agent: false, signal }, (response) => {
        readReply(response).then(resolve, () => resolve(UNREACHABLE));
      });
      sent.on('error', () => resolve(signal.aborted ? LATE : UNREACHABLE));
      sent.end(body);
    });
  }
}

function retryHeaders({ num, reason }: { num: number; reason: string }): Record<string, string> {
  return { 'x-slack-retry-num': String(num), 'x-slack-retry-reason': reason };
}

async function readReply(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    status: response.statusCode ?? 0,
    body: parseJson(text) ?? text,
    reason: 'http_error',
    noRetry: response.headers['x-slack-no-retry'] === '1',
  };
}
