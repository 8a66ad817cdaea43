/**
 * How fast announcements reach a chat: some processes of the built service drain one outbox into a stand-in for Slack that
 * counts what it is sent; and what many changes of one ticket within a second cost in calls.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NewTicket } from '../src/domain/ticket';
import { open, opened as openedEvent } from '../src/domain/ticket';
import { Store } from '../src/store/store';
import type { BenchDatabase, RunningService } from './closed-loop';
import { startService } from './closed-loop';
import { SIGNING_SECRET } from './deliveries';
import { rounded, sized } from './measures';

const PORT = 14_720;
const CHANNEL = 'slack:C0SUPPORT';
/** So many that the starts of the processes weigh little. */
const ROWS = sized(10_000, 100);
const AT_ONCE = 50;
const CHANGES = 50;
const PATIENCE_MS = 120_000;

export interface OutboxRow {
  readonly database: string;
  readonly processes: number;
  readonly rows: number;
  readonly perSecond: number;
  readonly perSecondEach: number;
  /** Posts of what had been posted already. */
  readonly duplicates: number;
}

export interface ChangesRow {
  readonly database: string;
  /** Of one ticket within a second. */
  readonly changes: number;
  /** What they cost for its card. */
  readonly calls: number;
}

/** @param database an empty one */
export async function outboxDrained({ name, url, text }: BenchDatabase): Promise<OutboxRow[]> {
  const slack = await countingSlack();
  const store = await Store.open(url);
  const rows: OutboxRow[] = [];
  try {
    await store.migrate();
    // Several processes on one SQLite file are refused.
    for (const processes of url.kind === 'sqlite' ? [1] : [1, 2, 4]) {
      await announce(store, processes);
      const [before, began] = [slack.posts.length, performance.now()];
      const services = await Promise.all(
        Array.from({ length: processes }, (_, index) => startService(PORT + index, text, CHANNEL, slack.env)),
      );
      const first = await until(() => slack.firstAfter(before));
      await until(() => slack.posts.length - before >= ROWS || null);
      const last = slack.posts.at(-1)!.atMs;
      for (const service of services) await service.stop('SIGTERM');
      const keys = slack.posts.slice(before).map(({ key }) => key);
      const perSecond = (keys.length - 1) / ((last - Math.max(first, began)) / 1000);
      rows.push({
        ...{ database: name, processes, rows: ROWS, perSecond: rounded(perSecond) },
        perSecondEach: rounded(perSecond / processes),
        duplicates: keys.length - new Set(keys).size,
      });
    }
    return rows;
  } finally {
    await store.close();
    slack.close();
  }
}

/** @param database an empty one */
export async function changesOfOneCard({ name, url, text }: BenchDatabase): Promise<ChangesRow> {
  const slack = await countingSlack();
  let service: RunningService | null = null;
  const store = await Store.open(url);
  try {
    await store.migrate();
    service = await startService(PORT, text, CHANNEL, slack.env);
    const ticket = await opened(store, 'slack:U1', 'slack:C0SUPPORT', 0);
    await until(() => slack.firstAfter(0));
    const before = slack.posts.length + slack.updates;
    for (let version = 2; version <= CHANGES + 1; version += 1) {
      const began = performance.now();
      await store.write(async (session) => {
        const found = (await session.tickets.find(ticket))!;
        const at = new Date();
        const priority = version % 2 === 0 ? ('P2' as const) : ('P3' as const);
        const what = { kind: 'prioritised', from: found.priority, to: priority } as const;
        await session.tickets.save(found, {
          ticket: { ...found, priority, version, updatedAt: at },
          event: { ticketId: ticket, version, actor: 'slack:U1', at, what },
        });
        const card = { kind: 'show-ticket', ticketId: ticket, version, view: 'line' } as const;
        await session.outbox.add([{ to: CHANNEL, what: card }], 'bench', at);
      });
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + 1000 / CHANGES - performance.now())));
    }
    await until(async () => (await store.read((session) => session.outbox.state(new Date()))).waiting === 0 || null);
    return { database: name, changes: CHANGES, calls: slack.posts.length + slack.updates - before };
  } finally {
    await service?.stop();
    await store.close();
    slack.close();
  }
}

/** A row for each of ROWS people. */
async function announce(store: Store, round: number): Promise<void> {
  for (let start = 0; start < ROWS; start += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) => {
        const person = `slack:U${round}X${start + index}`;
        return opened(store, person, person, start + index);
      }),
    );
  }
}

/** A ticket that is announced in one place. @returns its id */
function opened(store: Store, person: string, place: string, number: number): Promise<number> {
  const request: NewTicket = {
    ...{ subject: `Request ${number}`, details: 'It worked yesterday.', line: 'it', priority: 'P3', impact: null },
    ...{ urgency: null, category: 'other', requester: person, openedBy: person, intake: 'command', inquiryId: null },
  };
  return store.write(async (session) => {
    const at = new Date();
    await session.people.remember({ id: person, name: person, email: null, language: null, address: person });
    const ticket = await session.tickets.add(open(request, at));
    await session.tickets.addEvent(openedEvent(ticket, request));
    const view = place === person ? ('requester' as const) : ('line' as const);
    const card = { kind: 'show-ticket', ticketId: ticket.id, version: 1, view } as const;
    await session.outbox.add([{ to: place, what: card }], 'bench', at);
    return ticket.id;
  });
}

interface CountingSlack {
  /** What was posted, in order, by the key in its metadata. */
  readonly posts: readonly { readonly key: string; readonly atMs: number }[];
  readonly updates: number;
  readonly env: NodeJS.ProcessEnv;
  /** When the first post after so many came; null while none has. */
  firstAfter(count: number): number | null;
  close(): void;
}

/** Says yes to everything and remembers what was posted. */
async function countingSlack(): Promise<CountingSlack> {
  const posts: { key: string; atMs: number }[] = [];
  let updates = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      if (request.url?.endsWith('chat.postMessage')) {
        posts.push({ key: keyIn(body), atMs: performance.now() });
      } else if (request.url?.endsWith('chat.update')) updates += 1;
      const answer = {
        ...{ ok: true, user_id: 'U0HELPDESK', bot_id: 'B0HELPDESK', members: ['U0ANNA'], messages: [] },
        user: { id: 'U0', name: 'somebody', real_name: 'Some Body', locale: 'en-US', profile: {} },
        channel: { id: new URLSearchParams(body).get('users') ?? 'D0' },
        ts: `${1_790_000_000 + posts.length}.000100`,
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
  return {
    posts,
    get updates() {
      return updates;
    },
    env: { SLACK_BOT_TOKEN: 'xoxb-bench', SLACK_SIGNING_SECRET: SIGNING_SECRET, SLACK_API_URL: apiUrl },
    firstAfter: (count) => posts[count]?.atMs ?? null,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function keyIn(body: string): string {
  const metadata = new URLSearchParams(body).get('metadata') ?? '';
  return metadata === '' ? body : metadata;
}

async function until<T>(look: () => T | null | Promise<T | null>): Promise<T> {
  const began = performance.now();
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() - began > PATIENCE_MS) throw new Error('the outbox was not drained in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
