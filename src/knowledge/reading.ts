/** Reads an article word by word against a question, once, for what the inverted index does not know. */
import { TITLE } from './article-words';
import type { Corpus } from './corpus';
import { NOTHING } from './marks';
import type { Marks, Noted } from './marks';
import type { Question } from './question';
import type { SearchPart } from './search-part';
import type { View } from './view';

/** What speaks for an article: each 0..1, the share of what a perfect article would have. */
export interface Evidence {
  /** All words of the question, by how much the article is about them (BM25F). */
  readonly words: number;
  /** How like the title is to the question (cosine). */
  readonly title: number;
  /** The same of the sentence, heading or tag that is most like it. */
  readonly line: number;
  /** The words of the question that stand together in one passage. */
  readonly passage: number;
  /** Words that follow each other in the question and in the article, common ones too. */
  readonly pairs: number;
  /** Runs of letters in common: inflection, slips, and the common words that an index leaves out. */
  readonly letters: number;
}

/** BM25's saturation and length normalisation, near their usual values, https://en.wikipedia.org/wiki/Okapi_BM25. */
export const K1 = 1.5;
export const BODY_B = 0.85;
/** A passage is so many telling words long. */
const PASSAGE_WORDS = 25;

/** Two words of the question that follow each other. */
interface Pair {
  weight: number;
  /** The slot of the last article that it was found in, or -1. */
  foundIn: number;
}

/** Reads articles against one question. */
export class Reading {
  /** How many words the question has, each once. */
  private readonly all: number;
  private readonly squares: number;
  private readonly pairs = new Map<number, Pair>();
  private pairsTotal = 0;
  private readonly runsTotal: number;
  /** By run of the question: how often it is in the article that is looked at; all 0 between articles. */
  private readonly runCounts: Float64Array;
  /** By word of the question: how surely it is in the line, and how often and how surely it is in the passage. */
  private readonly inLine: Float64Array;
  private readonly inPassage: Int32Array;
  private readonly shareInPassage: Float64Array;
  // Of the article that is read:
  private slot = -1;
  private titleLikeness = 0;
  private lineLikeness = 0;
  private pairsFound = 0;
  private readonly met: Noted[] = [];
  /** The question's words of the line, each once, and how many. */
  private readonly line: number[] = [];
  private inLineCount = 0;
  /** How many of its words are words of the question. */
  private hits = 0;
  /** By hit: its place among the words that tell something, and what it is. */
  private readonly places: number[] = [];
  private readonly hit: Noted[] = [];

  /** @param total what all words of the question weigh */
  constructor(
    private readonly corpus: Corpus,
    private readonly view: View,
    private readonly asked: Question,
    private readonly total: number,
    private readonly marks: Marks,
    private readonly uses: (part: SearchPart) => boolean,
  ) {
    const { words, common, order, runs } = asked;
    marks.set(asked, view);
    this.all = words.length + common.length;
    this.squares = words.reduce((sum, { weight }) => sum + weight ** 2, 0);
    const weightAt = (place: number): number => (words[place] ?? common[place - words.length]!).weight;
    for (let at = 1; at < order.length; at += 1) {
      const [first, second] = [order[at - 1]!, order[at]!];
      if (first === second) continue;
      this.pairs.set(first * this.all + second, { weight: weightAt(first) + weightAt(second), foundIn: -1 });
    }
    for (const { weight } of this.pairs.values()) this.pairsTotal += weight;
    this.runsTotal = runs.reduce((sum, { weight }) => sum + weight, 0);
    this.runCounts = new Float64Array(runs.length);
    this.inLine = new Float64Array(words.length);
    this.inPassage = new Int32Array(words.length);
    this.shareInPassage = new Float64Array(words.length);
  }

  read(slot: number): Omit<Evidence, 'words'> {
    const { uses } = this;
    this.scan(slot);
    const evidence = {
      title: uses('title') ? this.titleLikeness : 0,
      line: uses('line') ? this.lineLikeness : 0,
      passage: uses('passage') ? this.passage() : 0,
      pairs: uses('pairs') && this.pairsTotal > 0 ? this.pairsFound / this.pairsTotal : 0,
      letters: uses('letters') ? this.letters() : 0,
    };
    for (const noted of this.met) noted.count = 0;
    return evidence;
  }

  /** Takes the marks of the question away. */
  close(): void {
    this.marks.clear();
  }

  /** Looks at each word once, and notes what all parts need. */
  private scan(slot: number): void {
    const { marks } = this;
    const known = marks.words;
    const sequence = this.corpus.sequenceOf(slot);
    this.slot = slot;
    this.titleLikeness = this.lineLikeness = this.pairsFound = this.hits = 0;
    this.met.length = 0;
    let kind = TITLE;
    let length = 0;
    let place = 0;
    /** The place in the question of the word before. */
    let before = -1;
    for (let at = 0; at < sequence.length; at += 1) {
      const word = sequence[at]!;
      if (word < 0) {
        this.endLine(kind, length);
        [kind, length, before] = [word, 0, -1];
        place += 1;
        continue;
      }
      const mark = known[word]! || marks.of(word);
      if (mark > 0) {
        length += mark;
        place += 1;
        before = -1;
      } else if (mark === NOTHING) {
        before = -1;
      } else {
        const noted = marks.notedFor(mark);
        length += noted.squared;
        if (noted.tells) place += 1;
        this.meet(noted, place, before);
        before = noted.place;
      }
    }
    this.endLine(kind, length);
  }

  private meet(noted: Noted, place: number, before: number): void {
    if (noted.count === 0) this.met.push(noted);
    noted.count += 1;
    const which = noted.place;
    if (which < 0) return;
    if (before >= 0) {
      const pair = this.pairs.get(before * this.all + which);
      if (pair !== undefined && pair.foundIn !== this.slot) {
        pair.foundIn = this.slot;
        this.pairsFound += pair.weight;
      }
    }
    if (!noted.tells) return;
    if (this.inLine[which] === 0) this.line[this.inLineCount++] = which;
    this.inLine[which] = Math.max(this.inLine[which]!, noted.similarity);
    this.places[this.hits] = place;
    this.hit[this.hits] = noted;
    this.hits += 1;
  }

  /** Takes note of the cosine of a line and the question. @param length the line's, squared */
  private endLine(kind: number, length: number): void {
    let common = 0;
    for (let at = 0; at < this.inLineCount; at += 1) {
      const word = this.line[at]!;
      common += this.inLine[word]! * this.asked.words[word]!.weight ** 2;
      this.inLine[word] = 0;
    }
    this.inLineCount = 0;
    if (length === 0) return;
    const likeness = common / Math.sqrt(this.squares * length);
    if (kind === TITLE) this.titleLikeness = likeness;
    this.lineLikeness = Math.max(this.lineLikeness, likeness);
  }

  /** The share of the question in its densest PASSAGE_WORDS. */
  private passage(): number {
    const { inPassage, shareInPassage, places, hit } = this;
    let from = 0;
    let sum = 0;
    let most = 0;
    for (let at = 0; at < this.hits; at += 1) {
      const { place: word, similarity } = hit[at]!;
      if (inPassage[word] === 0) {
        shareInPassage[word] = similarity * this.asked.words[word]!.weight;
        sum += shareInPassage[word];
      }
      inPassage[word]! += 1;
      while (places[from]! < places[at]! - PASSAGE_WORDS) {
        const left = hit[from]!.place;
        inPassage[left]! -= 1;
        if (inPassage[left] === 0) sum -= shareInPassage[left]!;
        from += 1;
      }
      most = Math.max(most, sum);
    }
    inPassage.fill(0);
    return Math.min(1, most / this.total);
  }

  /** BM25 over runs of letters. */
  private letters(): number {
    if (this.runsTotal === 0) return 0;
    const { view, runCounts } = this;
    for (const { runs, count } of this.met) for (const run of runs) runCounts[run]! += count;
    const { title, body } = this.corpus.lengths();
    const mean = view.meanTitleLength + view.meanBodyLength;
    const norm = K1 * (1 - BODY_B + (BODY_B * (title[this.slot]! + body[this.slot]!)) / mean);
    let sum = 0;
    for (let run = 0; run < runCounts.length; run += 1) {
      const count = runCounts[run]!;
      sum += (this.asked.runs[run]!.weight * count) / (count + norm);
    }
    runCounts.fill(0);
    return sum / this.runsTotal;
  }
}
