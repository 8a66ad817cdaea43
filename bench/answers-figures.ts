/** What the answers of an engine are worth: shares of questions, with bootstrap intervals. Always the same for the same answers. */
import type { Query } from './answers';
import { quantile } from './measures';

export interface Result {
  readonly id: string;
  readonly score: number;
}

export interface Answer {
  readonly query: Query;
  /** Best first. */
  readonly results: readonly Result[];
  readonly ms: number;
}

/** Shares are 0..1, NaN without questions to measure them on. */
export interface Figures {
  /** Of the questions that an article answers: those with one among the first three. */
  readonly hit3: number;
  readonly interval: readonly [number, number];
  /** The same, when only so sure answers are given that at most one in ten far (near) questions gets one. */
  readonly keptFar: number;
  readonly keptNear: number;
  /** Of the far (near) questions: those that are given an answer. */
  readonly answeredFar: number;
  readonly answeredNear: number;
  readonly p95Ms: number;
}

/** The share of unanswerable questions that may get a suggestion. */
const BOTHERED = 0.1;
const RESAMPLES = 1000;

export function figuresOf(answers: readonly Answer[]): Figures {
  const answerable = answers.filter(({ query }) => query.relevant.length > 0);
  const hits = answerable.map(isHit);
  const of = (kind: 'far' | 'near'): Answer[] => answers.filter(({ query }) => query.oos === kind);
  const resampled = bootstrap([hits.map(Number)]);
  return {
    hit3: mean(hits.map(Number)),
    interval: [quantile(resampled, 0.025), quantile(resampled, 0.975)],
    keptFar: kept(answerable, of('far')),
    keptNear: kept(answerable, of('near')),
    answeredFar: mean(of('far').map(({ results }) => Number(results.length > 0))),
    answeredNear: mean(of('near').map(({ results }) => Number(results.length > 0))),
    p95Ms: quantile(
      answers.map(({ ms }) => ms),
      0.95,
    ),
  };
}

/** The mean over sets of the difference in hit@3 between two engines' answers to the same questions. */
export function pairedDifference(pairs: readonly (readonly [readonly Answer[], readonly Answer[]])[]): {
  mean: number;
  interval: readonly [number, number];
} {
  const differences = pairs.map(([first, second]) =>
    first.flatMap((answer, at) =>
      answer.query.relevant.length > 0 ? [Number(isHit(answer)) - Number(isHit(second[at]!))] : [],
    ),
  );
  const resampled = bootstrap(differences);
  return {
    mean: mean(differences.map(mean)),
    interval: [quantile(resampled, 0.025), quantile(resampled, 0.975)],
  };
}

function isHit({ query, results }: Answer): boolean {
  return results.slice(0, 3).some(({ id }) => query.relevant.includes(id));
}

function kept(answerable: readonly Answer[], unanswerable: readonly Answer[]): number {
  if (unanswerable.length === 0) return Number.NaN;
  const top = ({ results }: Answer): number => results[0]?.score ?? Number.NEGATIVE_INFINITY;
  const cut = unanswerable.map(top).sort((a, b) => b - a)[Math.floor(BOTHERED * unanswerable.length)]!;
  return mean(answerable.map((answer) => Number(isHit(answer) && top(answer) > cut)));
}

/** Means over the groups' means, resampled within each group. */
function bootstrap(groups: readonly (readonly number[])[]): number[] {
  let state = 1;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: RESAMPLES }, () =>
    mean(groups.map((values) => mean(values.map(() => values[Math.floor(next() * values.length)]!)))),
  );
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}
