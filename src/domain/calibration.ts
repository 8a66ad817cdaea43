/** From which score on an article is shown: chosen on questions whose answers are known. */

/** What becomes of known questions with one threshold; shares are 0..1. */
interface ThresholdFigures {
  readonly shownFrom: number;
  /** Of the questions that an article answers: how many are shown it. */
  readonly shownRight: number;
  /** Of the questions that none answers: how many are shown one all the same. */
  readonly wronglyShown: number;
}

export interface Calibration {
  /** How many questions of each kind it was chosen on. */
  readonly answerable: number;
  readonly unanswerable: number;
  readonly before: ThresholdFigures;
  readonly after: ThresholdFigures;
}

/** A known question, asked: what the search said of it. */
export interface Trial {
  /** The score of the article that fits best, 0..1; 0 when there is none. */
  readonly score: number;
  /** Whether one of the articles that would be shown answers; null when none of all articles does. */
  readonly right: boolean | null;
}

/** Fewer say too little: of so many, one in ten is a handful. */
export const NEEDED_OF_EACH = 40;
/** At most so many of those whom no article helps are shown one: more, and people learn to look away. */
export const WRONGLY_SHOWN_MOST = 0.1;
/** Below, even the best is a guess; above, only what is asked in the article's own words would be shown. */
const LOWEST = 0.2;
const HIGHEST = 0.9;
const STEP = 0.01;

/** What a threshold makes of the trials. */
function figuresAt(shownFrom: number, trials: readonly Trial[]): ThresholdFigures {
  const share = (of: readonly Trial[], counts: (trial: Trial) => boolean): number =>
    of.length === 0 ? Number.NaN : of.filter(counts).length / of.length;
  const answerable = trials.filter(({ right }) => right !== null);
  const unanswerable = trials.filter(({ right }) => right === null);
  return {
    shownFrom,
    shownRight: share(answerable, ({ right, score }) => right === true && score >= shownFrom),
    wronglyShown: share(unanswerable, ({ score }) => score >= shownFrom),
  };
}

/**
 * The lowest threshold at which at most one in ten unanswerable questions is shown an article; the highest there is when
 * none keeps that.
 * @throws RangeError when there are fewer than NEEDED_OF_EACH of either kind
 */
export function calibrate(trials: readonly Trial[], now: number): Calibration {
  const unanswerable = trials.filter(({ right }) => right === null).length;
  const answerable = trials.length - unanswerable;
  if (Math.min(answerable, unanswerable) < NEEDED_OF_EACH) throw new RangeError('too few questions');
  const count = Math.round((HIGHEST - LOWEST) / STEP);
  const candidates = Array.from({ length: count + 1 }, (_, at) =>
    figuresAt(Math.round((LOWEST + at * STEP) * 100) / 100, trials),
  );
  const after = candidates.find(({ wronglyShown }) => wronglyShown <= WRONGLY_SHOWN_MOST) ?? candidates.at(-1)!;
  return { answerable, unanswerable, before: figuresAt(now, trials), after };
}
