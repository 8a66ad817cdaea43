/**
 * How well articles fit a question. The inverted index gives the best by BM25F; those are read word by word for what an index
 * does not know: the title and the sentence most like the question, the densest passage, words side by side, runs of letters.
 */
import { inHeadings, inText, inTitle } from './corpus';
import type { AskedWord, Question } from './question';
import { BODY_B, K1, Reading } from './reading';
import type { Evidence } from './reading';
import type { SearchPart } from './search-part';
import type { View } from './view';

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

  constructor(private readonly uses: (part: SearchPart) => boolean) {}

  /** The articles of a view that have something of the question, in no order. */
  rank(question: Question, view: View): Candidate[] {
    const total = question.words.reduce((sum, { weight }) => sum + weight, 0);
    if (total === 0) return [];
    const candidates = this.byWords(question.words, view);
    const reading = this.open(question, total, view);
    const ranked = candidates.map(({ slot, sum }): Candidate => {
      const evidence = { words: sum / total, ...reading.read(view.articles[slot]!) };
      return { slot, evidence, fit: fitOf(evidence) };
    });
    reading.close();
    return ranked;
  }

  private byWords(words: readonly AskedWord[], view: View): Scored[] {
    const { articles } = view;
    if (this.sums.length < articles.length) {
      this.sums = new Float64Array(articles.length * 2);
      this.best = new Float64Array(articles.length * 2);
    }
    const found: number[] = [];
    for (const { weight, matches } of words) {
      const touched: number[] = [];
      for (const { term, similarity } of matches) this.addTerm(term, similarity, view, touched);
      for (const slot of touched) {
        if (this.sums[slot] === 0) found.push(slot);
        this.sums[slot]! += weight * this.best[slot]!;
        this.best[slot] = 0;
      }
    }
    const scored = found.map((slot) => ({ slot, sum: this.sums[slot]! }));
    for (const slot of found) this.sums[slot] = 0;
    return topOf(scored, articles);
  }

  /** Raises `best` of the articles of a term, and tells which it touched first. */
  private addTerm(term: number, similarity: number, view: View, touched: number[]): void {
    const { best } = this;
    const { slots, counts } = view.postingsOf(term);
    const { meanTitleLength, meanBodyLength, articles } = view;
    for (let at = 0; at < slots.length; at += 1) {
      const slot = slots.at(at);
      const article = articles[slot]!;
      if (!view.sees(article)) continue;
      const count = counts.at(at);
      const { titleLength, bodyLength } = article;
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
  private open({ words, order, runs }: Question, total: number, view: View): Reading {
    const { vocabulary } = view;
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
    return new Reading(view, { words, order, runs, total, marks, uses: this.uses });
  }
}

interface Scored {
  readonly slot: number;
  readonly sum: number;
}

/** The best CANDIDATES. */
function topOf(scored: Scored[], articles: View['articles']): Scored[] {
  const idOf = ({ slot }: Scored): string => articles[slot]!.article.id;
  // Not by their slots: those tell which article came first, of all there are.
  const by = (a: Scored, b: Scored): number => b.sum - a.sum || (idOf(a) < idOf(b) ? -1 : 1);
  if (scored.length > 4 * CANDIDATES) {
    // Sorting all would take longer than all the rest: first the sum below which none of the best can be.
    const sums = Float64Array.from(scored, ({ sum }) => sum).sort();
    const least = sums[sums.length - CANDIDATES]!;
    return scored.filter(({ sum }) => sum >= least).sort(by).slice(0, CANDIDATES);
  }
  return scored.sort(by).slice(0, CANDIDATES);
}

function fitOf(evidence: Evidence): number {
  let fit = 0;
  for (const part of Object.keys(WEIGHTS) as (keyof Evidence)[]) fit += WEIGHTS[part] * evidence[part];
  return Math.min(1, fit);
}

