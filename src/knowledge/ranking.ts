/**
 * How well articles fit a question. The inverted index gives the best by BM25F; those are read word by word for what an index
 * does not know: the title and the sentence most like the question, the densest passage, words side by side, runs of letters.
 */
import { inHeadings, inText, inTitle } from './corpus';
import type { Corpus } from './corpus';
import { Marks } from './marks';
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
const WEIGHTS: Evidence = { words: 0.21, title: 0.15, line: 0.17, passage: 0.09, pairs: 0.14, letters: 0.24 };

/** BM25F's field weights and length normalisation, https://en.wikipedia.org/wiki/Okapi_BM25. */
const TITLE_WEIGHT = 2;
const HEADING_WEIGHT = 1.5;
const TITLE_B = 0.5;
/** Articles that are read word by word, the best by BM25F. */
const CANDIDATES = 50;

export class Ranking {
  /** By slot: what the words of a question sum up to, and what the word at hand adds; all 0 between questions. */
  private sums = new Float64Array(0);
  private best = new Float64Array(0);
  private touched = new Int32Array(0);
  /** The slots of which something was summed up. */
  private found = new Int32Array(0);
  /** By slot: how much longer than usual its fields are. */
  private titleNorms = new Float64Array(0);
  private bodyNorms = new Float64Array(0);
  private normsFor: View | null = null;
  private readonly marks = new Marks();

  constructor(
    private readonly corpus: Corpus,
    private readonly uses: (part: SearchPart) => boolean,
  ) {}

  /**
   * The articles of a view that have something of the question, in no order.
   * @param besides the slots of articles that are ranked whether they have something of it or not
   */
  rank(question: Question, view: View, besides: readonly number[] = []): Candidate[] {
    const total = question.words.reduce((sum, { weight }) => sum + weight, 0);
    if (total === 0) return [];
    const candidates = this.byWords(question.words, view, besides);
    const reading = new Reading(this.corpus, view, question, total, this.marks, this.uses);
    const ranked = candidates.map(({ slot, sum }): Candidate => {
      const evidence = { words: sum / total, ...reading.read(slot) };
      return { slot, evidence, fit: fitOf(evidence) };
    });
    reading.close();
    return ranked;
  }

  private byWords(words: readonly AskedWord[], view: View, besides: readonly number[]): Scored[] {
    this.measure(view);
    const { sums, best, touched, found } = this;
    let foundCount = 0;
    for (const { weight, matches } of words) {
      let count = 0;
      for (const { term, similarity } of matches) count = this.addTerm(term, similarity, count);
      for (let at = 0; at < count; at += 1) {
        const slot = touched[at]!;
        if (sums[slot] === 0) found[foundCount++] = slot;
        sums[slot]! += weight * best[slot]!;
        best[slot] = 0;
      }
    }
    const top = this.topOf(found.subarray(0, foundCount), view);
    const more = new Set(besides.filter((slot) => view.sees(this.corpus.audienceAt(slot))));
    for (const { slot } of top) more.delete(slot);
    for (const slot of more) top.push({ slot, sum: sums[slot]! });
    for (let at = 0; at < foundCount; at += 1) sums[found[at]!] = 0;
    return top;
  }

  /** Length normalisation does not depend on the question. */
  private measure(view: View): void {
    const { corpus } = this;
    if (this.normsFor === view) return;
    if (this.sums.length < corpus.slots) {
      const room = 2 * corpus.slots;
      [this.sums, this.best] = [new Float64Array(room), new Float64Array(room)];
      [this.titleNorms, this.bodyNorms] = [new Float64Array(room), new Float64Array(room)];
      [this.touched, this.found] = [new Int32Array(room), new Int32Array(room)];
    }
    const { meanTitleLength, meanBodyLength } = view;
    const { title, body } = corpus.lengths();
    for (let slot = 0; slot < corpus.slots; slot += 1) {
      this.titleNorms[slot] = 1 - TITLE_B + (TITLE_B * title[slot]!) / meanTitleLength;
      this.bodyNorms[slot] = 1 - BODY_B + (BODY_B * body[slot]!) / meanBodyLength;
    }
    this.normsFor = view;
  }

  /** Raises `best` of the articles of a term, and notes those it touches first after `count` others. */
  private addTerm(term: number, similarity: number, count: number): number {
    const { best, touched, titleNorms, bodyNorms } = this;
    const postings = this.corpus.postingsOf(term);
    let next = count;
    for (let at = 0; at < postings.length; at += 2) {
      const slot = postings[at]!;
      const found = postings[at + 1]!;
      // Most are in the text alone.
      const isElsewhere = inText(found) << 16 !== found;
      const title = isElsewhere ? (TITLE_WEIGHT * inTitle(found)) / titleNorms[slot]! : 0;
      const body = ((isElsewhere ? HEADING_WEIGHT * inHeadings(found) : 0) + inText(found)) / bodyNorms[slot]!;
      const value = (similarity * (title + body)) / (title + body + K1);
      const before = best[slot]!;
      if (before === 0) {
        touched[next] = slot;
        next += 1;
      }
      if (value > before) best[slot] = value;
    }
    return next;
  }

  /** The best CANDIDATES that are seen: kept in order while all are looked at once, for most are not worth a place. */
  private topOf(found: Int32Array, view: View): Scored[] {
    const { sums, corpus } = this;
    // Not by their slots: those tell which article came first, of all there are.
    const by = (a: Scored, b: Scored): number => b.sum - a.sum || (corpus.idAt(a.slot) < corpus.idAt(b.slot) ? -1 : 1);
    const top: Scored[] = [];
    for (const slot of found) {
      const last = top[CANDIDATES - 1];
      if (last !== undefined && sums[slot]! < last.sum) continue;
      const scored = { slot, sum: sums[slot]! };
      if ((last !== undefined && by(last, scored) < 0) || !view.sees(corpus.audienceAt(slot))) continue;
      let place = Math.min(top.length, CANDIDATES - 1);
      while (place > 0 && by(scored, top[place - 1]!) < 0) {
        top[place] = top[place - 1]!;
        place -= 1;
      }
      top[place] = scored;
    }
    return top;
  }
}

interface Scored {
  readonly slot: number;
  readonly sum: number;
}

function fitOf(evidence: Evidence): number {
  let fit = 0;
  for (const part of Object.keys(WEIGHTS) as (keyof Evidence)[]) fit += WEIGHTS[part] * evidence[part];
  return Math.min(1, fit);
}
