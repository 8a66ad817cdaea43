/** How sure it is that a question is answered: one figure that means the same for any knowledge base and any question. */

/** What is known of the article that fits best, or of one after it. */
export interface Signs {
  /** How well it fits, 0..1. */
  readonly fit: number;
  /** How much better it fits than the eleventh: what is asked of one subject is answered by few articles. */
  readonly lead: number;
  /** What it tells of the question's words, as a number of rare words: a question of one common word asks for little. */
  readonly told: number;
  /** How like its title is to the question, 0..1: a title says what an article is for. */
  readonly title: number;
  /** How many articles there are: among more, one fits by chance. */
  readonly articles: number;
  /** How much surer the question's misspelt words count than they are spelt, 0..1. */
  readonly doubt: number;
}

/**
 * A logistic regression, fitted on questions whose answers are known, from seven sources in two languages with 77 to 2,699
 * articles, each source counting the same; bench/answers.ts prints what it keeps (docs/decisions/0015).
 */
const INTERCEPT = -0.77;
const FIT = 6.1;
const TOLD = 2.35;
const LEAD = 3.7;
const TITLE = 1.5;
const ARTICLES = -0.36;
/** What doubt takes away from the other signs. */
const DOUBT = 2;

/**
 * From here a suggestion is shown: the lowest that leaves every source of questions well under one in ten who ask for something
 * else altogether and are bothered with one (docs/decisions/0015).
 */
export const SHOWN_FROM = 0.5;
/** The articles after the first are shown when they are at least so sure, for the first opened the door. */
export const SHOWN_WITH_FIRST_FROM = 0.2;
/** From here the first article is the answer, if it is that much surer than the second. */
export const CLEAR_FROM = 0.9;

/** 0..1: how likely an answer is among what fits best. */
export function certaintyOf({ fit, lead, told, title, articles, doubt }: Signs): number {
  const sure = Math.max(0, 1 - DOUBT * doubt);
  const sum =
    INTERCEPT +
    FIT * sure * fit +
    TOLD * Math.log(0.05 + sure * told) +
    LEAD * sure * lead +
    TITLE * sure * title +
    ARTICLES * Math.log(Math.max(1, articles));
  return 1 / (1 + Math.exp(-sum));
}
