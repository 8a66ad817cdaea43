/**
 * `npm run bench:learning -- FOLDER [--sets a,b]`: what learning from use earns. Of each set (`kb.jsonl`, `queries.jsonl`) half
 * of the answerable questions is taken for solved by their articles, and the others are asked, with learning and without; four
 * halves, drawn by chance. With `--short` the articles are cut to their titles and first lines, and the other lines are taken
 * for questions of the past as well: an article as its author writes it, and what people ask in their own words.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Article } from '../src/domain/article';
import type { Experience } from '../src/domain/experience';
import { readArticles } from '../src/knowledge/article-file';
import { createKnowledgeIndex } from '../src/knowledge/knowledge-index';
import type { KnowledgeIndex } from '../src/knowledge/knowledge-index';

interface Query {
  readonly text: string;
  readonly relevant: readonly string[];
}

const HALVES = 4;

/** Shares, 0..1, and milliseconds. */
interface Row {
  readonly hit1: number;
  readonly hit3: number;
  /** Of answerable questions, shown with the default threshold. */
  readonly shownRight: number;
  /** Of unanswerable ones. */
  readonly shownWrongly: number;
  readonly p95Ms: number;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { sets: { type: 'string' }, short: { type: 'boolean', default: false } },
  });
  const [folder] = positionals;
  if (folder === undefined || values.sets === undefined) throw new Error('name the folder of the sets, and --sets');
  print('set: articles, lessons · without → with learning: hit@1 · hit@3 · shown right · shown wrongly · p95 ms');
  for (const name of values.sets.split(',')) await measureSet(join(resolve(folder), name), name, values.short);
}

async function measureSet(folder: string, name: string, short: boolean): Promise<void> {
  const { articles: whole } = await readArticles([join(folder, 'kb.jsonl')]);
  const articles = short ? whole.map(shortened) : whole;
  const queries = readFileSync(join(folder, 'queries.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Query);
  const index = createKnowledgeIndex();
  await index.load(articles);
  const rows: (readonly [Row, Row])[] = [];
  let lessons = 0;
  for (let seed = 1; seed <= HALVES; seed += 1) {
    const answerable = shuffled(
      queries.filter(({ relevant }) => relevant.length > 0),
      seed,
    );
    const half = Math.floor(answerable.length / 2);
    const taught = [...(short ? whole.flatMap(otherLines) : []), ...answerable.slice(0, half).map(solved)];
    const asked = [...answerable.slice(half), ...queries.filter(({ relevant }) => relevant.length === 0)];
    lessons = taught.length;
    await index.learn([]);
    const without = measure(index, asked);
    await index.learn(taught);
    rows.push([without, measure(index, asked)]);
  }
  const figure = (of: (row: Row) => number): string =>
    [0, 1].map((at) => (rows.reduce((sum, pair) => sum + of(pair[at]!), 0) / rows.length).toFixed(3)).join(' → ');
  const figures = [
    figure(({ hit1 }) => hit1),
    figure(({ hit3 }) => hit3),
    figure(({ shownRight }) => shownRight),
    figure(({ shownWrongly }) => shownWrongly),
    figure(({ p95Ms }) => p95Ms),
  ];
  print(`${name}${short ? ', short' : ''}: ${articles.length}, ${lessons} · ${figures.join(' · ')}`);
}

function measure(index: KnowledgeIndex, asked: readonly Query[]): Row {
  const answerable = asked.filter(({ relevant }) => relevant.length > 0);
  const unanswerable = asked.filter(({ relevant }) => relevant.length === 0);
  const times: number[] = [];
  const hit = (query: Query, places: number, all: boolean): boolean =>
    index.suggest(query.text, { all, limit: places }).some(({ article }) => query.relevant.includes(article.id));
  const share = (of: readonly Query[], counts: (query: Query) => boolean): number =>
    of.filter(counts).length / of.length;
  for (const { text } of asked) {
    const startedAt = performance.now();
    index.suggest(text);
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  return {
    hit1: share(answerable, (query) => hit(query, 1, true)),
    hit3: share(answerable, (query) => hit(query, 3, true)),
    shownRight: share(answerable, (query) => hit(query, 3, false)),
    shownWrongly: share(unanswerable, ({ text }) => index.suggest(text).length > 0),
    p95Ms: times[Math.floor(0.95 * times.length)] ?? Number.NaN,
  };
}

function solved({ text, relevant }: Query): Experience {
  return { article: relevant[0]!, question: text, language: null, helped: 1, failed: 0 };
}

function shortened(article: Article): Article {
  return { ...article, body: article.body.split('\n')[0]! };
}

function otherLines({ id, body }: Article): Experience[] {
  return body
    .split('\n')
    .slice(1)
    .map((text) => solved({ text, relevant: [id] }));
}

/** By a generator of its own: the same halves each time. https://en.wikipedia.org/wiki/Linear_congruential_generator */
function shuffled<T>(all: readonly T[], seed: number): T[] {
  let state = seed * 7919;
  const next = (): number => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32);
  return all
    .map((each) => ({ each, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ each }) => each);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
