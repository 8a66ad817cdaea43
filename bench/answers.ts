/**
 * `npm run bench:answers -- [FOLDER] [--sample N] [--sets a,b] [--peers] [--ablation]
 * [--slips N]`: how well questions are answered, on the
 * sets of a folder (each `kb.jsonl` and `queries.jsonl`; a set without articles of its own takes those its `set.json` names),
 * or on the articles and questions of this repository. Our engine is asked through `searchLines`, as
 * `knowledge search --stdin` is; the peers get the same articles and questions in the same process. `--slips 20`: every question is also
 * asked in twenty spellings that are drawn by chance.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Article } from '../src/domain/article';
import { readArticles } from '../src/knowledge/article-file';
import { createKnowledgeIndex } from '../src/knowledge/knowledge-index';
import { SEARCH_PARTS } from '../src/knowledge/search-part';
import type { SearchPart } from '../src/knowledge/search-part';
import { searchLines } from '../src/knowledge/search-lines';
import { standardSynonyms } from '../src/knowledge/synonyms';
import { PEERS } from './answers-peers';
import { figuresOf, pairedDifference } from './answers-figures';
import type { Answer, Figures, Result } from './answers-figures';
import { chanceOf, mistyped } from './slips';

const ROOT = join(__dirname, '..', '..');

export interface Query {
  readonly id: string;
  readonly text: string;
  /** The articles that answer; empty when nothing fits. */
  readonly relevant: readonly string[];
  /** For a question that nothing answers: of another world, or of the same field. */
  readonly oos?: 'far' | 'near';
}

interface QuestionSet {
  readonly name: string;
  readonly articles: readonly Article[];
  readonly queries: readonly Query[];
}

/** What answers questions over articles: ours or a peer. */
export interface Engine {
  readonly name: string;
  /** Indexes the articles and gives what answers: best first, at most ten. */
  open(articles: readonly Article[]): Promise<(question: string) => Promise<Result[]> | Result[]>;
}

/** Our engine, with or without its threshold. */
function ours(without: readonly SearchPart[] = [], all = true): Engine {
  return {
    name: without.length > 0 ? `without ${without.join(', ')}` : 'ours',
    open: async (articles) => {
      const index = createKnowledgeIndex(standardSynonyms(), without);
      await index.load(articles);
      return async (text) => {
        const lines = searchLines(index, one(JSON.stringify({ id: 'q', text })), { all });
        const { value } = await lines.next();
        return (JSON.parse(value as string) as { results: Result[] }).results;
      };
    },
  };
}

async function* one(line: string): AsyncGenerator<string> {
  yield await Promise.resolve(line);
}

function jsonLines(file: string): unknown[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
}

/** The sets of a folder, each taken evenly when it has more questions than the sample. */
async function setsOf(folder: string, wanted: readonly string[] | null, sample: number): Promise<QuestionSet[]> {
  const names = readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'queries.jsonl')) && (wanted?.includes(name) ?? true))
    .sort();
  return Promise.all(
    names.map(async (name): Promise<QuestionSet> => {
      const { articles, problems } = await readArticles([join(folder, articlesOf(folder, name), 'kb.jsonl')]);
      if (problems[0] !== undefined) throw new Error(`${name}: ${problems[0].reason}`);
      return { name, articles, queries: evenly(jsonLines(join(folder, name, 'queries.jsonl')) as Query[], sample) };
    }),
  );
}

function articlesOf(folder: string, name: string): string {
  const file = join(folder, name, 'set.json');
  if (!existsSync(file)) return name;
  const { derivedFrom } = JSON.parse(readFileSync(file, 'utf8')) as { derivedFrom?: string };
  return derivedFrom ?? name;
}

async function ownSets(): Promise<QuestionSet[]> {
  const { articles } = await readArticles([join(ROOT, 'knowledge')]);
  return ['questions', 'told'].flatMap((file) => {
    const queries = jsonLines(join(ROOT, 'test', 'knowledge', `${file}.jsonl`)) as (Query & { language: string })[];
    return ['en', 'pl'].map((language) => ({
      name: `${file}-${language}`,
      articles,
      queries: queries
        .filter((query) => query.language === language)
        .map((query): Query => (query.relevant.length > 0 ? query : { oos: 'far', ...query })),
    }));
  });
}

function evenly<T>(all: readonly T[], count: number): T[] {
  if (all.length <= count) return [...all];
  return Array.from({ length: count }, (_, at) => all[Math.floor((at * all.length) / count)]!);
}

async function measure(engine: Engine, { articles, queries }: QuestionSet): Promise<{ answers: Answer[]; kb: number }> {
  globalThis.gc?.();
  const before = process.memoryUsage();
  const ask = await engine.open(articles);
  globalThis.gc?.();
  const after = process.memoryUsage();
  const bytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  await warmUp(ask, queries.slice(0, 20));
  const answers: Answer[] = [];
  for (const query of queries) {
    const start = performance.now();
    const results = await ask(query.text);
    answers.push({ query, results, ms: performance.now() - start });
  }
  return { answers, kb: bytes / 1024 / articles.length };
}

/** Some take seconds a question: those are warm after one. */
async function warmUp(
  ask: (question: string) => Promise<Result[]> | Result[],
  queries: readonly Query[],
): Promise<void> {
  const end = performance.now() + 2000;
  for (const { text } of queries) if (performance.now() < end) await ask(text);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      sample: { type: 'string', default: '300' },
      sets: { type: 'string' },
      peers: { type: 'boolean', default: false },
      ablation: { type: 'boolean', default: false },
      slips: { type: 'string', default: '0' },
    },
  });
  const [folder] = positionals;
  const sets =
    folder === undefined
      ? await ownSets()
      : await setsOf(resolve(folder), values.sets?.split(',') ?? null, Number(values.sample));
  if (globalThis.gc === undefined) print('KB an article is measured under node --expose-gc only.\n');
  if (values.ablation) await ablation(sets);
  else await comparison(sets, values.peers ? PEERS : [], Number(values.slips));
}

async function comparison(sets: readonly QuestionSet[], peers: readonly Engine[], slips: number): Promise<void> {
  print(
    'hit@3 [95 % interval] · hit@3 kept when at most 10 % of far questions get a suggestion (of near ones) · with the default\n' +
      'threshold: hit@3, suggestions to far and near questions · p95 ms · KB an article\n',
  );
  for (const set of sets) {
    const { name, articles, queries } = set;
    print(`${name} (${articles.length} articles, ${queries.length} questions)`);
    for (const engine of [ours(), ...peers]) {
      const { answers, kb } = await measure(engine, set);
      const shown = engine.name === 'ours' ? figuresOf((await measure(ours([], false), set)).answers) : null;
      print(`  ${engine.name.padEnd(24)}${row(figuresOf(answers), shown, kb)}`);
      if (slips > 0) print(`  ${''.padEnd(24)}mistyped ${slips} times: ${await mistypedRow(engine, set, slips)}`);
    }
  }
}

function row(all: Figures, shown: Figures | null, kb: number): string {
  const interval = `[${share(all.interval[0])}–${share(all.interval[1])}]`;
  const kept = `${share(all.keptFar)} (${share(all.keptNear)})`;
  const asShown =
    shown === null
      ? '–'.padEnd(28)
      : `${share(shown.hit3)}, far ${share(shown.answeredFar)} near ${share(shown.answeredNear)}`;
  const memory = globalThis.gc === undefined ? '' : ` · ${kb.toFixed(1)} KB`;
  return `${share(all.hit3)} ${interval} · ${kept} · ${asShown} · ${all.p95Ms.toFixed(1)} ms${memory}`;
}

/** Means over the drawings. */
async function mistypedRow(engine: Engine, set: QuestionSet, slips: number): Promise<string> {
  const queries = Array.from({ length: slips }, (_, seed) => {
    const chance = chanceOf(seed);
    return set.queries.map((query) => ({ ...query, text: mistyped(query.text, chance) }));
  }).flat();
  const { answers } = await measure(engine, { ...set, queries });
  const count = set.queries.length;
  const each = Array.from({ length: slips }, (_, at) => figuresOf(answers.slice(at * count, (at + 1) * count)));
  const mean = (of: (figures: Figures) => number): string => share(each.reduce((sum, one) => sum + of(one), 0) / slips);
  return `${mean(({ hit3 }) => hit3)} · ${mean(({ keptFar }) => keptFar)} (${mean(({ keptNear }) => keptNear)})`;
}

async function ablation(sets: readonly QuestionSet[]): Promise<void> {
  const whole = new Map<string, Answer[]>();
  for (const set of sets) whole.set(set.name, (await measure(ours(), set)).answers);
  print(`hit@3 in points, by what is left out: ${sets.map(({ name }) => name).join(' · ')} · all sets [95 % interval]`);
  const start = sets.map(({ name }) => (100 * figuresOf(whole.get(name)!).hit3).toFixed(1));
  print(`  ${'nothing'.padEnd(20)}${start.join(' · ')}`);
  for (const part of SEARCH_PARTS) {
    const pairs: (readonly [Answer[], Answer[]])[] = [];
    for (const set of sets) pairs.push([(await measure(ours([part]), set)).answers, whole.get(set.name)!]);
    const each = pairs.map(([less, more]) => points(figuresOf(less).hit3 - figuresOf(more).hit3));
    const { mean, interval } = pairedDifference(pairs);
    print(`  ${part.padEnd(20)}${each.join(' · ')} · ${points(mean)} [${points(interval[0])}, ${points(interval[1])}]`);
  }
}

function points(difference: number): string {
  return `${difference > 0 ? '+' : ''}${(100 * difference).toFixed(1)}`;
}

function share(value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(3).replace(/^0/, '');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
