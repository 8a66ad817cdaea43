/** Socket Mode, Slack's side: single-use tickets, envelopes and their acknowledgements. https://docs.slack.dev/apis/events-api/using-socket-mode */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { isObject, parseJson, stringAt } from './json';
import { APP_ID } from './state';

export type Envelope = 'slash_commands' | 'interactive' | 'events_api';

/** Slack pings; a client that hears nothing for 30 seconds reconnects. */
const PING_MS = 10_000;
const CLOSE_MS = 500;

export class SocketMode {
  private readonly server = new WebSocketServer({ noServer: true });
  private readonly sockets = new Set<WebSocket>();
  private readonly tickets = new Set<string>();
  private readonly waiting = new Map<string, (payload: unknown) => void>();
  private readonly pinging = setInterval(() => this.ping(), PING_MS).unref();

  /** @returns what is appended to the address of the server */
  newTicket(): string {
    const ticket = randomUUID();
    this.tickets.add(ticket);
    return `/link/?ticket=${ticket}&app_id=${APP_ID}`;
  }

  /** Takes a connection that has a ticket; ends any other. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '';
    if (!this.tickets.delete(ticket)) return void socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
    this.server.handleUpgrade(request, socket, head, (connected) => this.connect(connected));
  }

  get isConnected(): boolean {
    return this.sockets.size > 0;
  }

  /**
   * Sends one envelope over the newest connection.
   * @returns the payload of its acknowledgement; it never settles when there is none before the signal
   */
  send(type: Envelope, payload: unknown, retry: { num: number; reason: string }, signal: AbortSignal) {
    const id = randomUUID();
    const envelope = {
      envelope_id: id,
      type,
      accepts_response_payload: type !== 'events_api',
      payload,
      ...(type === 'events_api' ? { retry_attempt: retry.num, retry_reason: retry.reason } : {}),
    };
    [...this.sockets].at(-1)?.send(JSON.stringify(envelope));
    return new Promise<unknown>((resolve) => {
      this.waiting.set(id, resolve);
      signal.addEventListener('abort', () => this.waiting.delete(id), { once: true });
    });
  }

  /** Says goodbye to every client, and does not wait long for an answer. */
  async close(): Promise<void> {
    clearInterval(this.pinging);
    const closing = [...this.sockets].map(async (socket) => {
      const impatience = setTimeout(() => socket.terminate(), CLOSE_MS);
      const closed = once(socket, 'close');
      socket.close(1001);
      await closed;
      clearTimeout(impatience);
    });
    await Promise.all(closing);
    this.server.close();
  }

  private connect(socket: WebSocket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => this.acknowledged(data));
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.sockets.size,
        connection_info: { app_id: APP_ID },
        debug_info: { host: randomBytes(4).toString('hex'), approximate_connection_time: 18_060 },
      }),
    );
  }

  private acknowledged(data: RawData): void {
    const message = parseJson((data as Buffer).toString('utf8'));
    const id = stringAt(message, 'envelope_id');
    const settle = this.waiting.get(id);
    this.waiting.delete(id);
    if (isObject(message)) settle?.(message['payload']);
  }

  private ping(): void {
    for (const socket of this.sockets) socket.ping();
  }
}
