/**
 * The articles as the search sees them: an inverted index (term → articles, with counts by field) and each article's words
 * in order. One article is added or removed at a time; what is said of all (frequencies, mean lengths) is kept up to date.
 */
import type { Article } from '../domain/article';
import type { Language } from '../domain/person';
import { Ints } from './ints';
import type { Phrases } from './words';
import { detectLanguage, wordsOf } from './words';
import { Vocabulary } from './vocabulary';

/** What begins in an article's sequence of words: these stand between the words, which are 0 and more. */
export const TITLE = -1;
const TAG = -2;
const HEADING = -3;
const LINE = -4;

export interface IndexedArticle {
  readonly article: Article;
  readonly language: Language | null;
  /** Words, with a mark where a title, tag, heading or sentence begins. */
  readonly sequence: Int32Array;
  /** In words that tell something. */
  readonly titleLength: number;
  readonly bodyLength: number;
}

/** The articles of a term. */
export interface Postings {
  readonly slots: Ints;
  /** How often, by field: title + headings and tags × 2⁸ + text × 2¹⁶. */
  readonly counts: Ints;
}

const TITLE_MOST = 0xff;
const HEADING_MOST = 0xff;
const TEXT_MOST = 0x7fff;

/** Small knowledge bases know too little of how rare a word is: as if there were so many more articles without it. */
const UNSEEN_ARTICLES = 30;

export class Corpus {
  readonly vocabulary: Vocabulary;
  /** By slot; the slot of a removed article is undefined until another takes it. */
  readonly articles: (IndexedArticle | undefined)[] = [];
  /** How many articles there are. */
  size = 0;
  private readonly free: number[] = [];
  private readonly postings: Postings[] = [];
  private readonly runFrequencies = new Ints();
  private titleLengths = 0;
  private bodyLengths = 0;
  private rarities = new Float32Array(0);
  private raritiesFor = -1;
  private squares = new Float32Array(0);
  private version = 0;
  private squaresFor = -1;

  constructor(
    private readonly phrases: Phrases,
    useFuse: boolean,
  ) {
    this.vocabulary = new Vocabulary(useFuse);
  }

  get meanTitleLength(): number {
    return this.titleLengths / this.size || 1;
  }

  get meanBodyLength(): number {
    return this.bodyLengths / this.size || 1;
  }

  postingsOf(term: number): Postings {
    return this.postings[term]!;
  }

  /** In how many articles a term stands. */
  frequency(term: number): number {
    return this.postings[term]!.slots.length;
  }

  runFrequency(run: number): number {
    return this.runFrequencies.at(run);
  }

  /** What a word tells that stands in so many articles: BM25's idf, https://en.wikipedia.org/wiki/Okapi_BM25. */
  rarity(frequency: number): number {
    if (this.raritiesFor !== this.size) {
      const articles = this.size + UNSEEN_ARTICLES;
      this.rarities = Float32Array.from({ length: this.size + 1 }, (_, count) =>
        Math.log(1 + (articles - count + 0.5) / (count + 0.5)),
      );
      this.raritiesFor = this.size;
    }
    return this.rarities[frequency]!;
  }

  /** By term: the square of its rarity. Valid until an article is added or removed. */
  squaredRarities(): Float32Array {
    if (this.squaresFor !== this.version) {
      if (this.squares.length < this.postings.length) this.squares = new Float32Array(this.postings.length * 1.5);
      for (let term = 0; term < this.postings.length; term += 1) {
        this.squares[term] = this.rarity(this.frequency(term)) ** 2;
      }
      this.squaresFor = this.version;
    }
    return this.squares;
  }

  /** @returns the article's slot */
  add(article: Article): number {
    const indexed = this.read(article);
    const slot = this.free.pop() ?? this.articles.length;
    this.articles[slot] = indexed;
    this.version += 1;
    this.size += 1;
    this.titleLengths += indexed.titleLength;
    this.bodyLengths += indexed.bodyLength;
    for (const [term, count] of this.countsOf(indexed)) {
      while (this.postings.length <= term) this.postings.push({ slots: new Ints(2), counts: new Ints(2) });
      const { slots, counts } = this.postings[term]!;
      slots.push(slot);
      counts.push(count);
    }
    while (this.runFrequencies.length < this.vocabulary.runCount) this.runFrequencies.push(0);
    for (const run of this.runsOf(indexed)) this.runFrequencies.set(run, this.runFrequencies.at(run) + 1);
    return slot;
  }

  remove(slot: number): void {
    const indexed = this.articles[slot];
    if (indexed === undefined) return;
    for (const term of this.countsOf(indexed).keys()) {
      const { slots, counts } = this.postings[term]!;
      const place = slots.indexOf(slot);
      for (const list of [slots, counts]) {
        list.set(place, list.at(list.length - 1));
        list.pop();
      }
    }
    for (const run of this.runsOf(indexed)) this.runFrequencies.set(run, this.runFrequencies.at(run) - 1);
    this.articles[slot] = undefined;
    this.version += 1;
    this.free.push(slot);
    this.size -= 1;
    this.titleLengths -= indexed.titleLength;
    this.bodyLengths -= indexed.bodyLength;
  }

  private read(article: Article): IndexedArticle {
    const language = article.language ?? detectLanguage(`${article.title}\n${article.body}`);
    const sequence: number[] = [];
    const lengths = { title: 0, body: 0 };
    for (const { kind, text } of linesOf(article)) {
      sequence.push(kind);
      for (const word of wordsOf(text, language, this.phrases)) {
        sequence.push(this.vocabulary.add(word, language));
        if (word.stem !== '') lengths[kind === TITLE ? 'title' : 'body'] += 1;
      }
    }
    return {
      article,
      language,
      sequence: Int32Array.from(sequence),
      titleLength: lengths.title,
      bodyLength: lengths.body,
    };
  }

  private countsOf({ sequence }: IndexedArticle): Map<number, number> {
    const counts = new Map<number, number>();
    let kind = TITLE;
    for (const word of sequence) {
      if (word < 0) kind = word;
      const term = word < 0 ? -1 : this.vocabulary.termOf(word);
      if (term >= 0) counts.set(term, oneMore(counts.get(term) ?? 0, kind));
    }
    return counts;
  }

  private runsOf({ sequence }: IndexedArticle): Set<number> {
    const runs = new Set<number>();
    for (const word of new Set(sequence)) {
      if (word >= 0) for (const run of this.vocabulary.runsOfWord(word)) runs.add(run);
    }
    return runs;
  }
}

export const inTitle = (count: number): number => count & TITLE_MOST;
export const inHeadings = (count: number): number => (count >> 8) & HEADING_MOST;
export const inText = (count: number): number => count >> 16;

function oneMore(count: number, kind: number): number {
  if (kind === TITLE) return inTitle(count) < TITLE_MOST ? count + 1 : count;
  if (kind === LINE) return inText(count) < TEXT_MOST ? count + 0x10000 : count;
  return inHeadings(count) < HEADING_MOST ? count + 0x100 : count;
}

/** An article in pieces: its title and tags, and its headings and sentences; Markdown is not read here, that is slow. */
function linesOf({ title, tags, body }: Article): { kind: number; text: string }[] {
  const lines = [{ kind: TITLE, text: title }, ...tags.map((text) => ({ kind: TAG, text }))];
  for (const line of body.split('\n')) {
    if (line.startsWith('#')) lines.push({ kind: HEADING, text: line });
    else for (const text of line.split(/(?<=[.!?;])\s+/)) lines.push({ kind: LINE, text });
  }
  return lines;
}
