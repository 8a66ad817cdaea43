/**
 * How long a question takes with 100, 1,000 and 10,000 articles. Beyond the sample articles they are made of them, always
 * the same: each takes its title from one, its sections from others, and a share of its words from a made-up vocabulary.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Article } from '../src/domain/article';
import { readArticles } from '../src/knowledge/article-file';
import { createKnowledgeIndex } from '../src/knowledge/knowledge-index';
import { median, quantile, rounded, sized } from './measures';

const ROOT = join(__dirname, '..', '..');
const SIZES = sized([100, 1000, 10_000], [100]);
const RUNS = sized(3, 1);
const QUESTIONS = 60;
/** One word in so many is replaced: real articles have names of their own. */
const OWN_WORD_EVERY = 12;

export interface SuggestionTime {
  readonly articles: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly indexMs: number;
}

export async function suggestionTimes(): Promise<SuggestionTime[]> {
  const { articles: samples } = await readArticles([join(ROOT, 'knowledge')]);
  const questions = readFileSync(join(ROOT, 'test', 'knowledge', 'questions.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .slice(0, QUESTIONS)
    .map((line) => (JSON.parse(line) as { text: string }).text);
  const times: SuggestionTime[] = [];
  for (const size of SIZES) times.push(await measure(mixed(samples, size), questions));
  return times;
}

async function measure(articles: readonly Article[], questions: readonly string[]): Promise<SuggestionTime> {
  const index = createKnowledgeIndex();
  const began = performance.now();
  await index.load(articles);
  const indexMs = performance.now() - began;
  const runs = Array.from({ length: RUNS }, () =>
    questions.map((question) => {
      const start = performance.now();
      index.suggest(question, { limit: 3 }).map(({ passage }) => passage);
      return performance.now() - start;
    }),
  );
  return {
    articles: articles.length,
    p50Ms: rounded(median(runs.map((times) => quantile(times, 0.5)))),
    p95Ms: rounded(median(runs.map((times) => quantile(times, 0.95)))),
    indexMs: rounded(indexMs),
  };
}

function mixed(samples: readonly Article[], size: number): Article[] {
  const byLanguage = (language: Article['language']): Article[] => samples.filter((each) => each.language === language);
  return Array.from({ length: size }, (_, number) => {
    const first = samples[number % samples.length] as Article;
    if (number < samples.length) return first;
    const others = byLanguage(first.language);
    const other = (step: number): Article => others[(number * step) % others.length] as Article;
    const sections = [other(7), other(13), other(29)].flatMap(
      ({ body }, index) => body.split(/^(?=## )/m)[index] ?? [],
    );
    return {
      ...first,
      id: `${first.id}-${number}`,
      title: ownWords(`${first.title} ${other(11).title}`, number),
      body: ownWords(sections.join('\n'), number),
    };
  });
}

function ownWords(text: string, number: number): string {
  let count = number;
  return text.replace(/\p{L}{4,}/gu, (word) => {
    count += 1;
    return count % OWN_WORD_EVERY === 0 ? `${word.slice(0, 3)}${((number * 31 + count) % 5000).toString(36)}` : word;
  });
}
