/**
 * What the search index takes by number of long articles, and how long a question takes, beside what others would search them
 * with. The index is written to a file and read back; the questions are asked of what was read back.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Article } from '../src/domain/article';
import { createKnowledgeIndex } from '../src/knowledge/knowledge-index';
import { programFingerprint, readSnapshot, writeSnapshot } from '../src/knowledge/snapshot';
import type { Engine } from './answers';
import { PEERS } from './answers-peers';
import { madeArticles, madeQuestions } from './articles';
import { quantile, rounded, sized } from './measures';

const SIZES = sized([1000, 2500, 10_000, 50_000], [100]);
const WITH_PEERS = sized(10_000, 100);
const QUESTIONS = sized(200, 20);
/** A peer is asked no further question after so long: fuse.js takes half a minute for one. */
const ASKED_MS = sized(40_000, 500);
/** Asked before, and not counted: what is first called is slow. */
const WARMING_UP = 20;

export interface ScaleRow {
  readonly engine: string;
  readonly articles: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly buildMs: number;
  /** Of memory, with the text of the articles for ours; peers keep theirs beside it. */
  readonly kbAnArticle: number;
  /** The longest that anybody had to wait while it was built, written and read. */
  readonly blockedMs: number | null;
  readonly writeMs: number | null;
  readonly readMs: number | null;
  readonly fileKbAnArticle: number | null;
}

/** @param sizes numbers of articles; the peers are asked at WITH_PEERS of them */
export async function searchScale(sizes: readonly number[] = SIZES): Promise<ScaleRow[]> {
  const rows: ScaleRow[] = [];
  for (const size of sizes) {
    rows.push(await ours(size));
    if (size === WITH_PEERS) for (const peer of PEERS) rows.push(await theirs(peer, madeArticles(size)));
  }
  return rows;
}

async function ours(size: number): Promise<ScaleRow> {
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-scale-'));
  const file = join(folder, 'knowledge.index');
  try {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const program = await programFingerprint();
    const built = createKnowledgeIndex();
    const articles = madeArticles(size).map((article) => ({ article, stamp: '' }));
    delay.enable();
    const buildMs = await timed(() => built.change(articles, []));
    const writeMs = await timed(async () => {
      const finish = await built.hold((sections) => writeSnapshot(file, program, '', sections));
      await finish();
    });
    const facts = articles.map(({ article: { id, audience }, stamp }) => ({ id, stamp, audience }));
    articles.length = 0;
    built.clear();
    // Collecting all garbage at once holds up everybody, and only a measurement does it.
    delay.disable();
    const before = await memory();
    delay.enable();
    const read = createKnowledgeIndex();
    const readMs = await timed(async () => {
      read.restore(await readSnapshot(file, program));
      await read.compare(facts, 'all');
    });
    delay.disable();
    const bytes = (await memory()) - before;
    const times = madeQuestions(size, QUESTIONS + WARMING_UP).map((question) => {
      const start = performance.now();
      for (const each of read.suggest(question)) void each.passage;
      return performance.now() - start;
    });
    times.splice(0, WARMING_UP);
    return {
      engine: 'ours',
      ...rowOf(size, times, buildMs, bytes),
      blockedMs: rounded(delay.max / 1e6),
      writeMs: rounded(writeMs),
      readMs: rounded(readMs),
      fileKbAnArticle: rounded(statSync(file).size / 1024 / size),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function theirs(peer: Engine, articles: readonly Article[]): Promise<ScaleRow> {
  const before = await memory();
  const began = performance.now();
  const ask = await peer.open(articles);
  const buildMs = performance.now() - began;
  const bytes = (await memory()) - before;
  const times: number[] = [];
  const end = performance.now() + ASKED_MS;
  for (const question of madeQuestions(articles.length, QUESTIONS)) {
    const start = performance.now();
    if (start > end) break;
    await ask(question);
    times.push(performance.now() - start);
  }
  if (times.length > 2 * WARMING_UP) times.splice(0, WARMING_UP);
  const none = { blockedMs: null, writeMs: null, readMs: null, fileKbAnArticle: null };
  return { engine: peer.name, ...rowOf(articles.length, times, buildMs, bytes), ...none };
}

function rowOf(
  articles: number,
  times: readonly number[],
  buildMs: number,
  bytes: number,
): Pick<ScaleRow, 'articles' | 'p50Ms' | 'p95Ms' | 'buildMs' | 'kbAnArticle'> {
  return {
    articles,
    p50Ms: rounded(quantile(times, 0.5)),
    p95Ms: rounded(quantile(times, 0.95)),
    buildMs: rounded(buildMs),
    kbAnArticle: rounded(bytes / 1024 / articles),
  };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Bytes in use, once what is not needed any longer is gone; what lies outside the heap goes a turn after that. */
async function memory(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let turn = 0; turn < 3; turn += 1) {
    collect();
    await setImmediate();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
