/** What the words of articles are to one question, kept by word: reading an article is one look-up a word. */
import type { Question } from './question';
import type { View } from './view';

/** A word that has something of the question, and how often it is in the article that is read. */
export interface Noted {
  /** Which of the question's words it is, telling ones before common ones; -1 for none, that has only letters in common. */
  readonly place: number;
  /** How surely it is that word. */
  readonly similarity: number;
  /** Whether it tells something, whatever was asked. */
  readonly tells: boolean;
  /** What it adds to the squared length of a line; 0 when it tells nothing. */
  readonly squared: number;
  /** The runs of letters it has in common with the question, by their place there. */
  readonly runs: readonly number[];
  count: number;
}

/** The mark of a word that was not looked at yet for this question. */
const NOT_READ = 0;
/** The mark of a word that tells nothing and has nothing of the question. */
export const NOTHING = -1;
const FIRST_NOTED = -2;

/** All 0 or -1 between questions. */
export class Marks {
  /** By word: above 0 what a telling word without anything of the question adds to a line's squared length. */
  words = new Float32Array(0);
  readonly noted: Noted[] = [];
  /** By term: the place of the question's word it stands for, or -1. */
  private asked = new Int16Array(0);
  private similarity = new Float32Array(0);
  /** By run of letters: its place among the question's; a bit for each as well, for most runs are looked up in vain. */
  private readonly runs = new Map<number, number>();
  private runBits = new Int32Array(0);
  /** By word: the place of the question's common word that it is + 1, or 0. */
  private common = new Int16Array(0);
  private question!: Pick<Question, 'words' | 'common' | 'runs'>;
  private view!: View;
  private termOfWord: Int32Array = new Int32Array(0);

  /** Marks the terms and runs of a question. */
  set(question: Pick<Question, 'words' | 'common' | 'runs'>, view: View): void {
    const { words, common, runs } = question;
    this.makeRoom(view);
    this.question = question;
    this.view = view;
    this.termOfWord = view.vocabulary.termsOfWords();
    words.forEach(({ matches }, place) => {
      for (const { term, similarity } of matches) {
        if (this.asked[term]! >= 0 && similarity <= this.similarity[term]!) continue;
        this.asked[term] = place;
        this.similarity[term] = similarity;
      }
    });
    common.forEach(({ spelt }, at) => spelt.forEach((word) => (this.common[word] = words.length + at + 1)));
    runs.forEach(({ run }, place) => {
      this.runs.set(run, place);
      this.runBits[run >> 5]! |= 1 << (run & 31);
    });
  }

  /** Takes the marks of the question away. */
  clear(): void {
    const { words, common, runs } = this.question;
    for (const { matches } of words) for (const { term } of matches) this.asked[term] = -1;
    for (const { spelt } of common) for (const word of spelt) this.common[word] = 0;
    for (const { run } of runs) this.runBits[run >> 5] = 0;
    this.runs.clear();
    this.words.fill(NOT_READ, 0, this.view.vocabulary.wordCount);
    this.noted.length = 0;
  }

  /** The mark of a word: above 0 as in `words`, NOTHING, or what `notedFor` takes. */
  of(word: number): number {
    const mark = this.words[word]!;
    return mark === NOT_READ ? this.read(word) : mark;
  }

  /** What a mark below NOTHING stands for. */
  notedFor(mark: number): Noted {
    return this.noted[FIRST_NOTED - mark]!;
  }

  /** Only words that are read are looked at, for in a large vocabulary many have a run of any question. */
  private read(word: number): number {
    const { view, question } = this;
    const term = this.termOfWord[word]!;
    const tells = term >= 0;
    const place = tells ? this.asked[term]! : this.common[word]! - 1;
    const runs = view.vocabulary.runsAmong(word, this.runBits);
    const rarity = tells ? view.squaredRarities[view.frequencies[term]!]! : 0;
    if (place < 0 && runs.length === 0) return (this.words[word] = tells ? rarity : NOTHING);
    const isAsked = tells && place >= 0;
    const squared = isAsked ? question.words[place]!.weight ** 2 : rarity;
    const similarity = isAsked ? this.similarity[term]! : 0;
    this.noted.push({ place, similarity, tells, squared, runs: runs.map((run) => this.runs.get(run)!), count: 0 });
    return (this.words[word] = FIRST_NOTED - this.noted.length + 1);
  }

  private makeRoom({ vocabulary }: View): void {
    const { termCount, runCount, wordCount } = vocabulary;
    if (this.asked.length < termCount) {
      this.asked = new Int16Array(termCount * 2).fill(-1);
      this.similarity = new Float32Array(termCount * 2);
    }
    if (32 * this.runBits.length < runCount) this.runBits = new Int32Array((runCount >> 4) + 1);
    if (this.words.length < wordCount) {
      this.words = new Float32Array(wordCount * 2);
      this.common = new Int16Array(wordCount * 2);
    }
  }
}
