/**
 * The node side of the sandbox page: its files, what the three clients show, and what the visitor does in them. It takes
 * requests from this computer only, and from no other page: a browser that was lured elsewhere cannot reach it.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { Refused, act } from './page-act';
import type { CommandState, PageState, Role, ShortcutState } from './page/state';
import type { SlackMessage, SlackStandIn } from './slack/slack-world';

interface SandboxPerson {
  readonly userId: string;
  /** People of one role share a pane, with a switch between them. */
  readonly role: Role;
  /** The channel shown first; the direct message with the bot when absent. */
  readonly opensIn?: string;
}

export interface SandboxPageOptions {
  readonly standIn: SlackStandIn;
  /** Who the visitor can be, in the order of the panes. */
  readonly people: readonly SandboxPerson[];
  /** Channel ids, in the order shown; each person sees those they are a member of, after their direct message. */
  readonly channels: readonly string[];
  /** What the button "Tomorrow, 09:00" does. */
  readonly tomorrow: () => Promise<void>;
  /** Where `index.html`, `style.css` and `mark.svg` are. */
  readonly pageDir: string;
  /** Where the compiled scripts are. */
  readonly scriptDir: string;
  readonly botName?: string;
  /** Where the link "Set up your own workspace" leads. */
  readonly setUpUrl?: string;
  readonly commands?: readonly CommandState[];
  readonly globalShortcuts?: readonly ShortcutState[];
  readonly messageShortcuts?: readonly ShortcutState[];
}

export interface SandboxPage {
  /** Answers the page's own paths; false, and nothing done, for every other. Never rejects. */
  (request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** Ends the open event streams, so that the server can close. */
  close(): void;
}

const BODY_LIMIT_BYTES = 64 * 1024;
/** Many changes come together (a card, its thread, a direct message): the page is told once. */
const DEBOUNCE_MS = 40;
const HEARTBEAT_MS = 15_000;

const COMMANDS: readonly CommandState[] = [
  {
    command: '/helpdesk',
    description: 'Ask IT a question, open a ticket, or see your tickets',
    usageHint: '[your question | mine | queue | summary | help]',
  },
];
const GLOBAL_SHORTCUTS: readonly ShortcutState[] = [{ callbackId: 'open_ticket', name: 'Open a ticket' }];
const MESSAGE_SHORTCUTS: readonly ShortcutState[] = [
  { callbackId: 'open_ticket_from_message', name: 'Make this a ticket' },
];

const FILE_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.js': 'text/javascript; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
};

/** Nothing but this server's own files: no inline script, no remote image, no frame around the page. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** @returns the listener to put in front of the others of the server. */
export function createSandboxPage(options: SandboxPageOptions): SandboxPage {
  const streams = new EventStreams(options.standIn);
  let tomorrow: Promise<void> | null = null;
  const routes: Readonly<Record<string, { readonly method: 'GET' | 'POST'; readonly handle: Handler }>> = {
    '/sandbox/state': { method: 'GET', handle: async (_, response) => sendJson(response, 200, await stateOf(options)) },
    '/sandbox/events': { method: 'GET', handle: async (_, response) => Promise.resolve(streams.open(response)) },
    '/sandbox/act': {
      method: 'POST',
      handle: async (request, response) =>
        sendJson(response, 200, await act(options.standIn, options.people, await readJson(request))),
    },
    '/sandbox/tomorrow': {
      method: 'POST',
      handle: async (request, response) => {
        await readJson(request);
        tomorrow ??= options.tomorrow().finally(() => (tomorrow = null));
        await tomorrow;
        sendJson(response, 200, { ok: true });
      },
    },
  };

  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (path !== '/' && path !== '/sandbox' && !path.startsWith('/sandbox/')) return false;
    try {
      checkCaller(request);
      const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
      checkMethod(request, route?.method ?? 'GET');
      await (route === undefined ? sendFile(options, path, request, response) : route.handle(request, response));
    } catch (error) {
      sendRefusal(response, error);
    }
    return true;
  };
  return Object.assign(listener, { close: () => streams.close() });
}

/**
 * A page elsewhere can send requests here in two ways: by a name of its own that resolves to this computer (its name is then
 * in Host), or across sites (its origin is then in Origin). Both are refused.
 */
function checkCaller(request: IncomingMessage): void {
  const { host, origin } = request.headers;
  if (!isLoopback(host)) throw new Refused(403, 'The sandbox answers only at localhost.');
  if (origin !== undefined && origin !== `http://${host}`) {
    throw new Refused(403, 'The sandbox answers only its own page.');
  }
}

function isLoopback(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host ?? '');
}

function checkMethod(request: IncomingMessage, allowed: 'GET' | 'POST'): void {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (method !== allowed) throw new Refused(405, `Use ${allowed} here.`, { allow: allowed });
}

/** JSON only: a browser sends that across sites only after asking, and it is never told yes. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new Refused(415, 'Send application/json.');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES) throw new Refused(413, 'More than 64 KB.', { connection: 'close' });
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Refused(400, 'This is not JSON.');
  }
}

/** Everything the panes show. */
async function stateOf(options: SandboxPageOptions): Promise<PageState> {
  const { standIn, people } = options;
  const { team, users, channels } = standIn.world;
  return {
    team: team.domain,
    bot: { id: standIn.botUserId, name: options.botName ?? 'helpdesk' },
    users: users.map(({ id, name, realName, locale }) => ({ id, name, realName, locale })),
    channels: channels.map(({ id, name }) => ({ id, name })),
    commands: options.commands ?? COMMANDS,
    globalShortcuts: options.globalShortcuts ?? GLOBAL_SHORTCUTS,
    messageShortcuts: options.messageShortcuts ?? MESSAGE_SHORTCUTS,
    setUpUrl: options.setUpUrl ?? null,
    people: await Promise.all(people.map((person) => clientOf(options, person))),
  };
}

async function clientOf(options: SandboxPageOptions, person: SandboxPerson): Promise<PageState['people'][number]> {
  const client = options.standIn.person(person.userId);
  const direct = await client.directMessageChannel();
  const shown = options.channels.flatMap((id) => {
    const channel = options.standIn.world.channels.find((known) => known.id === id);
    return channel?.members.includes(person.userId) === true ? [channel] : [];
  });
  const messagesIn = async (id: string) => (await client.messages(id)).map(messageOf);
  return {
    userId: person.userId,
    role: person.role,
    opensIn: person.opensIn ?? direct,
    places: [
      {
        id: direct,
        kind: 'direct-message',
        name: options.botName ?? 'helpdesk',
        messages: await messagesIn(direct),
      },
      ...(await Promise.all(
        shown.map(async ({ id, name }) => ({ id, kind: 'channel' as const, name, messages: await messagesIn(id) })),
      )),
    ],
    modal: client.modal(),
  };
}

/** Without what a client does not show. */
function messageOf({ metadata: _metadata, ...message }: SlackMessage): Omit<SlackMessage, 'metadata'> {
  return message;
}

/** Tells every open page that something changed; each then asks for the state. */
class EventStreams {
  readonly #open = new Set<ServerResponse>();
  readonly #stop: () => void;
  readonly #heartbeat: NodeJS.Timeout;
  #pending: NodeJS.Timeout | null = null;

  constructor(standIn: SlackStandIn) {
    this.#stop = standIn.onChange(() => {
      this.#pending ??= setTimeout(() => {
        this.#pending = null;
        this.#send('data: changed\n\n');
      }, DEBOUNCE_MS).unref();
    });
    this.#heartbeat = setInterval(() => this.#send(': still here\n\n'), HEARTBEAT_MS).unref();
  }

  open(response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream; charset=utf-8' });
    if (response.req.method === 'HEAD') return void response.end();
    response.write('retry: 1000\n\ndata: changed\n\n');
    this.#open.add(response);
    response.on('close', () => this.#open.delete(response));
  }

  close(): void {
    this.#stop();
    clearInterval(this.#heartbeat);
    if (this.#pending !== null) clearTimeout(this.#pending);
    for (const response of this.#open) response.end();
  }

  #send(event: string): void {
    for (const response of this.#open) response.write(event);
  }
}

/** `/` is the page; `/sandbox/NAME` one of its files, by its plain name. */
async function sendFile(
  { pageDir, scriptDir }: SandboxPageOptions,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = path === '/' ? 'index.html' : (/^\/sandbox\/([a-z-]+\.(?:css|svg|js|js\.map))$/.exec(path)?.[1] ?? '');
  const type = FILE_TYPES[extname(name)];
  if (type === undefined) throw new Refused(404, 'There is nothing here.');
  const file = join(/\.(js|map)$/.test(name) ? scriptDir : pageDir, name);
  const size = await stat(file).then(
    (found) => found.size,
    () => null,
  );
  if (size === null) throw new Refused(404, 'There is nothing here.');
  response.writeHead(200, { ...HEADERS, 'content-type': type, 'content-length': size });
  if (request.method === 'HEAD') return void response.end();
  createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response);
}

function sendJson(response: ServerResponse, status: number, body: object, headers = {}): void {
  response.writeHead(status, { ...HEADERS, ...headers, 'content-type': 'application/json; charset=utf-8' });
  response.end(response.req.method === 'HEAD' ? undefined : JSON.stringify(body));
}

function sendRefusal(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  // This is a sandbox on the visitor's own computer: the fault itself is what helps.
  const message = error instanceof Error ? error.message : String(error);
  const { status, headers } = error instanceof Refused ? error : { status: 500, headers: {} };
  sendJson(response, status, { error: message }, headers);
}
