/**
 * The words of all articles as numbers: words as they are spelt, the terms (stems) they are forms of, and the runs of
 * letters in them. Nothing is forgotten when an article goes: its words are then words of no article.
 */
import type { Language } from '../domain/person';
import { Ints } from './ints';
import type { Kept, Sections } from './sections';
import { Spelling } from './spelling';
import { Texts } from './texts';
import type { Word } from './words';

/** A term that stands for a word of a question. */
export interface Match {
  readonly term: number;
  /** 1 for the word itself, less for a similar one. */
  readonly similarity: number;
}

/** A term that a misspelt word may stand for, and how its word is spelt. */
export interface SpeltMatch extends Match {
  readonly text: string;
}

/** Runs of so many letters, the edges of the word counted as letters. */
const RUN = 5;
const NO_RUNS: readonly number[] = [];
/** Words of which language a word as it is spelt is one: the same letters may be words of both. */
const MARK: Readonly<Record<Language, string>> = { en: 'e', pl: 'p' };

export class Vocabulary implements Kept {
  private readonly stems = new Texts();
  /** Each with the mark of its language before it. */
  private readonly words = new Texts();
  /** By word: its term, or -1 for a word too common to be one. */
  private termOfWord = new Ints();
  private readonly runs = new Texts();
  /** The runs in word w stand from `runStarts[w]` to before `runStarts[w + 1]`. */
  private runsInWords = new Ints();
  private runStarts = new Ints(Int32Array.of(0));
  private readonly spelling: Spelling;

  constructor(useFuse: boolean) {
    const { words } = this;
    const textOf = (word: number): string => words.at(word).slice(1);
    this.spelling = new Spelling({ textOf, compare: (a, b) => words.compare(a, b) }, useFuse);
  }

  get termCount(): number {
    return this.stems.size;
  }

  get wordCount(): number {
    return this.words.size;
  }

  get runCount(): number {
    return this.runs.size;
  }

  find(stem: string): number | undefined {
    const term = stem === '' ? -1 : this.stems.find(stem);
    return term < 0 ? undefined : term;
  }

  stemOf(term: number): string {
    return this.stems.at(term);
  }

  termOf(word: number): number {
    return this.termOfWord.at(word);
  }

  /** By word: its term, or -1. A view, valid until a word is added. */
  termsOfWords(): Int32Array {
    return this.termOfWord.view();
  }

  /** The number of a word as it is spelt in articles of a language; -1 when it is in none. */
  wordOf(text: string, language: Language): number {
    return this.words.find(MARK[language] + text);
  }

  /** @param knows whether a word counts */
  isKnown(text: string, language: Language, knows: (word: number) => boolean): boolean {
    const word = this.wordOf(text, language);
    return word >= 0 && knows(word);
  }

  /** An order of terms that does not tell which was there first. */
  compareTerms(a: number, b: number): number {
    return this.stems.compare(a, b);
  }

  /** The number of a word of an article. */
  add({ text, stem }: Word, language: Language | null): number {
    const known = this.words.size;
    const word = this.words.add(MARK[language ?? 'en'] + text);
    if (word < known) return word;
    this.termOfWord.push(stem === '' ? -1 : this.stems.add(stem));
    for (const run of new Set(runsOf(text).map((letters) => this.runs.add(letters)))) this.runsInWords.push(run);
    this.runStarts.push(this.runsInWords.length);
    if (stem !== '') this.spelling.learn(text, word);
    return word;
  }

  /** A view, valid until a word is added. */
  runsOfWord(word: number): Int32Array {
    return this.runsInWords.view(this.runStarts.at(word), this.runStarts.at(word + 1));
  }

  /** The runs in a word that are wanted. @param wanted a bit for each run, 32 in a number */
  runsAmong(word: number, wanted: Int32Array): readonly number[] {
    const { runsInWords, runStarts } = this;
    const end = runStarts.at(word + 1);
    let found: number[] | null = null;
    for (let at = runStarts.at(word); at < end; at += 1) {
      const run = runsInWords.at(at);
      if (((wanted[run >> 5]! >> (run & 31)) & 1) === 0) continue;
      if (found === null) found = [run];
      else found.push(run);
    }
    return found ?? NO_RUNS;
  }

  /** The known runs of letters of a question's word. */
  knownRuns(text: string): number[] {
    return runsOf(text)
      .map((run) => this.runs.find(run))
      .filter((run) => run >= 0);
  }

  /**
   * The words that a word may be a misspelling of, best first, each with its term.
   * @param articlesWith how many articles have a word
   */
  similar(text: string, articlesWith: (word: number) => number): SpeltMatch[] {
    return this.spelling
      .similar(text, articlesWith)
      .map(({ word, similarity }) => ({ term: this.termOf(word), similarity, text: this.words.at(word).slice(1) }))
      .filter(({ term }) => term >= 0);
  }

  save(to: Sections): void {
    for (const [name, part] of this.parts()) part.save(to.within(name));
    for (const name of ['termOfWord', 'runsInWords', 'runStarts'] as const) to.put(name, this[name].view());
  }

  restore(from: Sections): void {
    for (const [name, part] of this.parts()) part.restore(from.within(name));
    for (const name of ['termOfWord', 'runsInWords', 'runStarts'] as const) this[name] = new Ints(from.ints(name));
  }

  private parts(): readonly (readonly [string, Kept])[] {
    const { stems, words, runs, spelling } = this;
    return Object.entries({ stems, words, runs, spelling });
  }
}

function runsOf(text: string): string[] {
  const edged = `_${text}_`;
  if (edged.length <= RUN) return [edged];
  return Array.from({ length: edged.length - RUN + 1 }, (_, at) => edged.slice(at, at + RUN));
}
