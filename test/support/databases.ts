/** The databases a suite runs on: SQLite always, and the server of TEST_MYSQL_URL when it is set (unreachable = failed). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { DatabaseUrl } from '../../src/store/data-source';

export interface TestDatabase {
  readonly url: DatabaseUrl;
  /** The same as a `DATABASE_URL`. */
  readonly text: string;
  drop(): Promise<void>;
}

export interface DatabaseKind {
  readonly name: string;
  /** A new, empty database. */
  readonly create: () => Promise<TestDatabase>;
}

const sqlite: DatabaseKind = {
  name: 'SQLite',
  create: () => {
    const folder = mkdtempSync(join(tmpdir(), 'helpdesk-'));
    const path = join(folder, 'helpdesk.sqlite');
    const drop = (): Promise<void> => Promise.resolve(rmSync(folder, { recursive: true, force: true }));
    return Promise.resolve({ url: { kind: 'sqlite', path }, text: `sqlite:${path}`, drop });
  },
};

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
  const run = async (sql: string): Promise<void> => {
    const connection = await createConnection(access);
    try {
      await connection.query(sql);
    } finally {
      await connection.end();
    }
  };
  return {
    name: 'MariaDB',
    create: async () => {
      count += 1;
      const database = `helpdesk_test_${process.pid}_${Date.now() % 1e8}_${count}`;
      await run(`CREATE DATABASE ${database}`);
      const login = `${encodeURIComponent(access.user)}:${encodeURIComponent(access.password)}`;
      return {
        url: { kind, ...access, database },
        text: `${kind}://${login}@${access.host}:${access.port}/${database}`,
        drop: () => run(`DROP DATABASE IF EXISTS ${database}`),
      };
    },
  };
}

/** For `describe.each`. */
export function databases(): DatabaseKind[] {
  const url = process.env.TEST_MYSQL_URL;
  return url === undefined || url === '' ? [sqlite] : [sqlite, mysql(url)];
}
