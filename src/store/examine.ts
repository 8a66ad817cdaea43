/** What an operator should know of a database before it hurts: its settings, its room, who may read it. */
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DataSource } from 'typeorm';
import { isLoopback } from '../loopback';
import type { DatabaseUrl, MysqlUrl } from './data-source';

/** A fact about the database that is not as it should be, or that it is. */
export interface DatabaseFinding {
  readonly about: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  readonly mend?: string;
}

/** With less a busy desk stops within days, and SQLite needs room for its log. */
const LOW_ROOM_BYTES = 500 * 2 ** 20;
const NO_ROOM_BYTES = 50 * 2 ** 20;

export function examineDatabase(source: DataSource, url: DatabaseUrl): Promise<DatabaseFinding[]> {
  if (url.kind === 'sqlite-memory') return Promise.resolve([inMemory()]);
  return url.kind === 'sqlite' ? examineSqlite(source, url.path) : examineServer(source, url);
}

function inMemory(): DatabaseFinding {
  const detail = 'in memory: everything is lost at the end of the process';
  return { about: 'database file', status: 'warn', detail, mend: 'set DATABASE_URL=sqlite:data/helpdesk.sqlite' };
}

async function examineSqlite(source: DataSource, path: string): Promise<DatabaseFinding[]> {
  const [journal] = await source.query<{ journal_mode: string }[]>('PRAGMA journal_mode');
  return [permissionsOf(path), roomAt(path), modeOf(journal?.journal_mode ?? '')];
}

function permissionsOf(path: string): DatabaseFinding {
  const about = 'database file';
  try {
    for (const file of [path, `${path}-wal`, `${path}-shm`, dirname(path)]) {
      if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
    }
  } catch (error) {
    const { path: file = path } = error as NodeJS.ErrnoException;
    const mend = 'let the user of the service write to the file, to the two beside it and to their folder';
    return { about, status: 'fail', detail: `${file} cannot be written`, mend };
  }
  // On Windows the bits say nothing.
  const open = process.platform !== 'win32' && (statSync(path).mode & 0o007) !== 0;
  if (!open) return { about, status: 'ok', detail: path };
  const detail = `${path} can be read by every user of this machine`;
  return { about, status: 'warn', detail, mend: `chmod 640 ${path}*` };
}

function roomAt(path: string): DatabaseFinding {
  const { bavail, bsize } = statfsSync(dirname(path));
  const free = bavail * bsize;
  const detail = `${Math.round(free / 2 ** 20)} MB free`;
  if (free >= LOW_ROOM_BYTES) return { about: 'disk', status: 'ok', detail };
  const mend = 'make room: on a full disk tickets are refused';
  return { about: 'disk', status: free < NO_ROOM_BYTES ? 'fail' : 'warn', detail, mend };
}

function modeOf(journal: string): DatabaseFinding {
  const about = 'database settings';
  if (journal === 'wal') return { about, status: 'ok', detail: 'write-ahead log, every commit on the disk' };
  const mend = 'put the file on a local disk: a network share cannot keep a write-ahead log';
  return { about, status: 'warn', detail: `journal mode ${journal}`, mend };
}

/** A variable of MySQL or MariaDB: how it must be, what is lost otherwise, and what to write into the server's configuration. */
interface Wanted {
  readonly name: string;
  readonly good: (value: string) => boolean;
  readonly otherwise: string;
  readonly mend: string;
}

const SIXTEEN_MB = 16 * 2 ** 20;

const WANTED: readonly Wanted[] = [
  {
    name: 'innodb_flush_log_at_trx_commit',
    good: (value) => value === '1',
    otherwise: 'the last second of tickets is lost when the machine fails',
    mend: 'innodb_flush_log_at_trx_commit = 1',
  },
  {
    name: 'innodb_doublewrite',
    good: (value) => !/^(0|off)$/i.test(value),
    otherwise: 'a power cut can break pages of tables',
    mend: 'innodb_doublewrite = ON',
  },
  {
    name: 'max_allowed_packet',
    good: (value) => Number(value) >= SIXTEEN_MB,
    otherwise: 'long articles and their passages may be refused',
    mend: 'max_allowed_packet = 16M',
  },
  {
    name: 'max_connections',
    good: (value) => Number(value) >= 50,
    otherwise: 'each process uses up to 10 connections',
    mend: 'max_connections = 151',
  },
];

async function examineServer(source: DataSource, url: MysqlUrl): Promise<DatabaseFinding[]> {
  const [status] = await source.query<{ Value: string }[]>("SHOW SESSION STATUS LIKE 'Ssl_version'");
  return [...(await settingsOf(source)), wireOf(url, status?.Value ?? '')];
}

/** @param protocol of the encryption, as the server names it; '' when it names none */
export function wireOf({ host, tls }: Pick<MysqlUrl, 'host' | 'tls'>, protocol: string): DatabaseFinding {
  const about = 'database connection';
  // A name without a dot is a container beside us. What else is a private network, only the operator knows.
  const isNear = isLoopback(host.includes(':') ? `[${host}]` : host) || /^[^.:]+$/.test(host);
  const encrypted = `encrypted${protocol === '' ? '' : `, ${protocol}`}`;
  if (tls === undefined && isNear) return { about, status: 'ok', detail: 'not encrypted, and not away from here' };
  if (tls !== undefined && (isNear || tls.mode !== 'required')) return { about, status: 'ok', detail: encrypted };
  const detail =
    tls === undefined
      ? `what people write goes to ${host} unencrypted`
      : `${encrypted}, but nobody looks whether it is ${host} at the other end`;
  const mend =
    'add ?ssl-mode=VERIFY_IDENTITY to DATABASE_URL (docs/OPERATIONS.md); in a network of your own it may stay';
  return { about, status: 'warn', detail, mend };
}

async function settingsOf(source: DataSource): Promise<DatabaseFinding[]> {
  const names = WANTED.map(({ name }) => name);
  const rows = await source.query<Record<string, unknown>[]>(
    `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names.map(() => '?').join(', ')})`,
    names,
  );
  const values = new Map(rows.map((row) => [String(row['Variable_name']), String(row['Value'])]));
  const poor = WANTED.filter(({ name, good }) => values.has(name) && !good(values.get(name) ?? ''));
  const findings = poor.map(({ name, otherwise, mend }): DatabaseFinding => ({
    about: 'database settings',
    status: 'warn',
    detail: `${name} is ${values.get(name) || 'empty'}: ${otherwise}`,
    mend: `in the server's configuration: ${mend}`,
  }));
  if (findings.length > 0) return findings;
  return [{ about: 'database settings', status: 'ok', detail: 'every commit on the disk, nothing cut silently' }];
}
