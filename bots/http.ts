/**
 * The one HTTP server: exact paths to listeners, everything else a short JSON refusal. It knows no chat platform; each
 * hands in its own listener. Slow or endless requests are cut off here, so that nobody can hold connections open.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../src/clock';
import type { Log } from '../src/log';

export type Listener = (request: IncomingMessage, response: ServerResponse) => void;

type Method = 'GET' | 'POST';

/** By exact path, without a query: what answers each method. A GET listener answers HEAD as well. */
export type Routes = Readonly<Record<string, Readonly<Partial<Record<Method, Listener>>>>>;

export interface HttpServer {
  /**
   * @param port 0 takes any free one
   * @param host every interface when absent
   * @returns the port it listens on
   * @throws Error when the port is taken
   */
  listen(port: number, host?: string): Promise<number>;
  /** Takes no new connections and waits for the requests under way; what still runs after `graceMs` is cut. */
  close(graceMs?: number): Promise<void>;
}

/** What one sender may take of us. */
export interface HttpLimits {
  /** Until the headers are complete, and the whole request. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** How often it is looked for who is too slow; Node's 30 s would let them hold on for so much longer. */
  readonly lookEveryMs: number;
  /** Connections at one time; those beyond are closed at once. */
  readonly connections: number;
}

/**
 * Chat platforms send small requests at once: a sender slower than this is broken or hostile. Two thousand connections are far
 * more than load balancers keep, and a fraction of the files a process may have open.
 */
const LIMITS: HttpLimits = { headersMs: 10_000, requestMs: 15_000, lookEveryMs: 1_000, connections: 2_000 };
/** Longer than the 60 seconds most load balancers keep an idle connection, so that they close it, not we. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const REFUSALS_LOGGED_EVERY_MS = 60_000;

/** Told of each request to one of the routes that was answered, or whose sender went away (status 0). */
export type Answered = (path: string, status: number, ms: number) => void;

/** @param fallback answers every path that is not in `routes`; without it they get 404 */
export function createHttpServer(
  routes: Routes,
  fallback: Listener | null = null,
  answered: Answered = () => undefined,
  limits: HttpLimits = LIMITS,
): HttpServer {
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.lookEveryMs,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    },
    (request, response) => {
      // Whoever keeps sending on one connection would keep us from ever closing.
      if (!server.listening) response.setHeader('connection', 'close');
      dispatch(routes, fallback, request, response, answered);
    },
  );
  server.maxConnections = limits.connections;
  return {
    listen: (port, host) => listen(server, port, host),
    close: (graceMs = 5_000) => close(server, graceMs),
  };
}

/** Answers with one JSON object. */
export function sendJson(response: ServerResponse, status: number, body: object, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

/** Answers only whoever sends the token; everybody when there is none. */
export function forBearer(token: string | null, listener: Listener): Listener {
  if (token === null) return listener;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const expected = digest(`Bearer ${token}`);
  return (request, response) => {
    // Of equal length and in equal time, whatever was sent.
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) listener(request, response);
    else sendJson(response, 401, { error: 'this needs its token' }, { 'www-authenticate': 'Bearer' });
  };
}

/** A log line a minute at most for requests that are refused: whoever knocks without a key must not fill the disk. */
export class RefusalLog {
  #count = 0;
  #loggedAt = 0;

  /** @param message what the line says */
  constructor(
    private readonly message: string,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  note(reason: string): void {
    this.#count += 1;
    const now = this.clock.now().getTime();
    if (now - this.#loggedAt < REFUSALS_LOGGED_EVERY_MS) return;
    this.log.warn({ reason, refused: this.#count }, this.message);
    this.#count = 0;
    this.#loggedAt = now;
  }
}

function dispatch(
  routes: Routes,
  fallback: Listener | null,
  request: IncomingMessage,
  response: ServerResponse,
  answered: Answered,
): void {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined) {
    if (fallback !== null) fallback(request, response);
    else sendJson(response, 404, { error: 'not found' });
    return;
  }
  const began = performance.now();
  response.once('close', () =>
    answered(path, response.writableFinished ? response.statusCode : 0, performance.now() - began),
  );
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const listener = method === 'GET' || method === 'POST' ? route[method] : undefined;
  if (listener === undefined) {
    const allow = Object.keys(route).join(', ');
    sendJson(response, 405, { error: 'method not allowed' }, { allow });
    return;
  }
  listener(request, response);
}

function listen(server: Server, port: number, host: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(notOpened(port, error));
    server.once('error', failed);
    server.listen(port, host, () => {
      server.removeListener('error', failed);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

const NOT_OPENED: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another program (EADDRINUSE); stop that, or set another PORT',
  EACCES: 'is not for this user to open (EACCES); set a PORT above 1023',
};

function notOpened(port: number, error: NodeJS.ErrnoException): Error {
  const why = NOT_OPENED[error.code ?? ''];
  return why === undefined ? error : new Error(`port ${port} ${why}`, { cause: error });
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
