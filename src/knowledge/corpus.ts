/**
 * The articles as the search sees them: an inverted index (term → articles, with counts by field), each article's words in
 * order, and its own text. One article is put in or taken out at a time; what is said of all (frequencies, mean lengths) is
 * kept up to date. Everything lies in flat arrays: little memory, and a file of them is read back without being understood.
 */
import type { Article, ArticleId } from '../domain/article';
import type { Memberships } from '../domain/audience';
import type { Language } from '../domain/person';
import { LINE, linesOf, TITLE } from './article-words';
import { Ints } from './ints';
import { Lists } from './lists';
import { Records } from './records';
import type { Kept, Sections } from './sections';
import { KINDS, Shelves } from './shelves';
import type { Kind } from './shelves';
import { View } from './view';
import type { Phrases } from './words';
import { detectLanguage } from './words';
import { Vocabulary } from './vocabulary';

/** An article that was read and is not in the corpus yet. */
interface ReadArticle {
  readonly article: Article;
  readonly language: Language | null;
  /** Words, with a mark where a title, tag, heading or sentence begins. */
  readonly sequence: Int32Array;
  /** In words that tell something. */
  readonly titleLength: number;
  readonly bodyLength: number;
}

const TITLE_MOST = 0xff;
const HEADING_MOST = 0xff;
const TEXT_MOST = 0x7fff;

/** Views are small, but every set of audiences has its own. */
const VIEWS_KEPT = 16;

/** By slot: in which language an article is written. */
const LANGUAGE_CODES: readonly (Language | null)[] = [null, 'en', 'pl'];

export class Corpus implements Kept {
  readonly vocabulary: Vocabulary;
  /** Changes whenever an article comes or goes. */
  version = 0;
  private readonly records = new Records();
  /** By term: slot and count of each article it is in, one after the other. */
  private readonly postings = new Lists<Int32Array>('ints');
  private readonly sequences = new Lists<Int32Array>('ints');
  /** By term, run and word as it is spelt: in how many articles it is. */
  private totals: Readonly<Record<Kind, Ints>> = { terms: new Ints(), runs: new Ints(), words: new Ints() };
  private readonly shelves = new Shelves();
  private readonly views = new Map<string, View>();
  private viewsFor = -1;
  /** By slot. */
  private titleLengths = new Ints();
  private bodyLengths = new Ints();
  private languages = new Ints();
  /** By term or run: how often in the article that is looked at; all 0 between articles. */
  private scratch = new Int32Array(0);

  constructor(
    private readonly phrases: Phrases,
    useFuse: boolean,
  ) {
    this.vocabulary = new Vocabulary(useFuse);
  }

  /** How many articles there are. */
  get size(): number {
    return this.records.size;
  }

  /** Slots are below this. */
  get slots(): number {
    return this.records.slots;
  }

  /** What a reader may see. */
  viewOf(reader: Memberships): View {
    if (this.viewsFor !== this.version) this.views.clear();
    this.viewsFor = this.version;
    const shelves = this.shelves.seenBy(reader);
    const key = JSON.stringify(shelves.seen.map(({ audience }) => audience));
    const known = this.views.get(key);
    if (known !== undefined) return known;
    const { terms, runs, words } = this.totals;
    const totals = { terms: terms.view(), runs: runs.view(), words: words.view() };
    const view = new View(this.vocabulary, totals, shelves);
    if (this.views.size >= VIEWS_KEPT) this.views.clear();
    this.views.set(key, view);
    return view;
  }

  /** Whom the articles are for, each audience once. */
  audiences(): string[] {
    return this.shelves.audiences();
  }

  ids(): IterableIterator<ArticleId> {
    return this.records.ids();
  }

  slotOf(id: ArticleId): number | undefined {
    return this.records.slotOf(id);
  }

  idAt(slot: number): ArticleId {
    return this.records.idAt(slot);
  }

  articleAt(slot: number): Article {
    return this.records.articleAt(slot);
  }

  audienceAt(slot: number): string {
    return this.records.audienceAt(slot);
  }

  languageAt(slot: number): Language | null {
    return LANGUAGE_CODES[this.languages.at(slot)] ?? null;
  }

  /** By slot, in words that tell something. Views, valid until there are more slots. */
  lengths(): { readonly title: Int32Array; readonly body: Int32Array } {
    return { title: this.titleLengths.view(), body: this.bodyLengths.view() };
  }

  /** An article's words, with a mark where a title, tag, heading or sentence begins: a view, valid until articles change. */
  sequenceOf(slot: number): Int32Array {
    return this.sequences.of(slot);
  }

  /** Slot and count of each article of a term, one after the other: a view, valid until articles change. */
  postingsOf(term: number): Int32Array {
    return this.postings.of(term);
  }

  /** Reads an article, a line at a time: whoever is in a hurry may come between two. What is read is put in by `put`. */
  *read(article: Article): Generator<undefined, ReadArticle> {
    const language = article.language ?? detectLanguage(`${article.title}\n${article.body}`);
    const sequence = new Ints();
    const lengths = { title: 0, body: 0 };
    for (const { kind, words } of linesOf(article, language, this.phrases)) {
      sequence.push(kind);
      for (const word of words) {
        sequence.push(this.vocabulary.add(word, language));
        if (word.stem !== '') lengths[kind === TITLE ? 'title' : 'body'] += 1;
      }
      yield;
    }
    return { article, language, sequence: sequence.view(), titleLength: lengths.title, bodyLength: lengths.body };
  }

  /** Puts an article in, in the place of the one of the same id. @param stamp as `stampOf` shall give it back */
  put({ article, language, sequence, titleLength, bodyLength }: ReadArticle, stamp: string): void {
    this.take(article.id);
    const slot = this.records.put(article, stamp);
    for (const list of [this.titleLengths, this.bodyLengths, this.languages]) list.growTo(slot + 1);
    this.titleLengths.set(slot, titleLength);
    this.bodyLengths.set(slot, bodyLength);
    this.languages.set(slot, LANGUAGE_CODES.indexOf(language));
    this.sequences.growTo(slot + 1);
    this.sequences.fill(slot, sequence);
    this.postings.growTo(this.vocabulary.termCount);
    for (const [term, count] of this.countsOf(sequence)) {
      this.postings.push(term, slot);
      this.postings.push(term, count);
    }
    this.count(slot, 1);
    this.shelve(slot, 1);
    this.version += 1;
  }

  /** Takes an article out, if it is there. */
  take(id: ArticleId): void {
    const slot = this.records.slotOf(id);
    if (slot === undefined) return;
    const sequence = this.sequences.of(slot);
    for (const [term] of this.countsOf(sequence)) {
      const postings = this.postings.of(term);
      let place = 0;
      while (postings[place] !== slot) place += 2;
      postings.copyWithin(place, postings.length - 2);
      this.postings.cut(term, postings.length - 2);
    }
    this.count(slot, -1);
    this.shelve(slot, -1);
    this.sequences.fill(slot, new Int32Array(0));
    this.records.take(id);
    this.version += 1;
  }

  stampOf(id: ArticleId): string | undefined {
    return this.records.stampOf(id);
  }

  /** Says who may see an article, and with which stamp it is known from now on. */
  restamp(id: ArticleId, stamp: string, audience: string): void {
    const slot = this.records.slotOf(id);
    if (slot === undefined) return;
    const isMoved = this.audienceAt(slot) !== audience;
    if (isMoved) this.shelve(slot, -1);
    this.records.restamp(id, stamp, audience);
    if (!isMoved) return;
    this.shelve(slot, 1);
    this.version += 1;
  }

  save(to: Sections): void {
    for (const [name, part] of this.parts()) part.save(to.within(name));
    for (const kind of KINDS) to.put(`${kind}Total`, this.totals[kind].view());
    to.put('titleLengths', this.titleLengths.view());
    to.put('bodyLengths', this.bodyLengths.view());
    to.put('languages', this.languages.view());
  }

  restore(from: Sections): void {
    for (const [name, part] of this.parts()) part.restore(from.within(name));
    const total = (kind: Kind): Ints => new Ints(from.ints(`${kind}Total`));
    this.totals = { terms: total('terms'), runs: total('runs'), words: total('words') };
    this.titleLengths = new Ints(from.ints('titleLengths'));
    this.bodyLengths = new Ints(from.ints('bodyLengths'));
    this.languages = new Ints(from.ints('languages'));
    this.shelves.clear();
    for (const id of this.ids()) this.shelve(this.records.slotOf(id)!, 1);
    this.version += 1;
  }

  private parts(): readonly (readonly [string, Kept])[] {
    const { vocabulary, records, postings, sequences } = this;
    return Object.entries({ vocabulary, records, postings, sequences });
  }

  /** Counts an article in, or out. */
  private count(slot: number, by: 1 | -1): void {
    const { vocabulary, totals } = this;
    totals.terms.growTo(vocabulary.termCount);
    totals.runs.growTo(vocabulary.runCount);
    totals.words.growTo(vocabulary.wordCount);
    const numbers = this.numbersOf(this.sequences.of(slot));
    for (const kind of KINDS) for (const number of numbers[kind]) totals[kind].add(number, by);
  }

  /** The same, among those of its audience. */
  private shelve(slot: number, by: 1 | -1): void {
    const [titleLength, bodyLength] = [this.titleLengths.at(slot), this.bodyLengths.at(slot)];
    const numbers = (): Record<Kind, number[]> => this.numbersOf(this.sequences.of(slot));
    this.shelves.count(this.audienceAt(slot), { titleLength, bodyLength, numbers }, by);
  }

  /** The terms of an article, each with its count: title + headings and tags × 2⁸ + text × 2¹⁶. */
  private countsOf(sequence: Int32Array): [number, number][] {
    const counts = this.scratchFor(this.vocabulary.termCount);
    const termOfWord = this.vocabulary.termsOfWords();
    const found: number[] = [];
    let kind = TITLE;
    for (const word of sequence) {
      if (word < 0) kind = word;
      const term = word < 0 ? -1 : termOfWord[word]!;
      if (term < 0) continue;
      if (counts[term] === 0) found.push(term);
      counts[term] = oneMore(counts[term]!, kind);
    }
    return found.map((term) => {
      const count = counts[term]!;
      counts[term] = 0;
      return [term, count];
    });
  }

  /** The terms, runs and words of an article, each once. */
  private numbersOf(sequence: Int32Array): Record<Kind, number[]> {
    const words = [...new Set(sequence)].filter((word) => word >= 0);
    const seen = this.scratchFor(this.vocabulary.runCount);
    const runs: number[] = [];
    for (const word of words) {
      for (const run of this.vocabulary.runsOfWord(word)) {
        if (seen[run] === 0) runs.push(run);
        seen[run] = 1;
      }
    }
    for (const run of runs) seen[run] = 0;
    return { terms: this.countsOf(sequence).map(([term]) => term), runs, words };
  }

  private scratchFor(length: number): Int32Array {
    if (this.scratch.length < length) this.scratch = new Int32Array(Math.ceil(1.5 * length));
    return this.scratch;
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
