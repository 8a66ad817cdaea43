/** How many rows each table has, asked past the helpdesk's own code: what a refused request must leave as it was. */
import Database from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';
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

export async function rowCounts({ url }: TestDatabase): Promise<Record<string, number>> {
  const sql = TABLES.map((table) => `SELECT '${table}' AS name, COUNT(*) AS rows_in FROM ${table}`).join(' UNION ALL ');
  const rows =
    url.kind === 'sqlite' ? ofSqlite(url.path, sql) : url.kind === 'sqlite-memory' ? [] : await ofMysql(url, sql);
  return Object.fromEntries(rows.map((row) => [row.name, Number(row.rows_in)]));
}

interface Row {
  readonly name: string;
  readonly rows_in: number | string;
}

function ofSqlite(path: string, sql: string): Row[] {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare(sql).all() as Row[];
  } finally {
    database.close();
  }
}

async function ofMysql(url: Extract<TestDatabase['url'], { host: string }>, sql: string): Promise<Row[]> {
  const { host, port, user, password, database } = url;
  const connection = await createConnection({ host, port, user, password, database });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows as Row[];
  } finally {
    await connection.end();
  }
}
