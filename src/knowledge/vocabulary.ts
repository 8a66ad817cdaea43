/**
 * The words of all articles as numbers: words as they are spelt, the terms (stems) they are forms of, and the runs of
 * letters in them. Nothing is forgotten when an article goes: its words are then words of no article.
 */
import type { Language } from '../domain/person';
import { Ints } from './ints';
import { Spelling } from './spelling';
import type { Word } from './words';

/** A term that stands for a word of a question. */
export interface Match {
  readonly term: number;
  /** 1 for the word itself, less for a similar one. */
  readonly similarity: number;
}

/** Runs of so many letters, the edges of the word counted as letters. */
const RUN = 5;
/** Terms that share so many first letters, and that share of the longer one, may be forms of one word. */
const FORM_LETTERS = 5;
const FORM_SHARE = 0.7;

export class Vocabulary {
  /** By term. */
  readonly stems: string[] = [];
  private readonly terms = new Map<string, number>();
  private readonly forms = new Map<string, number[]>();
  /** By word: its term, or -1 for a word too common to be one. */
  private readonly termOfWord = new Ints();
  private readonly wordIds = { en: new Map<string, number>(), pl: new Map<string, number>() };
  /** The runs of word w stand from `runStarts[w]` to before `runStarts[w + 1]`. */
  private readonly runs = new Ints();
  private readonly runStarts = new Ints();
  private readonly runIds = new Map<string, number>();
  /** By run: the words it is in. */
  private readonly wordsOfRun: Ints[] = [];
  private readonly spelling: Spelling;

  constructor(useFuse: boolean) {
    this.spelling = new Spelling(useFuse);
    this.runStarts.push(0);
  }

  get runCount(): number {
    return this.runIds.size;
  }

  find(stem: string): number | undefined {
    return stem === '' ? undefined : this.terms.get(stem);
  }

  termOf(word: number): number {
    return this.termOfWord.at(word);
  }

  /** By word: its term, or -1. A view, valid until a word is added. */
  termsOfWords(): Int32Array {
    return this.termOfWord.slice(0, this.termOfWord.length);
  }

  isKnown(text: string, language: Language): boolean {
    return this.wordIds[language].has(text);
  }

  /** The number of a word of an article. */
  add({ text, stem }: Word, language: Language | null): number {
    const ids = this.wordIds[language ?? 'en'];
    let word = ids.get(text);
    if (word === undefined) {
      word = this.termOfWord.length;
      ids.set(text, word);
      this.termOfWord.push(stem === '' ? -1 : this.termFor(stem));
      for (const run of new Set(runsOf(text).map((letters) => this.runFor(letters)))) {
        this.runs.push(run);
        this.wordsOfRun[run]!.push(word);
      }
      this.runStarts.push(this.runs.length);
      if (stem !== '') this.spelling.learn(text, word);
    }
    return word;
  }

  runsOfWord(word: number): Int32Array {
    return this.runs.slice(this.runStarts.at(word), this.runStarts.at(word + 1));
  }

  /** A view, valid until a word is added. */
  wordsWith(run: number): Int32Array {
    const words = this.wordsOfRun[run]!;
    return words.slice(0, words.length);
  }

  /** The known runs of letters of a question's word. */
  knownRuns(text: string): number[] {
    return runsOf(text).flatMap((run) => this.runIds.get(run) ?? []);
  }

  /** The terms that a word may be a misspelling of, best first. */
  similar(text: string): Match[] {
    return this.spelling
      .similar(text)
      .map(({ word, similarity }) => ({ term: this.termOf(word), similarity }))
      .filter(({ term }) => term >= 0);
  }

  /** Other terms that begin alike: what a stemmer leaves of forms of one word. */
  formsOf(stem: string): number[] {
    if (stem.length < FORM_LETTERS) return [];
    const others = this.forms.get(stem.slice(0, FORM_LETTERS)) ?? [];
    return others.filter((term) => {
      const other = this.stems[term]!;
      let shared = FORM_LETTERS;
      while (shared < stem.length && stem[shared] === other[shared]) shared += 1;
      return other !== stem && shared >= FORM_SHARE * Math.max(stem.length, other.length);
    });
  }

  private termFor(stem: string): number {
    let term = this.terms.get(stem);
    if (term === undefined) {
      term = this.stems.length;
      this.stems.push(stem);
      this.terms.set(stem, term);
      if (stem.length >= FORM_LETTERS && !/\d/.test(stem)) {
        const beginning = stem.slice(0, FORM_LETTERS);
        const alike = this.forms.get(beginning);
        if (alike === undefined) this.forms.set(beginning, [term]);
        else alike.push(term);
      }
    }
    return term;
  }

  private runFor(run: string): number {
    let id = this.runIds.get(run);
    if (id === undefined) {
      id = this.runIds.size;
      this.runIds.set(run, id);
      this.wordsOfRun.push(new Ints(1));
    }
    return id;
  }
}

function runsOf(text: string): string[] {
  const edged = `_${text}_`;
  if (edged.length <= RUN) return [edged];
  return Array.from({ length: edged.length - RUN + 1 }, (_, at) => edged.slice(at, at + RUN));
}
