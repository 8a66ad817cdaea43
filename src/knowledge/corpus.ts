/**
 * The articles as the search sees them: an inverted index (term → articles, with counts by field) and each article's words
 * in order. One article is added or removed at a time; what is said of all (frequencies, mean lengths) is kept up to date.
 */
import type { Article } from '../domain/article';
import type { Memberships } from '../domain/audience';
import { Ints } from './ints';
import type { Phrases } from './words';
import { detectLanguage, wordsOf } from './words';
import { Shelf } from './shelf';
import type { IndexedArticle, Postings } from './shelf';
import { View } from './view';
import { Vocabulary } from './vocabulary';

/** What begins in an article's sequence of words: these stand between the words, which are 0 and more. */
export const TITLE = -1;
const TAG = -2;
const HEADING = -3;
const LINE = -4;

const TITLE_MOST = 0xff;
const HEADING_MOST = 0xff;
const TEXT_MOST = 0x7fff;

/** Views are small, but every set of audiences has its own. */
const VIEWS_KEPT = 50;

export class Corpus {
  readonly vocabulary: Vocabulary;
  /** By slot; the slot of a removed article is undefined until another takes it. */
  readonly articles: (IndexedArticle | undefined)[] = [];
  private readonly free: number[] = [];
  private readonly postings: Postings[] = [];
  /** By audience. */
  private readonly shelves = new Map<string, Shelf>();
  /** By the audiences seen; emptied when an article is added or removed. */
  private readonly views = new Map<string, View>();

  constructor(
    private readonly phrases: Phrases,
    useFuse: boolean,
  ) {
    this.vocabulary = new Vocabulary(useFuse);
  }

  /** What a reader may see. */
  viewOf(reader: Memberships): View {
    const seen = [...this.shelves.values()].filter((shelf) => shelf.isFor(reader));
    const key = seen.map(({ audience }) => audience).join(' ');
    const known = this.views.get(key);
    if (known !== undefined) return known;
    if (this.views.size >= VIEWS_KEPT) this.views.clear();
    const view = new View(this, seen);
    this.views.set(key, view);
    return view;
  }

  /** Whom the articles are for. */
  audiences(): string[] {
    return [...this.shelves.values()].filter(({ size }) => size > 0).map(({ audience }) => audience);
  }

  postingsOf(term: number): Postings {
    return this.postings[term]!;
  }

  /** @returns the article's slot */
  add(article: Article): number {
    const indexed = this.read(article);
    const slot = this.free.pop() ?? this.articles.length;
    this.articles[slot] = indexed;
    for (const [term, count] of this.countsOf(indexed)) {
      while (this.postings.length <= term) this.postings.push({ slots: new Ints(2), counts: new Ints(2) });
      const { slots, counts } = this.postings[term]!;
      slots.push(slot);
      counts.push(count);
    }
    this.count(indexed, 1);
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
    this.articles[slot] = undefined;
    this.free.push(slot);
    this.count(indexed, -1);
  }

  /** Counts an article in, or out. */
  private count(indexed: IndexedArticle, by: 1 | -1): void {
    const { shelf } = indexed;
    this.views.clear();
    shelf.size += by;
    shelf.titleLengths += by * indexed.titleLength;
    shelf.bodyLengths += by * indexed.bodyLength;
    const words = new Set(indexed.sequence);
    const terms = new Set<number>();
    const runs = new Set<number>();
    for (const word of words) {
      if (word < 0) continue;
      shelf.words.add(word, by);
      const term = this.vocabulary.termOf(word);
      if (term >= 0) terms.add(term);
      for (const run of this.vocabulary.runsOfWord(word)) runs.add(run);
    }
    for (const term of terms) shelf.terms.add(term, by);
    for (const run of runs) shelf.runs.add(run, by);
  }

  private shelfOf(audience: string): Shelf {
    const shelf = this.shelves.get(audience) ?? new Shelf(audience);
    this.shelves.set(audience, shelf);
    return shelf;
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
      shelf: this.shelfOf(article.audience),
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
