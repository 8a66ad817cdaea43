/**
 * A desk of a million tickets and five million events: what people wait for, beside the same rows by the database's driver
 * alone, in turns; and the manager's summary.
 */
import BetterSqlite from 'better-sqlite3';
import { createPool } from 'mysql2/promise';
import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import type { DataSource, EntitySchema } from 'typeorm';
import { systemClock } from '../src/clock';
import { DEFAULT_CATEGORIES } from '../src/domain/category';
import type { SupportLine } from '../src/domain/support-line';
import { Helpdesk } from '../src/helpdesk';
import { createKnowledgeIndex } from '../src/knowledge/knowledge-index';
import { SimilarTickets } from '../src/similar-tickets';
import { isMysql, openDataSource, patiently } from '../src/store/data-source';
import { ticketEvents, tickets } from '../src/store/schema';
import { Store } from '../src/store/store';
import { Summaries } from '../src/summaries';
import type { BenchDatabase } from './closed-loop';
import { open } from './load';
import { median, quantile, rounded, sized } from './measures';

const TICKETS = sized(1_000_000, 5000);
const EVENTS_EACH = 5;
const PEOPLE = 16_384;
const DAYS = 5 * 365;
const DAY_MS = 86_400_000;
const CHUNK = sized(50_000, 5000);
/** Every other one of the latest is open. */
const LATEST = sized(20_000, 1000);
const RUNS = sized(3, 1);
const RUN_MS = sized(3000, 200);
/** As many as ask at once; on SQLite one after the other, as its driver answers. */
const AT_ONCE = 16;
/** How fast people ask while it is measured how long each waits. */
const PER_SECOND = 100;
const EVENLY_MS = sized(6000, 200);
const AGENT = { id: 'slack:A1', name: 'Anna', email: null, language: null, address: 'slack:A1' } as const;
const LINE: SupportLine = {
  ...{ key: 'it', name: 'IT Service Desk', channels: ['slack:C0SUPPORT'], agents: 'channel-members', managers: [] },
  ...{ escalatesTo: null, language: 'en', similarTickets: 'agents' },
  summary: { at: '09:00', days: [1, 2, 3, 4, 5], timezone: 'Europe/Warsaw' },
};

export interface MillionRow {
  readonly database: string;
  readonly what: string;
  readonly oursPerSecond: number;
  readonly driverPerSecond: number;
  readonly ofDriver: number;
  /** Of what is asked at an even rate, since it was due; in a closed loop it would say how many ask. */
  readonly oursP99Ms: number;
  readonly driverP99Ms: number;
}

export interface SummaryRow {
  readonly database: string;
  readonly tickets: number;
  readonly medianMs: number;
  readonly slowestMs: number;
}

/** What is measured: one worker does it for the nth time. */
type Deed = (count: number, worker: number) => Promise<unknown>;

/** @param database an empty one */
export async function million(database: BenchDatabase): Promise<{ rows: MillionRow[]; summary: SummaryRow }> {
  const { name, url } = database;
  const store = await Store.open(url);
  const driver = url.kind === 'sqlite' ? sqliteDriver(url.path) : mysqlDriver(database.text);
  try {
    await store.migrate();
    await fill(database);
    const ours = helpdeskOn(store);
    const rows: MillionRow[] = [];
    for (const what of Object.keys(ours) as (keyof Deeds)[]) {
      const times = await inTurns(ours[what], driver.deeds[what], isMysql(url) ? AT_ONCE : 1);
      rows.push({ database: name, what, ...times });
    }
    return { rows, summary: { database: name, tickets: TICKETS, ...(await summaryOf(store)) } };
  } finally {
    await driver.close();
    await store.close();
  }
}

interface Deeds {
  readonly 'my tickets': Deed;
  readonly 'a ticket by its number': Deed;
  readonly 'claim and release': Deed;
}

function helpdeskOn(store: Store): Deeds {
  const roster = {
    isChannel: () => true,
    isMember: () => Promise.resolve(true),
    homesOf: () => Promise.resolve([]),
    person: () => Promise.reject(new Error('nobody is asked')),
  };
  const helpdesk = new Helpdesk({
    ...{ store, roster, clock: systemClock, wake: () => undefined, knowledge: createKnowledgeIndex() },
    similar: new SimilarTickets({ store, createIndex: createKnowledgeIndex, lines: [LINE], clock: systemClock }),
    desk: {
      ...{ language: 'en', lines: [LINE], categories: DEFAULT_CATEGORIES, groups: [], closeAfterDays: 7 },
      ...{ learning: true, articles: { reviewed: [], staleAfterDays: 180 } },
    },
  });
  return {
    'my tickets': (count, worker) => helpdesk.ticketsOf(person(count, worker)),
    'a ticket by its number': (count, worker) => helpdesk.ticket(anyTicket(count, worker)),
    'claim and release': (count, worker) => {
      const change = { kind: isEven(count) ? 'claim' : 'release' } as const;
      return helpdesk.act(openTicket(count, worker, 0), change, { person: AGENT, cause: `ours:${worker}:${count}` });
    },
  };
}

interface Driver {
  readonly deeds: Deeds;
  close(): Promise<void>;
}

const MINE = `SELECT * FROM tickets WHERE requester = ? AND status IN ('open', 'claimed', 'waiting', 'resolved') ORDER BY updatedAt DESC LIMIT 20`;
const ONE = 'SELECT * FROM tickets WHERE id = ?';
const CLAIM = `UPDATE tickets SET status = ?, assignee = ?, version = version + 1, updatedAt = ? WHERE id = ? AND version = ?`;
const EVENT = `INSERT INTO ticket_events (ticketId, version, actor, at, kind, what, hash, seal) VALUES (?, ?, ?, ?, 'claimed', '{"kind":"claimed"}', '', '{}')`;
const ROW = '(?, ?, ?, \'{"kind":"show-ticket"}\', \'\', 0, ?, ?)';
const ANNOUNCED = `INSERT INTO outbox (\`key\`, lane, place, payload, cause, attempts, createdAt, dueAt) VALUES ${ROW}, ${ROW}`;
const HANDLED = 'INSERT INTO interactions (`key`, result, at) VALUES (?, ?, ?)';

type Value = string | number | null;

/** The rows of a claim, or of a release, each with its values. */
function claimOf(id: number, version: number, count: number, worker: number): [sql: string, values: Value[]][] {
  const now = Date.now();
  const key = `driver:${worker}:${count}`;
  const announced = (place: string) => [`${key}:${place}`, `ticket:${id}`, place, now, now];
  return [
    [CLAIM, [isEven(count) ? 'claimed' : 'open', isEven(count) ? AGENT.id : null, now, id, version]],
    [EVENT, [id, version + 1, AGENT.id, now]],
    [ANNOUNCED, [...announced('channel'), ...announced('person')]],
    [HANDLED, [key, id, now]],
  ];
}

function mysqlDriver(text: string): Driver {
  const pool = createPool({ uri: text.replace('mariadb:', 'mysql:'), connectionLimit: 10 });
  return {
    deeds: {
      'my tickets': (count, worker) => pool.execute(MINE, [person(count, worker)]),
      'a ticket by its number': (count, worker) => pool.execute(ONE, [anyTicket(count, worker)]),
      'claim and release': async (count, worker) => {
        const connection = await pool.getConnection();
        try {
          await connection.beginTransaction();
          const [[found]] = await connection.execute<RowDataPacket[]>(ONE, [openTicket(count, worker, 1)]);
          for (const [sql, values] of claimOf(Number(found!['id']), Number(found!['version']), count, worker))
            await connection.execute<ResultSetHeader>(sql, values);
          await connection.commit();
        } finally {
          connection.release();
        }
      },
    },
    close: () => pool.end(),
  };
}

function sqliteDriver(path: string): Driver {
  const database = new BetterSqlite(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  const claim = database.transaction((count: number, worker: number) => {
    const found = database.prepare(ONE).get(openTicket(count, worker, 1)) as { id: number; version: number };
    for (const [sql, values] of claimOf(found.id, found.version, count, worker)) database.prepare(sql).run(...values);
  });
  return {
    deeds: {
      'my tickets': (count, worker) => Promise.resolve(database.prepare(MINE).all(person(count, worker))),
      'a ticket by its number': (count, worker) => Promise.resolve(database.prepare(ONE).get(anyTicket(count, worker))),
      'claim and release': (count, worker) => Promise.resolve(claim.immediate(count, worker)),
    },
    close: () => Promise.resolve(void database.close()),
  };
}

/** How often each worker has done what it does; even and odd alternate. */
const done = new Map<Deed, number[]>();

/** Ours and the driver's, one after the other, each as often as it can. */
async function inTurns(ours: Deed, driver: Deed, atOnce: number): Promise<Omit<MillionRow, 'database' | 'what'>> {
  const [our, their]: [number[], number[]] = [[], []];
  for (let turn = 0; turn <= RUNS; turn += 1) {
    // The first of each warms up.
    for (const [deed, runs] of [[ours, our] as const, [driver, their] as const]) {
      const perSecond = await ratePerSecond(deed, atOnce);
      if (turn > 0) runs.push(perSecond);
    }
  }
  const [oursPerSecond, driverPerSecond] = [median(our), median(their)];
  return {
    oursPerSecond: Math.round(oursPerSecond),
    driverPerSecond: Math.round(driverPerSecond),
    ofDriver: rounded(oursPerSecond / driverPerSecond),
    oursP99Ms: rounded(await p99Ms(ours)),
    driverP99Ms: rounded(await p99Ms(driver)),
  };
}

/** Some do it at once, each again as soon as it is done. */
async function ratePerSecond(deed: Deed, atOnce: number): Promise<number> {
  let times = 0;
  const end = performance.now() + RUN_MS;
  const one = async (_: unknown, worker: number): Promise<void> => {
    while (performance.now() < end) {
      await again(deed, worker);
      times += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return times / (RUN_MS / 1000);
}

/** As people come: whether or not the last is answered. */
async function p99Ms(deed: Deed): Promise<number> {
  const times: number[] = [];
  let begun = 0;
  await open(EVENLY_MS, PER_SECOND, async (dueAt) => {
    begun += 1;
    await again(deed, begun % AT_ONCE);
    times.push(performance.now() - dueAt);
  });
  return quantile(times, 0.99);
}

async function again(deed: Deed, worker: number): Promise<void> {
  const counts = done.get(deed) ?? Array.from({ length: AT_ONCE }, () => 0);
  done.set(deed, counts);
  const count = counts[worker]!;
  counts[worker] = count + 1;
  await deed(count, worker);
}

async function summaryOf(store: Store): Promise<{ medianMs: number; slowestMs: number }> {
  const summaries = new Summaries({
    ...{ store, lines: [LINE], clock: systemClock, staleAfterDays: 180, onAnnounced: () => undefined },
  });
  const day = summaries.lastWorkingDay('it');
  await summaries.of('it', day);
  const times: number[] = [];
  for (let run = 0; run < 9; run += 1) {
    const began = performance.now();
    await summaries.of('it', day);
    times.push(performance.now() - began);
  }
  return { medianMs: rounded(median(times)), slowestMs: rounded(Math.max(...times)) };
}

/** Spread over all of them, so that no cache helps. */
function anyTicket(count: number, worker: number): number {
  return 1 + (((count * AT_ONCE + worker) * 7919) % TICKETS);
}

/** As many open ones as each worker has of its own, for us and as many for the driver. */
const OWN = Math.floor(LATEST / 2 / (AT_ONCE * 2));

/** One that is open, the same twice, to be claimed and released: each worker goes round its own, as another may hold what it claimed. */
function openTicket(count: number, worker: number, whose: 0 | 1): number {
  const which = ((Math.floor(count / 2) % OWN) * AT_ONCE + worker) * 2 + whose;
  return TICKETS - LATEST + 1 + 2 * which;
}

function isEven(count: number): boolean {
  return count % 2 === 0;
}

function person(count: number, worker: number): string {
  return `slack:U${((count * AT_ONCE + worker) * 7919) % PEOPLE}`;
}

/**
 * By SQL that both kinds of database understand: opened evenly over five years, every other one of the last month active, one in
 * seven resolved but not closed; people ask for some sixty each. Indices are made afterwards: to keep them while filling takes ten times as long.
 */
async function fill({ url }: BenchDatabase): Promise<void> {
  const source = await openDataSource(url);
  await patiently(source, () => fillTables(source, isMysql(url))).finally(() => source.destroy());
}

async function fillTables(source: DataSource, mysql: boolean): Promise<void> {
  const numbers = 'WITH RECURSIVE d(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM d WHERE i < 999)';
  const began = Date.now() - DAYS * DAY_MS;
  const joined = (...parts: string[]): string => (mysql ? `CONCAT(${parts.join(', ')})` : parts.join(' || '));
  for (const sql of indices(tickets, 'drop', mysql)) await source.query(sql);
  for (const sql of indices(ticketEvents, 'drop', mysql)) await source.query(sql);
  for (let start = 0; start < TICKETS; start += CHUNK) {
    const n = `(${start} + a.i * ${CHUNK / 1000} + b.i)`;
    const r = `(${n} * 37 % 100)`;
    const opened = `(${began} + ${n} * ${Math.floor((DAYS * DAY_MS) / TICKETS)})`;
    const isOpen = `(${n} >= ${TICKETS - LATEST} AND ${n} % 2 = 0)`;
    const status = `CASE WHEN ${isOpen} THEN 'open' WHEN ${r} < 14 THEN 'resolved' ELSE 'closed' END`;
    const from = `FROM d a CROSS JOIN d b WHERE b.i < ${CHUNK / 1000}`;
    const who = joined("'slack:U'", `${n} % ${PEOPLE}`);
    const later = `CASE WHEN ${isOpen} THEN NULL ELSE ${opened} + 600000 + ${n} * 7 % 2000 * 60000 END`;
    await source.query(
      `INSERT INTO tickets (id, subject, details, status, line, priority, category, requester, openedBy, intake, assignee,
          version, openedAt, updatedAt, firstResponseAt, resolvedAt, closedAt)
          ${numbers} SELECT ${n} + 1, ${joined("'Request '", n)}, 'It worked yesterday.', ${status},
          CASE WHEN ${n} % 3 = 0 THEN 'it-l2' ELSE 'it' END, ${joined("'P'", `(1 + ${n} % 4)`)}, 'other', ${who}, ${who}, 'command',
          CASE WHEN ${isOpen} THEN NULL ELSE ${joined("'slack:A'", `${n} % 8`)} END, ${EVENTS_EACH}, ${opened},
          COALESCE(${later}, ${opened}), CASE WHEN ${isOpen} THEN NULL ELSE ${opened} + 60000 + ${n} % 90 * 60000 END, ${later},
          CASE WHEN ${isOpen} OR ${r} < 14 THEN NULL ELSE ${later} END ${from}`,
    );
    for (let version = 1; version <= EVENTS_EACH; version += 1) {
      const kind = ['opened', 'claimed', 'commented', 'resolved', 'closed'][version - 1]!;
      await source.query(
        `INSERT INTO ticket_events (ticketId, version, actor, at, kind, what, hash, seal)
            ${numbers} SELECT ${n} + 1, ${version}, ${who}, ${opened} + ${version} * 60000, '${kind}', '{"kind":"${kind}"}',
            '${'a'.repeat(64)}', '{}' ${from}`,
      );
    }
  }
  for (const sql of indices(tickets, 'create', mysql)) await source.query(sql);
  for (const sql of indices(ticketEvents, 'create', mysql)) await source.query(sql);
  await source.query(mysql ? 'ANALYZE TABLE tickets, ticket_events' : 'ANALYZE');
}

function indices(schema: EntitySchema, deed: 'drop' | 'create', mysql: boolean): string[] {
  const { name: table, indices: all = [] } = schema.options;
  return all.map(({ name, columns, unique }) => {
    if (deed === 'drop') return mysql ? `DROP INDEX ${name} ON ${table}` : `DROP INDEX ${name}`;
    return `CREATE ${unique === true ? 'UNIQUE ' : ''}INDEX ${name} ON ${table} (${(columns as string[]).join(', ')})`;
  });
}
