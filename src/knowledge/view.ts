/**
 * The knowledge base as one reader may see it. Articles of the same audience stand on one shelf, which counts what is said of
 * all of them; a reader's view adds up the shelves they may see. So whatever a question finds, and how sure it is, is exactly
 * what it would be if nothing else were there.
 */
import type { IndexedArticle, Postings, Shelf } from './shelf';
import type { Match, Vocabulary } from './vocabulary';

/** Small knowledge bases know too little of how rare a word is: as if there were so many more articles without it. */
const UNSEEN_ARTICLES = 30;
const SPELLINGS_KEPT = 5000;

/** What all views share. */
export interface Shelved {
  readonly vocabulary: Vocabulary;
  /** By slot; the slot of a removed article is undefined until another takes it. */
  readonly articles: readonly (IndexedArticle | undefined)[];
  postingsOf(term: number): Postings;
}

/** Valid until an article is added or removed. */
export class View {
  readonly vocabulary: Vocabulary;
  /** How many articles there are. */
  readonly size: number;
  readonly meanTitleLength: number;
  readonly meanBodyLength: number;
  private readonly shelves: readonly Shelf[];
  private readonly rarities: Float32Array;
  private squares: Float32Array | null = null;
  private readonly spellings = new Map<string, readonly Match[]>();

  constructor(
    private readonly shelved: Shelved,
    shelves: readonly Shelf[],
  ) {
    const sum = (of: (shelf: Shelf) => number): number => shelves.reduce((all, shelf) => all + of(shelf), 0);
    this.shelves = shelves;
    this.vocabulary = shelved.vocabulary;
    this.size = sum(({ size }) => size);
    this.meanTitleLength = sum(({ titleLengths }) => titleLengths) / this.size || 1;
    this.meanBodyLength = sum(({ bodyLengths }) => bodyLengths) / this.size || 1;
    // What a word tells that stands in so many articles: BM25's idf, https://en.wikipedia.org/wiki/Okapi_BM25.
    const articles = this.size + UNSEEN_ARTICLES;
    this.rarities = Float32Array.from({ length: this.size + 1 }, (_, count) =>
      Math.log(1 + (articles - count + 0.5) / (count + 0.5)),
    );
  }

  sees({ shelf }: IndexedArticle): boolean {
    return this.shelves.includes(shelf);
  }

  /** In how many articles a term stands. */
  frequency(term: number): number {
    let sum = 0;
    for (const { terms } of this.shelves) sum += terms.of(term);
    return sum;
  }

  runFrequency(run: number): number {
    let sum = 0;
    for (const { runs } of this.shelves) sum += runs.of(run);
    return sum;
  }

  /** Whether an article has this word, as it is spelt. */
  readonly knows = (word: number): boolean => this.shelves.some(({ words }) => words.of(word) > 0);

  rarity(frequency: number): number {
    return this.rarities[frequency]!;
  }

  /** By term: the square of its rarity. */
  squaredRarities(): Float32Array {
    this.squares ??= Float32Array.from(this.vocabulary.stems, (_, term) => this.rarity(this.frequency(term)) ** 2);
    return this.squares;
  }

  /** The term of a stem that an article has. */
  find(stem: string): number | undefined {
    const term = this.vocabulary.find(stem);
    return term !== undefined && this.frequency(term) > 0 ? term : undefined;
  }

  /** The terms that a word may be a misspelling of, best first. */
  similar(text: string): readonly Match[] {
    const known = this.spellings.get(text);
    if (known !== undefined) return known;
    const found = this.vocabulary.similar(text, this.knows);
    if (this.spellings.size >= SPELLINGS_KEPT) this.spellings.clear();
    this.spellings.set(text, found);
    return found;
  }

  /** The runs of letters of a question's word that an article has. */
  knownRuns(text: string): number[] {
    return this.vocabulary.knownRuns(text).filter((run) => this.runFrequency(run) > 0);
  }

  /** Of every article, also of those that are not seen. */
  postingsOf(term: number): Postings {
    return this.shelved.postingsOf(term);
  }

  get articles(): Shelved['articles'] {
    return this.shelved.articles;
  }
}
