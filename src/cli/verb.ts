/** What a verb of the command is, and what several of them need. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ParseArgsConfig } from 'node:util';
import { readConfig } from '../config';
import type { Config } from '../config';
import { systemClock } from '../clock';
import { audiencesAt } from '../domain/audience';
import { createKnowledgeIndex } from '../knowledge/knowledge-index';
import { synonymsWith } from '../knowledge/synonyms';
import type { LiveIndex } from '../knowledge/knowledge-index';
import { Library } from '../library';
import { createLog } from '../log';
import { Store } from '../store/store';

export type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

export interface Verb {
  readonly usage: string;
  /** One sentence. */
  readonly about: string;
  /** The options, for `--help`. */
  readonly details?: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** How many words it takes besides its options; none when absent. */
  readonly words?: number;
  /** @returns the exit code. @throws UsageError */
  run(values: Values, positionals: readonly string[]): Promise<number>;
}

/** The command was not understood: exit code 2. */
export class UsageError extends Error {}

/** What was asked for is not to be done; its message is for the operator, as it is. */
export class NotDone extends Error {}

/** @throws NotDone for a folder: reading it Node says that it is one, but not which */
export function refuseFolder(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new NotDone(`${file} is a folder: name a file`);
}

export function textOf(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** @param usual the limit when none is given. @throws UsageError */
export function limitOf(values: Values, usual: number): number {
  const limit = Number(textOf(values, 'limit') ?? usual);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new UsageError('--limit takes a whole number from 1');
  return limit;
}

/** Without control characters: in a terminal, words that somebody typed must not move the cursor, colour or retitle anything. */
export function print(text: string): void {
  // eslint-disable-next-line no-control-regex -- control characters are what it removes
  process.stdout.write(`${text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** The version of this helpdesk, as in its package.json. */
export function ownVersion(): string {
  const own = readFileSync(join(__dirname, '..', '..', '..', 'package.json'), 'utf8');
  return (JSON.parse(own) as { version: string }).version;
}

/** Runs the work on the configured database, brought up to date, and closes it. */
export async function withStore<T>(work: (store: Store, config: Config) => Promise<T>): Promise<T> {
  const config = readConfig(process.env, process.cwd());
  const store = await Store.open(config.databaseUrl);
  try {
    await store.migrate();
    return await work(store, config);
  } finally {
    await store.close();
  }
}

/** Whom articles may be for; null when there is no desk to tell. */
export function audiencesOf({ desk }: Config): string[] | null {
  return desk === null ? null : audiencesAt(desk.lines, desk.groups);
}

/** The desk as far as the knowledge base minds it; a desk without a configuration file learns. */
interface DeskOfLibrary {
  readonly store: Store;
  readonly learns: boolean;
}

export async function withLibrary<T>(
  work: (library: Library, index: LiveIndex, desk: DeskOfLibrary) => Promise<T>,
): Promise<T> {
  return withStore(async (store, config) => {
    const { desk, knowledgeSnapshot: snapshot, logLevel } = config;
    const index = createKnowledgeIndex(synonymsWith(desk?.synonyms ?? null));
    const audiences = audiencesOf(config);
    const learns = desk?.learning ?? true;
    const log = createLog(logLevel);
    const library = new Library({ store, index, clock: systemClock, audiences, learns, snapshot, log });
    const result = await work(library, index, { store, learns });
    await library.save();
    return result;
  });
}
