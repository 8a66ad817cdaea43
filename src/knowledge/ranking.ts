/**
 * How well articles fit a question. The inverted index gives the best by BM25F; those are read word by word for what an index
 * does not know: the title and the sentence most like the question, the densest passage, words side by side, runs of letters.
 */
import { inHeadings, inText, inTitle } from './corpus';
import type { Corpus, IndexedArticle } from './corpus';
import type { AskedWord, Question } from './question';
import { BODY_B, K1, Reading } from './reading';
import type { Evidence } from './reading';
import type { SearchPart } from './search-part';

export interface Candidate {
  readonly slot: number;
  readonly evidence: Evidence;
  /** The evidence as one figure, 0..1. */
  readonly fit: number;
}

/**
 * How much each part counts, the parts adding up to 1. Fitted as a listwise softmax over the candidates of questions whose
 * answers are known; leaving out any one set of questions gives nearly the same (docs/decisions/0015).
 */
const WEIGHTS: Evidence = { words: 0.23, title: 0.15, line: 0.18, passage: 0.11, pairs: 0.05, letters: 0.28 };

/** BM25F's field weights and length normalisation, https://en.wikipedia.org/wiki/Okapi_BM25. */
const TITLE_WEIGHT = 3;
const HEADING_WEIGHT = 1.5;
const TITLE_B = 0.5;
/** Articles that are read word by word, the best by BM25F. */
const CANDIDATES = 70;

export class Ranking {
  private sums = new Float64Array(0);
  private best = new Float64Array(0);
  private askedOfTerm = new Int16Array(0);
  private similarityOfTerm = new Float32Array(0);
  private weightOfRun = new Float32Array(0);
  private runCounts = new Uint16Array(0);
  private marksOfWords = new Int32Array(0);

  constructor(
    private readonly corpus: Corpus,
    private readonly uses: (part: SearchPart) => boolean,
  ) {}

  /**
   * The articles that have something of the question, best first.
   * @param besides the slots of articles that are ranked whether they have something of it or not
   */
  rank(question: Question, mayShow: (article: IndexedArticle) => boolean, besides: readonly number[] = []): Candidate[] {
    const total = question.words.reduce((sum, { weight }) => sum + weight, 0);
    if (total === 0) return [];
    const candidates = this.byWords(question.words, mayShow, besides);
    const reading = this.open(question, total);
    const ranked = candidates.map(({ slot, sum }): Candidate => {
      const evidence = { words: sum / total, ...reading.read(this.corpus.articles[slot]!) };
      return { slot, evidence, fit: fitOf(evidence) };
    });
    reading.close();
    return ranked.sort((a, b) => b.fit - a.fit || a.slot - b.slot);
  }

  private byWords(
    words: readonly AskedWord[],
    mayShow: (article: IndexedArticle) => boolean,
    besides: readonly number[],
  ): Scored[] {
    const { corpus } = this;
    if (this.sums.length < corpus.articles.length) {
      this.sums = new Float64Array(corpus.articles.length * 2);
      this.best = new Float64Array(corpus.articles.length * 2);
    }
    const found: number[] = [];
    for (const { weight, matches } of words) {
      const touched: number[] = [];
      for (const { term, similarity } of matches) this.addTerm(term, similarity, touched);
      for (const slot of touched) {
        if (this.sums[slot] === 0) found.push(slot);
        this.sums[slot]! += weight * this.best[slot]!;
        this.best[slot] = 0;
      }
    }
    const scored = found.map((slot) => ({ slot, sum: this.sums[slot]! }));
    const best = topOf(scored, (slot) => mayShow(corpus.articles[slot]!));
    const more = new Set(besides);
    for (const { slot } of best) more.delete(slot);
    for (const slot of more) {
      if (mayShow(corpus.articles[slot]!)) best.push({ slot, sum: this.sums[slot]! });
    }
    for (const slot of found) this.sums[slot] = 0;
    return best;
  }

  /** Raises `best` of the articles of a term, and tells which it touched first. */
  private addTerm(term: number, similarity: number, touched: number[]): void {
    const { corpus, best } = this;
    const { slots, counts } = corpus.postingsOf(term);
    const { meanTitleLength, meanBodyLength } = corpus;
    for (let at = 0; at < slots.length; at += 1) {
      const slot = slots.at(at);
      const count = counts.at(at);
      const { titleLength, bodyLength } = corpus.articles[slot]!;
      const title = (TITLE_WEIGHT * inTitle(count)) / (1 - TITLE_B + (TITLE_B * titleLength) / meanTitleLength);
      const body =
        (HEADING_WEIGHT * inHeadings(count) + inText(count)) / (1 - BODY_B + (BODY_B * bodyLength) / meanBodyLength);
      const value = (similarity * (title + body)) / (title + body + K1);
      const before = best[slot]!;
      if (before === 0) touched.push(slot);
      if (value > before) best[slot] = value;
    }
  }

  /** Marks the terms and runs of the question, so that reading an article is a look-up a word. */
  private open({ words, order, runs }: Question, total: number): Reading {
    const { vocabulary } = this.corpus;
    if (this.askedOfTerm.length < vocabulary.stems.length) {
      this.askedOfTerm = new Int16Array(vocabulary.stems.length * 2).fill(-1);
      this.similarityOfTerm = new Float32Array(vocabulary.stems.length * 2);
    }
    if (this.weightOfRun.length < vocabulary.runCount) {
      this.weightOfRun = new Float32Array(vocabulary.runCount * 2);
      this.runCounts = new Uint16Array(vocabulary.runCount * 2);
    }
    const wordCount = vocabulary.termsOfWords().length;
    if (this.marksOfWords.length < wordCount) this.marksOfWords = new Int32Array(wordCount * 2);
    const marks = {
      asked: this.askedOfTerm,
      similarity: this.similarityOfTerm,
      run: this.weightOfRun,
      runCount: this.runCounts,
      word: this.marksOfWords,
    };
    words.forEach(({ matches }, place) => {
      for (const { term, similarity } of matches) {
        if (marks.asked[term]! >= 0 && similarity <= marks.similarity[term]!) continue;
        marks.asked[term] = place;
        marks.similarity[term] = similarity;
      }
    });
    for (const { run, weight } of runs) marks.run[run] = weight;
    return new Reading(this.corpus, { words, order, runs, total, marks, uses: this.uses });
  }
}

interface Scored {
  readonly slot: number;
  readonly sum: number;
}

/** The best CANDIDATES that may be shown. */
function topOf(scored: Scored[], mayShow: (slot: number) => boolean): Scored[] {
  const shown = scored.filter(({ slot }) => mayShow(slot));
  if (shown.length > 4 * CANDIDATES) {
    // Sorting all would take longer than all the rest: first the sum below which none of the best can be.
    const sums = Float64Array.from(shown, ({ sum }) => sum).sort();
    const least = sums[sums.length - CANDIDATES]!;
    return shown.filter(({ sum }) => sum >= least).sort(by).slice(0, CANDIDATES);
  }
  return shown.sort(by).slice(0, CANDIDATES);
}

function by(a: Scored, b: Scored): number {
  return b.sum - a.sum || a.slot - b.slot;
}

function fitOf(evidence: Evidence): number {
  let fit = 0;
  for (const part of Object.keys(WEIGHTS) as (keyof Evidence)[]) fit += WEIGHTS[part] * evidence[part];
  return Math.min(1, fit);
}

