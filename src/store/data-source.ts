/** Opens the database. Everything that differs between SQLite and MySQL/MariaDB beyond migrations stands here. */
import { closeSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { DataSource, EntitySchema } from 'typeorm';
import type { EntitySchemaColumnOptions } from 'typeorm';
import type { BetterSqlite3DataSourceOptions } from 'typeorm/driver/better-sqlite3/BetterSqlite3DataSourceOptions';
import type { MysqlDataSourceOptions } from 'typeorm/driver/mysql/MysqlDataSourceOptions';
import { MIGRATIONS } from '../../migrations/index';
import { makeFolder } from '../folder';
import { ENTITIES } from './schema';
import type { DatabaseTls, DriverTls } from './tls';
import { driverTls } from './tls';

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
  /** Without it nothing is encrypted. */
  readonly tls?: DatabaseTls;
}

/** The part of better-sqlite3's Database that is set up here. */
interface SqliteDatabase {
  pragma(source: string): unknown;
  exec(sql: string): unknown;
  close(): void;
}

/** Connects. @throws Error of the driver when the database cannot be reached. */
export async function openDataSource(url: DatabaseUrl): Promise<DataSource> {
  const source = new DataSource({
    ...(await connection(url)),
    entities: isMysql(url) ? ENTITIES.map(withRoom) : ENTITIES,
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
  });
  await source.initialize();
  if (isMysql(url)) await boundWaiting(source);
  // SQLite would wait for another process inside one call, and everything else in ours with it: the store waits.
  else await source.query('PRAGMA busy_timeout = 0');
  return source;
}

/** Articles are longer than the 65,535 bytes of MySQL's `text`, which is all the text there is on SQLite. */
function withRoom(schema: EntitySchema): EntitySchema {
  const { body } = schema.options.columns as { body?: EntitySchemaColumnOptions };
  if (body === undefined) return schema;
  return new EntitySchema({
    ...schema.options,
    columns: { ...schema.options.columns, body: { ...body, type: 'mediumtext' } },
  });
}

/**
 * What every connection is told first. READ COMMITTED: a decision reads what is committed now; lost updates are stopped by
 * the version check. The same SQL on every server: nothing too long is cut without a word, and above all a backslash escapes
 * a quote, as the driver takes for granted when it puts values into statements. No statement waits longer for a lock, of a
 * row or a table; left alone MariaDB waits a day for a table.
 */
const SESSION = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
  'SET SESSION lock_wait_timeout = 5, SESSION innodb_lock_wait_timeout = 5',
];

/**
 * A server that says nothing for longer while it owes an answer is not there: a network that swallows everything would keep
 * us waiting for hours, and every connection with us. Longer than any statement of ours takes, and than the waits above.
 */
const SILENCE_MS = 15_000;
/** How many may wait for a connection; more are told at once that it cannot be done now. */
const WAITING = 500;

interface Connection {
  query(sql: string, done: () => void): void;
  readonly stream: Socket;
  /** What is under way. */
  readonly _command?: unknown;
}

/** Whose changes of tables may take as long as they take. */
const patient = new WeakSet<DataSource>();

/** Runs what may keep the database silent for long. */
export async function patiently<T>(source: DataSource, work: () => Promise<T>): Promise<T> {
  patient.add(source);
  return work().finally(() => patient.delete(source));
}

/** @param quiet those of the pool that nothing was asked for as long, and how much each had said by then */
function boundSilence(source: DataSource, made: Connection, quiet: Map<Connection, number>): void {
  made.stream.setTimeout(SILENCE_MS, () => {
    if (isIdle(made)) return void quiet.set(made, made.stream.bytesRead);
    if (patient.has(source)) return;
    giveUp(made);
    // What forgot one has forgotten those as well: each would be found out by somebody else who waits as long.
    for (const [other, said] of quiet) if (isIdle(other) && other.stream.bytesRead === said) giveUp(other);
    quiet.clear();
  });
  made.stream.once('close', () => quiet.delete(made));
}

function isIdle({ _command: command }: Connection): boolean {
  return command === undefined || command === null;
}

function giveUp({ stream }: Connection): void {
  const error = new Error(`the database said nothing for ${SILENCE_MS} ms`);
  stream.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
}

async function boundWaiting(source: DataSource): Promise<void> {
  const { pool } = source.driver as unknown as {
    pool: { on(event: 'connection', use: (made: Connection) => void): void };
  };
  const quiet = new Map<Connection, number>();
  // A connection that fails here fails again at its first statement, where somebody listens.
  pool.on('connection', (made) => {
    boundSilence(source, made, quiet);
    for (const statement of SESSION) made.query(statement, () => undefined);
  });
  // The one that was made already.
  const runner = source.createQueryRunner();
  try {
    boundSilence(source, (await runner.connect()) as Connection, quiet);
    for (const statement of SESSION) await runner.query(statement);
  } finally {
    await runner.release();
  }
}

/**
 * better-sqlite3 13 where Node speaks Node-API 10 (22.14 and later), else 12: the former crashes on Node 20, the latter
 * aborts the process on Node 24.19 and later (https://github.com/nodejs/node/issues/65446).
 */
export function sqliteDriver(): unknown {
  const modern = Number(process.versions.napi) >= 10;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only one of the two may be loaded
  return modern ? require('better-sqlite3-napi') : require('better-sqlite3');
}

/** A file beside the database, such as a copy of it. */
export function openSqlite(path: string): SqliteDatabase {
  const Database = sqliteDriver() as new (path: string) => SqliteDatabase;
  return new Database(path);
}

async function connection(url: DatabaseUrl): Promise<BetterSqlite3DataSourceOptions | MysqlDataSourceOptions> {
  const sqlite = { type: 'better-sqlite3', driver: sqliteDriver(), prepareDatabase } as const;
  if (url.kind === 'sqlite-memory') return { ...sqlite, database: ':memory:' };
  if (url.kind === 'sqlite') {
    await makeFolder(dirname(url.path));
    // People's words are nobody's business on this machine but ours; SQLite gives its other files the same rights.
    closeSync(openSync(url.path, 'a', 0o600));
    return { ...sqlite, database: url.path, enableWAL: true };
  }
  return {
    type: await serverKind(url),
    host: url.host,
    port: url.port,
    username: url.user,
    password: url.password,
    database: url.database,
    ...wireOf(url),
    charset: 'utf8mb4',
    timezone: 'Z',
    poolSize: 10,
    // Statements of one transaction that travel together; see mysql-statement.ts.
    multipleStatements: true,
    extra: { queueLimit: WAITING },
  };
}

function wireOf({ tls }: MysqlUrl): { connectTimeout: number; ssl?: DriverTls } {
  return { connectTimeout: 5000, ...(tls === undefined ? {} : { ssl: driverTls(tls) }) };
}

/** What answers there: people write `mysql://` for both, but TypeORM must know which dialect it speaks. */
async function serverKind(url: MysqlUrl): Promise<'mysql' | 'mariadb'> {
  // Loaded only here: a command on SQLite need not wait for it.
  const { createConnection } = await import('mysql2/promise');
  const { host, port, user, password, database } = url;
  const connection = await createConnection({ host, port, user, password, database, ...wireOf(url) });
  try {
    const [rows] = await connection.query('SELECT VERSION() AS version');
    return /mariadb/i.test((rows as { version: string }[])[0]?.version ?? '') ? 'mariadb' : 'mysql';
  } finally {
    await connection.end();
  }
}

/**
 * FULL: in WAL mode every commit reaches the disk before it is acknowledged; SQLite's compiled-in default for a WAL file
 * that exists already is NORMAL, which may lose the last commits at a power cut. What is deleted or changed is written over:
 * whoever was erased must not be left to read in the free space of the file, and of each backup.
 */
function prepareDatabase(database: unknown): void {
  for (const pragma of ['synchronous = FULL', 'secure_delete = ON']) (database as SqliteDatabase).pragma(pragma);
}

export function isMysql(url: DatabaseUrl): url is MysqlUrl {
  return url.kind === 'mysql' || url.kind === 'mariadb';
}
