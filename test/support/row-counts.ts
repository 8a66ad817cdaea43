/** What the tables hold, asked past the helpdesk's own code: what a refused request must leave as it was. */
import Database from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { TestDatabase } from './databases';

const TABLES = [
  'people',
  'places',
  'articles',
  'inquiries',
  'article_reads',
  'tickets',
  'ticket_events',
  'ticket_messages',
  'outbox',
  'interactions',
];

const COUNTS = TABLES.map((table) => `SELECT '${table}' AS name, COUNT(*) AS rows_in FROM ${table}`).join(
  ' UNION ALL ',
);

type Query = (sql: string) => Promise<readonly Record<string, unknown>[]>;

/** How many rows each table has. */
export async function rowCounts(database: TestDatabase): Promise<Record<string, number>> {
  const rows = await asking(database, (query) => query(COUNTS));
  return Object.fromEntries(rows.map((row) => [String(row.name), Number(row.rows_in)]));
}

/** Tells, again and again, whether anything at all was changed: its answers are equal while nothing is. */
export async function fingerprints(
  database: TestDatabase,
): Promise<{ now(): Promise<string>; close(): Promise<void> }> {
  const { query, close } = await connect(database);
  // SQLite counts what other connections have committed (https://sqlite.org/pragma.html#pragma_data_version). On a server,
  // rows: whatever is changed leaves at least the interaction that asked for it.
  const sql = database.url.kind === 'sqlite' ? 'PRAGMA data_version' : COUNTS;
  return { now: async () => JSON.stringify(await query(sql)), close };
}

async function asking<T>(database: TestDatabase, work: (query: Query) => Promise<T>): Promise<T> {
  const { query, close } = await connect(database);
  try {
    return await work(query);
  } finally {
    await close();
  }
}

async function connect({ url }: TestDatabase): Promise<{ query: Query; close: () => Promise<void> }> {
  if (url.kind === 'sqlite-memory') throw new Error('nobody else can look into a database in memory');
  if (url.kind === 'sqlite') {
    const database = new Database(url.path, { readonly: true });
    return {
      query: (sql) => Promise.resolve(database.prepare(sql).all() as Record<string, unknown>[]),
      close: () => Promise.resolve(void database.close()),
    };
  }
  const { host, port, user, password, database } = url;
  const connection: Connection = await createConnection({ host, port, user, password, database });
  return {
    query: async (sql) => (await connection.query<RowDataPacket[]>(sql))[0],
    close: () => connection.end(),
  };
}
