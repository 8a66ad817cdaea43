/** How good the search is, measured on questions whose answers are known. */
import { performance } from 'node:perf_hooks';
import type { ArticleId } from '../domain/article';
import type { Language } from '../domain/person';
import type { KnowledgeIndex } from './knowledge-index';

export interface EvaluationQuery {
  readonly id: string;
  readonly text: string;
  /** The articles that answer; empty when nothing fits. */
  readonly relevant: readonly ArticleId[];
  readonly language?: Language | null;
}

/** Rates are 0..1, and NaN (null in JSON) when there was no question to measure them on. */
export interface Evaluation {
  readonly questions: number;
  /** The share of answerable questions with an answer in the first place. */
  readonly hit1: number;
  /** … among the first three. */
  readonly hit3: number;
  /** The mean of 1 / the place of the first answer, 0 beyond the tenth. */
  readonly mrr10: number;
  /** The share of unanswerable questions that are answered all the same. */
  readonly wronglyAnswered: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

const DEPTH = 10;

/** Asks every question: the answerable ones for the whole ranking, the others as a person would. */
export function evaluate(index: KnowledgeIndex, queries: readonly EvaluationQuery[]): Evaluation {
  const places: number[] = [];
  const wrong: boolean[] = [];
  const times: number[] = [];
  for (const { text, relevant, language = null } of queries) {
    const answerable = relevant.length > 0;
    const startedAt = performance.now();
    const found = index.suggest(text, answerable ? { all: true, limit: DEPTH, language } : { language });
    times.push(performance.now() - startedAt);
    if (answerable) places.push(found.findIndex(({ article }) => relevant.includes(article.id)) + 1);
    else wrong.push(found.length > 0);
  }
  times.sort((a, b) => a - b);
  return {
    questions: queries.length,
    hit1: mean(places.map((place) => (place === 1 ? 1 : 0))),
    hit3: mean(places.map((place) => (place >= 1 && place <= 3 ? 1 : 0))),
    mrr10: mean(places.map((place) => (place === 0 ? 0 : 1 / place))),
    wronglyAnswered: mean(wrong.map(Number)),
    p50Ms: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
  };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Nearest rank, of values sorted upwards. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
