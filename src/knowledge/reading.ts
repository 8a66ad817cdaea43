/** Reads an article word by word against a question, for what the inverted index does not know. */
import { TITLE } from './article-words';
import type { Corpus } from './corpus';
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

/** Like what begins a line: the last one ends, too. */
const LINE_END = -1000;
/** The mark of a word without a run of the question. */
const NO_RUNS = 1;

/** What a question marks, so that reading an article is a look-up a word. */
interface Marks {
  /** By term: the place of the question's word it stands for, or -1. */
  readonly asked: Int16Array;
  readonly similarity: Float32Array;
  /** By run of letters: what it tells, or 0. */
  readonly run: Float32Array;
  readonly runCount: Uint16Array;
  /** By word: 0 as long as it was not read. */
  readonly word: Int32Array;
  /** By word: the place of the question's common word that it is, or 0. */
  readonly common: Int16Array;
}

interface AskedMarks extends Pick<Question, 'words' | 'common' | 'order' | 'runs'> {
  readonly total: number;
  readonly marks: Marks;
  readonly uses: (part: SearchPart) => boolean;
}

/** The likeness of the lines to the question, and where its words stand in the article. */
interface Found {
  readonly title: number;
  readonly line: number;
  /** Among the words that tell something. */
  readonly places: readonly number[];
  /** Which of the question's words stands there, and how surely it is meant. */
  readonly words: readonly number[];
  readonly shares: readonly number[];
}

/** Reads articles against one question. */
export class Reading {
  /** How many words the question has, each once. */
  private readonly all: number;
  private readonly squares: number;
  private readonly pairs = new Map<number, number>();
  private pairsTotal = 0;
  private readonly runsTotal: number;
  /** By mark of a word: which of the question's runs it has; most words have none. */
  private readonly runsIn: number[][] = [[], []];
  private readonly marked: number[] = [];
  private readonly termOfWord: Int32Array;
  private readonly squaredRarity: Float32Array;
  private readonly frequency: Int32Array;
  /** By word of the question: the sentence it was last found in and how surely, and how often it is in the passage. */
  private readonly inLine: Float64Array;
  private readonly inPassage: Int32Array;
  private readonly shareInPassage: Float64Array;

  constructor(
    private readonly corpus: Corpus,
    private readonly view: View,
    private readonly asked: AskedMarks,
  ) {
    const { words, common, order, runs } = asked;
    this.all = words.length + common.length;
    this.squares = words.reduce((sum, { weight }) => sum + weight ** 2, 0);
    const weightAt = (place: number): number => (words[place] ?? common[place - words.length]!).weight;
    for (let at = 1; at < order.length; at += 1) {
      const [first, second] = [order[at - 1]!, order[at]!];
      if (first !== second) this.pairs.set(first * this.all + second, weightAt(first) + weightAt(second));
    }
    for (const weight of this.pairs.values()) this.pairsTotal += weight;
    this.runsTotal = runs.reduce((sum, { weight }) => sum + weight, 0);
    this.termOfWord = corpus.vocabulary.termsOfWords();
    this.squaredRarity = view.squaredRarities;
    this.frequency = view.frequencies;
    this.inLine = new Float64Array(words.length);
    this.inPassage = new Int32Array(words.length);
    this.shareInPassage = new Float64Array(words.length);
  }

  read(slot: number): Omit<Evidence, 'words'> {
    const { uses } = this.asked;
    const found = this.lines(this.corpus.sequenceOf(slot));
    const { title, line } = found;
    return {
      title: uses('title') ? title : 0,
      line: uses('line') ? line : 0,
      passage: uses('passage') ? this.passage(found) : 0,
      pairs: uses('pairs') ? this.pairsIn(this.corpus.sequenceOf(slot)) : 0,
      letters: uses('letters') ? this.letters(slot) : 0,
    };
  }

  /** Takes the marks of the question away. */
  close(): void {
    const { words, common, runs, marks } = this.asked;
    for (const { matches } of words) for (const { term } of matches) marks.asked[term] = -1;
    for (const { spelt } of common) for (const word of spelt) marks.common[word] = 0;
    for (const { run } of runs) marks.run[run] = 0;
    for (const word of this.marked) marks.word[word] = 0;
  }

  /**
   * The mark of a word that is read: which of the question's runs it has. Only words that are read are looked at, for in a
   * large vocabulary many have a run of any question.
   */
  private mark(word: number): number {
    const { run: weights, word: marks } = this.asked.marks;
    const has = this.corpus.vocabulary.weightyRuns(word, weights);
    this.marked.push(word);
    return (marks[word] = has === null ? NO_RUNS : this.runsIn.push(has) - 1);
  }

  /** The lines most like the question, and where its words stand: the place among the telling words, and the word. */
  private lines(sequence: Int32Array): Found {
    const { asked, inLine, termOfWord, squaredRarity, frequency } = this;
    const { asked: askedOf, similarity: similarityOf } = asked.marks;
    const places: number[] = [];
    const words: number[] = [];
    const shares: number[] = [];
    let [titleLikeness, lineLikeness] = [0, 0];
    let kind = TITLE;
    let length = 0;
    const found: number[] = [];
    let place = 0;
    for (let at = 0; at <= sequence.length; at += 1) {
      const word = at < sequence.length ? sequence[at]! : LINE_END;
      if (word < 0) {
        const likeness = this.likenessOf(found, length);
        if (kind === TITLE && length > 0) titleLikeness = likeness;
        if (likeness > lineLikeness) lineLikeness = likeness;
        length = 0;
        found.length = 0;
        place += 1;
        kind = word;
        continue;
      }
      const term = termOfWord[word]!;
      if (term < 0) continue;
      place += 1;
      const which = askedOf[term]!;
      if (which < 0) {
        length += squaredRarity[frequency[term]!]!;
        continue;
      }
      length += asked.words[which]!.weight ** 2;
      if (inLine[which] === 0) found.push(which);
      inLine[which] = Math.max(inLine[which]!, similarityOf[term]!);
      places.push(place);
      words.push(which);
      shares.push(similarityOf[term]!);
    }
    return { title: titleLikeness, line: lineLikeness, places, words, shares };
  }

  /** The cosine of a line and the question. @param found the question's words in it @param length the line's, squared */
  private likenessOf(found: readonly number[], length: number): number {
    let common = 0;
    for (const word of found) {
      common += this.inLine[word]! * this.asked.words[word]!.weight ** 2;
      this.inLine[word] = 0;
    }
    return length > 0 ? common / Math.sqrt(this.squares * length) : 0;
  }

  /** The share of the question in its densest PASSAGE_WORDS. */
  private passage({ places, words, shares }: Found): number {
    const { inPassage, shareInPassage } = this;
    let from = 0;
    let sum = 0;
    let most = 0;
    for (let at = 0; at < places.length; at += 1) {
      const word = words[at]!;
      if (inPassage[word] === 0) {
        shareInPassage[word] = shares[at]! * this.asked.words[word]!.weight;
        sum += shareInPassage[word];
      }
      inPassage[word]! += 1;
      while (places[from]! < places[at]! - PASSAGE_WORDS) {
        const left = words[from]!;
        inPassage[left]! -= 1;
        if (inPassage[left] === 0) sum -= shareInPassage[left]!;
        from += 1;
      }
      most = Math.max(most, sum);
    }
    inPassage.fill(0);
    return Math.min(1, most / this.asked.total);
  }

  /** The share of the question's pairs of words that stand side by side in the article. */
  private pairsIn(sequence: Int32Array): number {
    if (this.pairsTotal === 0) return 0;
    const { termOfWord, all } = this;
    const { asked, common } = this.asked.marks;
    const found = new Set<number>();
    let before = -1;
    for (const word of sequence) {
      const term = word < 0 ? -1 : termOfWord[word]!;
      const which = term >= 0 ? asked[term]! : word < 0 ? -1 : common[word]! - 1;
      if (before >= 0 && which >= 0) found.add(before * all + which);
      before = which;
    }
    let sum = 0;
    for (const pair of found) sum += this.pairs.get(pair) ?? 0;
    return sum / this.pairsTotal;
  }

  /** BM25 over runs of letters. */
  private letters(slot: number): number {
    if (this.runsTotal === 0) return 0;
    const { corpus, view, runsIn } = this;
    const { run: weights, runCount, word: marks } = this.asked.marks;
    const found: number[] = [];
    const sequence = this.corpus.sequenceOf(slot);
    for (let at = 0; at < sequence.length; at += 1) {
      const word = sequence[at]!;
      if (word < 0) continue;
      const mark = marks[word] || this.mark(word);
      if (mark === NO_RUNS) continue;
      const runs = runsIn[mark]!;
      for (let each = 0; each < runs.length; each += 1) {
        const run = runs[each]!;
        const count = runCount[run]!;
        if (count === 0) found.push(run);
        if (count < 0xffff) runCount[run] = count + 1;
      }
    }
    const { title, body } = corpus.lengths();
    const mean = view.meanTitleLength + view.meanBodyLength;
    const norm = K1 * (1 - BODY_B + (BODY_B * (title[slot]! + body[slot]!)) / mean);
    let sum = 0;
    for (const run of found) {
      sum += (weights[run]! * runCount[run]!) / (runCount[run]! + norm);
      runCount[run] = 0;
    }
    return sum / this.runsTotal;
  }
}
