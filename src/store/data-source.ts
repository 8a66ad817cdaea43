/** Opens the database. Everything that differs between SQLite and MySQL/MariaDB beyond migrations stands here. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import type { BetterSqlite3DataSourceOptions } from 'typeorm/driver/better-sqlite3/BetterSqlite3DataSourceOptions';
import type { MysqlDataSourceOptions } from 'typeorm/driver/mysql/MysqlDataSourceOptions';
import { MIGRATIONS } from '../../migrations/index';
import { ENTITIES } from './schema';

/** A parsed `DATABASE_URL`. */
export type DatabaseUrl =
  { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'sqlite-memory' } | MysqlUrl;

export interface MysqlUrl {
  readonly kind: 'mysql' | 'mariadb';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** The part of better-sqlite3's Database that is set up here. */
interface SqliteDatabase {
  pragma(source: string): unknown;
  prepare(source: string): unknown;
}

/** Connects. @throws Error of the driver when the database cannot be reached. */
export async function openDataSource(url: DatabaseUrl): Promise<DataSource> {
  const source = new DataSource({
    ...(await connection(url)),
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
  });
  return source.initialize();
}

async function connection(url: DatabaseUrl): Promise<BetterSqlite3DataSourceOptions | MysqlDataSourceOptions> {
  if (url.kind === 'sqlite-memory') return { type: 'better-sqlite3', database: ':memory:', prepareDatabase };
  if (url.kind === 'sqlite') {
    mkdirSync(dirname(url.path), { recursive: true });
    return { type: 'better-sqlite3', database: url.path, enableWAL: true, prepareDatabase };
  }
  return {
    type: await serverKind(url),
    host: url.host,
    port: url.port,
    username: url.user,
    password: url.password,
    database: url.database,
    charset: 'utf8mb4',
    timezone: 'Z',
    connectTimeout: 5000,
    poolSize: 10,
  };
}

/** What answers there: people write `mysql://` for both, but TypeORM must know which dialect it speaks. */
async function serverKind({ host, port, user, password, database }: MysqlUrl): Promise<'mysql' | 'mariadb'> {
  const connection = await createConnection({ host, port, user, password, database, connectTimeout: 5000 });
  try {
    const [rows] = await connection.query('SELECT VERSION() AS version');
    return /mariadb/i.test((rows as { version: string }[])[0]?.version ?? '') ? 'mariadb' : 'mysql';
  } finally {
    await connection.end();
  }
}

/**
 * FULL: in WAL mode every commit reaches the disk before it is acknowledged; SQLite's compiled-in default for a WAL file
 * that exists already is NORMAL, which may lose the last commits at a power cut.
 * BEGIN IMMEDIATE: a transaction that reads before it writes must not fail with SQLITE_BUSY when another process (the
 * operator's command) wrote in between.
 */
function prepareDatabase(database: unknown): void {
  const db = database as SqliteDatabase;
  db.pragma('synchronous = FULL');
  db.pragma('busy_timeout = 5000');
  const prepare = db.prepare.bind(db);
  db.prepare = (sql) => prepare(sql === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE' : sql);
}

export function isMysql(url: DatabaseUrl): url is MysqlUrl {
  return url.kind === 'mysql' || url.kind === 'mariadb';
}
