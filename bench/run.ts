/** `npm run bench`: prints what the helpdesk takes for its work and writes it to bench/results.json. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { acknowledgements } from './acknowledgement';
import { articleLag } from './article-lag';
import type { BenchDatabase } from './closed-loop';
import { CONNECTIONS } from './load';
import { isShort } from './measures';
import { million } from './million';
import type { MillionRow, SummaryRow } from './million';
import { changesOfOneCard, outboxDrained } from './outbox';
import { processFigures } from './process';
import { searchScale } from './search-scale';
import { suggestionTimes } from './suggestions';
import { summaryTime } from './summaries';
import { turns } from './turns';

const ROOT = join(__dirname, '..', '..');

interface Server extends BenchDatabase {
  readonly drop: () => Promise<void>;
}

/** A part of the bench: prints its tables. @returns its figures */
type Part = (place: Place) => Promise<unknown>;

interface Place {
  /** New databases, of every kind that there is. */
  databases(purpose: string): Promise<BenchDatabase[]>;
}

const PARTS: Readonly<Record<string, Part>> = {
  acknowledgement: async (place) => {
    const { closed, steady } = await acknowledgements(await place.databases('acknowledgement'));
    const teams = await turns(await place.databases('turns'));
    print(
      `Signed deliveries acknowledged, ${CONNECTIONS} connections in a closed loop; ofBare: of the rate of a bare app`,
    );
    table([...closed, ...teams]);
    print('\nThe same at a fixed rate');
    table(steady);
    return { closed: [...closed, ...teams], steady };
  },
  process: async () => {
    const figures = await processFigures();
    print('From the start of the process until it is ready');
    table(figures.starts);
    print('\nQuestions among 10,000 articles at a fixed rate');
    table(figures.questions);
    print('\nMemory after so many tickets were opened');
    table(figures.memory);
    return figures;
  },
  suggestions: async () => {
    const times = await suggestionTimes();
    print('A question, by number of articles (beyond the samples: mixed from their sections and words)');
    table(times);
    return times;
  },
  scale: async () => {
    const rows = await searchScale();
    print('The search index by number of long articles (made up), beside what others would search them with');
    table(rows);
    return rows;
  },
  lag: async (place) => {
    const rows = [];
    for (const database of await place.databases('lag')) rows.push(...(await articleLag(database)));
    print('From saving a long article in one process until another answers with it');
    table(rows);
    return rows;
  },
  million: async (place) => {
    const rows: MillionRow[] = [];
    const summaries: SummaryRow[] = [];
    for (const database of await place.databases('million')) {
      const { rows: ours, summary } = await million(database);
      rows.push(...ours);
      summaries.push(summary);
    }
    print('A million tickets and five million events, in turns with the driver alone');
    table(rows);
    table(summaries);
    return { rows, summaries };
  },
  outbox: async (place) => {
    const databases = await place.databases('outbox');
    const drained = [];
    for (const database of databases) drained.push(...(await outboxDrained(database)));
    print('One outbox, drained into Slack by some processes of the service');
    table(drained);
    const changed = [];
    for (const database of await place.databases('changes')) changed.push(await changesOfOneCard(database));
    print('\nMany changes of one ticket within a second');
    table(changed);
    return { drained, changed };
  },
  summary: async (place) => {
    const rows = [];
    for (const { name, url } of await place.databases('summary')) rows.push(await summaryTime(name, url));
    print('The daily summary');
    table(rows);
    return rows;
  },
};

/** @param names the parts that are wanted; all when there is none */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown !== undefined)
    throw new Error(`There is no part "${unknown}"; there are ${Object.keys(PARTS).join(', ')}.`);
  const began = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-bench-'));
  const drops: (() => Promise<void>)[] = [];
  const place: Place = {
    databases: async (purpose) => {
      const made = await server(purpose);
      if (made !== null) drops.push(made.drop);
      const path = join(folder, `${purpose}.sqlite`);
      const sqlite = { name: 'SQLite', text: `sqlite:${path}`, url: { kind: 'sqlite', path } } as const;
      return made === null ? [sqlite] : [sqlite, made];
    },
  };
  const figures: Record<string, unknown> = {};
  try {
    for (const [name, part] of Object.entries(PARTS)) {
      if (names.length > 0 && !names.includes(name)) continue;
      figures[name] = await part(place);
      print('');
    }
    const machine = { node: process.version, cores: availableParallelism(), cpu: cpus()[0]?.model ?? '' };
    const seconds = Math.round((Date.now() - began) / 1000);
    const results = { at: new Date().toISOString(), ...machine, seconds, ...figures };
    if (!isShort) writeFileSync(join(ROOT, 'bench', 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
    const note = isShort ? 'in short: not to be compared' : 'kept in bench/results.json';
    print(`Node ${machine.node}, ${machine.cores} cores (${machine.cpu}), ${seconds} s; ${note}`);
  } finally {
    for (const drop of drops) await drop();
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
  return { name: 'MariaDB', text: address.href, url, drop: () => run(`DROP DATABASE IF EXISTS ${database}`) };
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

main(process.argv.slice(2).filter((word) => word !== '--short')).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  // What was started may still run, and would be waited for.
  process.exit(1);
});
