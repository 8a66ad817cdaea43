/** The databases a suite runs on: SQLite always, and the server of TEST_MYSQL_URL when it is set (unreachable = failed). */
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';
import { MIGRATIONS } from '../../migrations';
import type { DatabaseUrl } from '../../src/store/data-source';

export interface TestDatabase {
  readonly url: DatabaseUrl;
  /** The same as a `DATABASE_URL`. */
  readonly text: string;
  drop(): Promise<void>;
}

export interface DatabaseKind {
  readonly name: string;
  /** A database with no row in it; whether the tables are there already, `Store.migrate` finds out. */
  readonly create: () => Promise<TestDatabase>;
  /** A new database with nothing in it, not even tables. */
  readonly createBare: () => Promise<TestDatabase>;
}

const createSqlite = (): Promise<TestDatabase> => {
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-'));
  const path = join(folder, 'helpdesk.sqlite');
  const drop = (): Promise<void> => Promise.resolve(rmSync(folder, { recursive: true, force: true }));
  return Promise.resolve({ url: { kind: 'sqlite', path }, text: `sqlite:${path}`, drop });
};

const sqlite: DatabaseKind = { name: 'SQLite', create: createSqlite, createBare: createSqlite };

let count = 0;

function mysql(serverUrl: string): DatabaseKind {
  const server = new URL(serverUrl);
  const kind = server.protocol === 'mariadb:' ? 'mariadb' : 'mysql';
  const access = {
    host: server.hostname,
    port: Number(server.port || 3306),
    user: decodeURIComponent(server.username),
    password: decodeURIComponent(server.password),
  };
  const ask = async (sql: string, values: unknown[] = []): Promise<RowDataPacket[]> => {
    const connection = await createConnection({ ...access, multipleStatements: true });
    try {
      const [rows] = await connection.query<RowDataPacket[]>(sql, values);
      return rows;
    } finally {
      await connection.end();
    }
  };
  const login = `${encodeURIComponent(access.user)}:${encodeURIComponent(access.password)}`;
  const named = (database: string, drop: () => Promise<void>): TestDatabase => ({
    url: { kind, ...access, database },
    text: `${kind}://${login}@${access.host}:${access.port}/${database}`,
    drop,
  });
  const make = async (): Promise<string> => {
    count += 1;
    const database = `helpdesk_test_${process.pid}_${Date.now() % 1e8}_${count}`;
    await ask(`CREATE DATABASE ${database}`);
    return database;
  };
  const drop = async (database: string): Promise<void> => void (await ask(`DROP DATABASE IF EXISTS ${database}`));

  // Some fifty statements make the tables, each with its own write to the disk: a database that was used is emptied and used
  // again by the next test of the same file.
  const emptied: string[] = [];
  const giveBack = async (database: string): Promise<void> => {
    if (await empty(ask, database)) emptied.push(database);
    else await drop(database);
  };
  // A soak is no test file: it makes bare databases and drops each itself.
  if (typeof afterAll === 'function')
    afterAll(async () => {
      for (const database of emptied.splice(0)) await drop(database);
    });
  return {
    name: 'MariaDB',
    create: async () => {
      const database = emptied.pop() ?? (await make());
      return named(database, () => giveBack(database));
    },
    createBare: async () => {
      const database = await make();
      return named(database, () => drop(database));
    },
  };
}

type Ask = (sql: string, values?: unknown[]) => Promise<RowDataPacket[]>;

/** As after the last migration: the tables without rows, and the one row that a migration makes. @returns false when the tables are others */
async function empty(ask: Ask, database: string): Promise<boolean> {
  const connections = await ask('SELECT id FROM information_schema.processlist WHERE db = ?', [database]);
  for (const { id } of connections) await ask(`KILL ${id}`).catch(() => undefined);
  const tables = await ask(
    'SELECT table_name AS name, auto_increment AS next FROM information_schema.tables WHERE table_schema = ?',
    [database],
  );
  if (!tables.some(({ name }) => name === 'migrations')) return false;
  const applied = await ask(`SELECT name FROM ${database}.migrations`);
  if (applied.map(({ name }) => String(name)).join() !== MIGRATIONS.map(({ name }) => name).join()) return false;
  const used = tables.filter(({ name }) => name !== 'migrations');
  const statements = [
    'SET foreign_key_checks = 0',
    'BEGIN',
    ...used.map(({ name }) => `DELETE FROM ${database}.${name}`),
    `INSERT INTO ${database}.article_revision (id, revision) VALUES (1, ${randomInt(1, 2 ** 40)})`,
    'COMMIT',
    ...used
      .filter(({ next }) => Number(next) > 1)
      .map(({ name }) => `ALTER TABLE ${database}.${name} AUTO_INCREMENT = 1`),
  ];
  await ask(statements.join('; '));
  return true;
}

let kinds: DatabaseKind[] | undefined;

/** For `describe.each`. */
export function databases(): DatabaseKind[] {
  const url = process.env.TEST_MYSQL_URL;
  kinds ??= url === undefined || url === '' ? [sqlite] : [sqlite, mysql(url)];
  return kinds;
}
