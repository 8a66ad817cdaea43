/** `npm run bench`: prints what the helpdesk takes for its work and writes it to bench/results.json. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { MysqlUrl } from '../src/store/data-source';
import { acknowledgements } from './acknowledgement';
import { CONNECTIONS } from './load';
import { searchScale } from './search-scale';
import { suggestionTimes } from './suggestions';
import { summaryTime } from './summaries';
import { turns } from './turns';

const ROOT = join(__dirname, '..', '..');

interface Server {
  readonly text: string;
  readonly url: MysqlUrl;
  drop(): Promise<void>;
}

async function main(): Promise<void> {
  const began = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-bench-'));
  const servers = [await server('acknowledgement'), await server('turns'), await server('summary')];
  const [forAcknowledgement, forTurns, forSummary] = servers;
  try {
    const databases = (name: string, server: Server | null | undefined): Map<string, string> =>
      new Map([
        ['SQLite', `sqlite:${join(folder, `${name}.sqlite`)}`],
        ...(server ? [['MariaDB', server.text] as const] : []),
      ]);
    print(`Acknowledgement of signed deliveries, ${CONNECTIONS} connections in a closed loop`);
    const acknowledged = [
      ...(await acknowledgements(databases('acknowledgement', forAcknowledgement))),
      ...(await turns(databases('turns', forTurns))),
    ];
    table(acknowledged);
    print('\nA question, by number of articles (beyond the samples: mixed from their sections and words)');
    const suggested = await suggestionTimes();
    table(suggested);
    print('\nThe search index by number of long articles (made up), beside what others would search them with');
    const scale = await searchScale();
    table(scale);
    print('\nThe daily summary');
    const summaries = [await summaryTime('SQLite', { kind: 'sqlite', path: join(folder, 'summary.sqlite') })];
    if (forSummary) summaries.push(await summaryTime('MariaDB', forSummary.url));
    table(summaries);
    const machine = { node: process.version, cores: availableParallelism(), cpu: cpus()[0]?.model ?? '' };
    const seconds = Math.round((Date.now() - began) / 1000);
    const results = { at: new Date().toISOString(), ...machine, seconds, acknowledged, suggested, scale, summaries };
    writeFileSync(join(ROOT, 'bench', 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
    print(`\nNode ${machine.node}, ${machine.cores} cores (${machine.cpu}), ${seconds} s; kept in bench/results.json`);
  } finally {
    for (const each of servers) await each?.drop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A new database on the server of `BENCH_MYSQL_URL` or `TEST_MYSQL_URL`; null when neither is set. */
async function server(purpose: string): Promise<Server | null> {
  const given = process.env.BENCH_MYSQL_URL || process.env.TEST_MYSQL_URL;
  if (!given) return null;
  const address = new URL(given);
  const access = {
    host: address.hostname,
    port: Number(address.port || 3306),
    user: decodeURIComponent(address.username),
    password: decodeURIComponent(address.password),
  };
  const database = `helpdesk_bench_${process.pid}_${purpose}`;
  const run = async (sql: string): Promise<void> => {
    const connection = await createConnection(access);
    await connection.query(sql);
    await connection.end();
  };
  await run(`CREATE DATABASE ${database}`);
  address.pathname = `/${database}`;
  const url = { kind: address.protocol === 'mariadb:' ? 'mariadb' : 'mysql', ...access, database } as const;
  return { text: address.href, url, drop: () => run(`DROP DATABASE IF EXISTS ${database}`) };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function table(rows: readonly object[]): void {
  const lines = rows.map((row) => Object.values(row).map((value) => (value === null ? '' : String(value))));
  const head = Object.keys(rows[0] ?? {});
  const widths = head.map((name, column) => Math.max(name.length, ...lines.map((line) => (line[column] ?? '').length)));
  for (const line of [head, ...lines]) {
    const cells = line.map((cell, column) =>
      lines.every((row) => /^[\d.]*$/.test(row[column] ?? ''))
        ? cell.padStart(widths[column] ?? 0)
        : cell.padEnd(widths[column] ?? 0),
    );
    print(`  ${cells.join('  ')}`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
