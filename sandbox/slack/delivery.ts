/** Brings what a person did to the bot, by signed HTTP or over a socket, and repeats events that were not taken. */
import { createHmac, randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Outcome } from './slack-world';

/** Slack waits three seconds for every answer. https://docs.slack.dev/interactivity/handling-user-interaction */
const DEADLINE_MS = 3000;

export interface Answered extends Outcome {
  /** The body of the answer: JSON where it was JSON, else text. */
  readonly body: unknown;
}

export type Envelope = 'slash_commands' | 'interactive' | 'events_api';

export class Delivery {
  requestUrl: string | null;
  private readonly sockets = new Set<WebSocket>();
  private readonly waiting = new Map<string, (payload: unknown) => void>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private closed = false;

  constructor(
    private readonly signingSecret: string,
    private readonly retryDelaysMs: readonly number[],
    requestUrl: string | null,
  ) {
    this.requestUrl = requestUrl;
  }

  /** A socket of the bot: it takes deliveries until it closes. */
  connect(socket: WebSocket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('message', (data: Buffer) => this.acknowledged(data.toString('utf8')));
    socket.send(
      JSON.stringify({ type: 'hello', num_connections: this.sockets.size, debug_info: {}, connection_info: {} }),
    );
  }

  /** Sends a command or interaction, once. */
  send(kind: Envelope, payload: Readonly<Record<string, unknown>>): Promise<Answered> {
    const form = kind === 'slash_commands' ? (payload as Record<string, string>) : { payload: JSON.stringify(payload) };
    return this.requestUrl === null
      ? this.overSocket(kind, payload, 0)
      : this.overHttp(this.requestUrl, new URLSearchParams(form).toString(), 'application/x-www-form-urlencoded', {});
  }

  /** Sends an event until it is taken, as Slack does: at once, then after each delay. Settles after the first try. */
  async sendEvent(event: Readonly<Record<string, unknown>>): Promise<Answered> {
    const first = await this.tryEvent(event, 0, null);
    if (!first.ok) this.repeat(event, 1, first.status === 0 ? 'http_timeout' : 'http_error');
    return first;
  }

  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    for (const socket of this.sockets) socket.terminate();
  }

  private repeat(event: Readonly<Record<string, unknown>>, attempt: number, reason: string): void {
    const delayMs = this.retryDelaysMs[attempt - 1];
    if (delayMs === undefined || this.closed) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void this.tryEvent(event, attempt, reason).then((answer) => {
        if (!answer.ok) this.repeat(event, attempt + 1, answer.status === 0 ? 'http_timeout' : 'http_error');
      });
    }, delayMs);
    this.timers.add(timer);
  }

  private tryEvent(
    event: Readonly<Record<string, unknown>>,
    attempt: number,
    reason: string | null,
  ): Promise<Answered> {
    if (this.requestUrl === null) return this.overSocket('events_api', event, attempt);
    const headers =
      attempt === 0 ? {} : { 'x-slack-retry-num': String(attempt), 'x-slack-retry-reason': reason ?? 'http_error' };
    return this.overHttp(this.requestUrl, JSON.stringify(event), 'application/json', headers);
  }

  private async overHttp(url: string, body: string, type: string, headers: Record<string, string>): Promise<Answered> {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = `v0=${createHmac('sha256', this.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
    const began = Date.now();
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          'content-type': type,
          'x-slack-signature': signature,
          'x-slack-request-timestamp': timestamp,
          ...headers,
        },
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      const text = await response.text();
      return { ok: response.ok, status: response.status, elapsedMs: Date.now() - began, body: parsed(text) };
    } catch {
      return { ok: false, status: 0, elapsedMs: Date.now() - began, body: '' };
    }
  }

  private overSocket(kind: Envelope, payload: unknown, attempt: number): Promise<Answered> {
    const [socket] = this.sockets;
    const began = Date.now();
    if (socket === undefined) return Promise.resolve({ ok: false, status: 0, elapsedMs: 0, body: '' });
    const envelopeId = randomBytes(12).toString('hex');
    socket.send(
      JSON.stringify({
        type: kind,
        envelope_id: envelopeId,
        payload,
        accepts_response_payload: kind !== 'events_api',
        ...(kind === 'events_api' ? { retry_attempt: attempt, retry_reason: attempt === 0 ? '' : 'timeout' } : {}),
      }),
    );
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle({ ok: false, status: 0, body: '' }), DEADLINE_MS);
      this.timers.add(timer);
      const settle = (answer: Omit<Answered, 'elapsedMs'>): void => {
        clearTimeout(timer);
        this.timers.delete(timer);
        this.waiting.delete(envelopeId);
        resolve({ ...answer, elapsedMs: Date.now() - began });
      };
      this.waiting.set(envelopeId, (answer) => settle({ ok: true, status: 200, body: answer ?? '' }));
    });
  }

  private acknowledged(text: string): void {
    const message = parsed(text) as { envelope_id?: string; payload?: unknown };
    if (typeof message === 'object' && message.envelope_id !== undefined)
      this.waiting.get(message.envelope_id)?.(message.payload);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
