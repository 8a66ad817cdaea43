/**
 * A copy of the whole database, taken while it is used. It is made ready to be restored: what waits in it to be posted may have
 * been posted since, so it is looked for first, and numbers go on a distance away, so that the number on a card of a
 * lost ticket is never given to another.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, createWriteStream, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { DataSource } from 'typeorm';
import { openSqlite } from './data-source';
import type { DatabaseUrl, MysqlUrl } from './data-source';
import { mariadbTls, mysqlTls } from './tls';

/** More tickets and questions than anybody opens between two backups. */
const GAP = 1000;
const NUMBERED = ['tickets', 'inquiries'];
const DOUBT = 'UPDATE outbox SET doubtfulSince = createdAt WHERE settledAt IS NULL AND doubtfulSince IS NULL';
/** The client of MariaDB, then that of MySQL; either speaks with both. */
const DUMPERS = { 'mariadb-dump': mariadbTls, mysqldump: mysqlTls };

/** The part of better-sqlite3's Database that is used here. */
interface Backing {
  backup(path: string, options: { progress: (state: { remainingPages: number }) => number }): Promise<unknown>;
}

/**
 * Writes the backup; a file of that name is there only once it is whole.
 * @param searched where programs are looked for, as `PATH` has it
 * @returns its size in bytes. @throws Error when there is such a file already, or it could not be made
 */
export async function backUp(source: DataSource, url: DatabaseUrl, file: string, searched: string): Promise<number> {
  refuseThere(file);
  if (url.kind === 'sqlite-memory') throw new Error('a database in memory cannot be backed up');
  // Of its own: of two at once neither may write into the other's.
  const part = `${file}.${randomUUID().slice(0, 8)}.part`;
  try {
    create(part, file);
    if (url.kind === 'sqlite') await copySqlite(source, part);
    else await dump(url, part, searched);
    refuseThere(file);
    renameSync(part, file);
  } finally {
    rmSync(part, { force: true });
  }
  return statSync(file).size;
}

function refuseThere(file: string): void {
  if (existsSync(file)) throw new Error(`${file} is there already; give another name`);
}

/** For its owner only. @param file what the operator calls it */
function create(part: string, file: string): void {
  try {
    closeSync(openSync(part, 'wx', 0o600));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`${file} cannot be written (${code}); name a file in a folder that is there and yours`, {
      cause: error,
    });
  }
}

async function copySqlite(source: DataSource, part: string): Promise<void> {
  const { databaseConnection } = source.driver as unknown as { databaseConnection: Backing };
  // All at once: page by page it would begin anew at each write of the running helpdesk.
  await databaseConnection.backup(part, { progress: ({ remainingPages }) => remainingPages });
  const copy = openSqlite(part);
  try {
    // One file: without its own log beside it.
    copy.pragma('journal_mode = DELETE');
    copy.exec(DOUBT);
    copy.exec(
      `UPDATE sqlite_sequence SET seq = seq + ${GAP} WHERE name IN (${NUMBERED.map((name) => `'${name}'`).join()})`,
    );
  } finally {
    copy.close();
  }
}

async function dump(url: MysqlUrl, part: string, searched: string): Promise<void> {
  const out = createWriteStream(part);
  try {
    await dumpInto(out, url, searched);
  } finally {
    // It may still be being opened, which would make a file anew after it was taken away.
    out.destroy();
    if (!out.closed) await new Promise<void>((resolve) => out.once('close', resolve));
  }
}

async function dumpInto(out: WriteStream, url: MysqlUrl, searched: string): Promise<void> {
  for (const [dumper, tls] of Object.entries(DUMPERS)) {
    const encrypted = url.tls === undefined ? [] : tls(url.tls);
    if (!(await dumped(dumper, encrypted, url, out, searched))) continue;
    out.end(
      `\n-- What was waiting may have been posted since; numbers go on a distance away.\n${[DOUBT, ...NUMBERED.map(gapIn)].join(';\n')};\n`,
    );
    await finished(out);
    return;
  }
  throw new Error(
    `neither ${Object.keys(DUMPERS).join(' nor ')} is installed here; install the client tools of your database server`,
  );
}

/** @returns false when there is no such program. @throws Error with its own words when it failed */
function dumped(
  dumper: string,
  encrypted: readonly string[],
  { host, port, user, password, database }: MysqlUrl,
  out: WriteStream,
  searched: string,
): Promise<boolean> {
  const options = [
    '--single-transaction',
    '--quick',
    '--skip-lock-tables',
    '--no-tablespaces',
    '--default-character-set=utf8mb4',
  ];
  const args = [
    ...options,
    ...encrypted,
    `--host=${host}`,
    `--port=${port}`,
    '--protocol=tcp',
    `--user=${user}`,
    database,
  ];
  return new Promise((resolve, reject) => {
    // Not among the arguments: every user of the machine can read those.
    const child = spawn(dumper, args, { env: { PATH: searched, MYSQL_PWD: password } });
    const said: Buffer[] = [];
    child.stderr.on('data', (data: Buffer) => said.push(data));
    child.stdout.pipe(out, { end: false });
    // A full disk, above all: nobody reads what the program still writes.
    out.once('error', (error) => {
      child.kill();
      reject(error);
    });
    child.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(false) : reject(error)));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(true);
      const why = signal === null ? '' : ` was stopped by ${signal}`;
      reject(new Error(`${dumper}${why}: ${Buffer.concat(said).toString('utf8').trim()}`));
    });
  });
}

/** A table's next number a distance on; MySQL takes no expression there. */
function gapIn(table: string): string {
  const statement = `CONCAT('ALTER TABLE ${table} AUTO_INCREMENT = ', (SELECT COALESCE(MAX(id), 0) + ${GAP + 1} FROM ${table}))`;
  return `SET @gap = ${statement};\nPREPARE gap FROM @gap;\nEXECUTE gap;\nDEALLOCATE PREPARE gap`;
}
