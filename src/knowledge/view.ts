/**
 * The knowledge base as one reader may see it. Whatever is counted of articles, a view counts of those that its reader may
 * see: so what a question finds, and how sure that is, is exactly what it would be if nothing else were there.
 */
import { EVERYONE } from '../domain/audience';
import { KINDS } from './shelves';
import type { Kind, Shelf } from './shelves';
import type { SpeltMatch, Vocabulary } from './vocabulary';

/** Small knowledge bases know too little of how rare a word is: as if there were so many more articles without it. */
const UNSEEN_ARTICLES = 100;
const SPELLINGS_KEPT = 5000;

/** By term, run or word: in how many of all articles it is. Numbers that are missing are in none. */
export type Totals = Readonly<Record<Kind, Int32Array>>;

/** Good until articles change. */
export class View {
  /** How many articles there are. */
  readonly size: number;
  readonly meanTitleLength: number;
  readonly meanBodyLength: number;
  /** By term: in how many articles it stands. */
  readonly frequencies: Int32Array;
  /** By frequency: what a word tells that stands in so many articles, squared. */
  readonly squaredRarities: Float32Array;
  private readonly counts: Totals;
  private readonly audiences: ReadonlySet<string>;
  private readonly rarities: Float32Array;
  private readonly spellings = new Map<string, readonly SpeltMatch[]>();

  constructor(
    readonly vocabulary: Vocabulary,
    totals: Totals,
    { seen, hidden }: { readonly seen: readonly Shelf[]; readonly hidden: readonly Shelf[] },
  ) {
    const sum = (of: (shelf: Shelf) => number): number => seen.reduce((all, shelf) => all + of(shelf), 0);
    this.audiences = new Set(seen.map(({ audience }) => audience));
    this.size = sum(({ size }) => size);
    this.meanTitleLength = sum(({ titleWords }) => titleWords) / this.size || 1;
    this.meanBodyLength = sum(({ bodyWords }) => bodyWords) / this.size || 1;
    this.counts = this.audiences.has(EVERYONE) ? without(totals, hidden, this.size) : only(totals, seen);
    this.frequencies = this.counts.terms;
    // BM25's idf, https://en.wikipedia.org/wiki/Okapi_BM25.
    const articles = this.size + UNSEEN_ARTICLES;
    this.rarities = Float32Array.from({ length: this.size + 1 }, (_, count) =>
      Math.log(1 + (articles - count + 0.5) / (count + 0.5)),
    );
    this.squaredRarities = this.rarities.map((rarity) => rarity ** 2);
  }

  /** Whether articles of an audience are seen. */
  sees(audience: string): boolean {
    return this.audiences.has(audience);
  }

  /** In how many articles a term stands. */
  frequency(term: number): number {
    return this.frequencies[term] ?? 0;
  }

  runFrequency(run: number): number {
    return this.counts.runs[run] ?? 0;
  }

  /** How many articles have this word, as it is spelt. */
  readonly articlesWith = (word: number): number => this.counts.words[word] ?? 0;

  readonly knows = (word: number): boolean => this.articlesWith(word) > 0;

  rarity(frequency: number): number {
    return this.rarities[frequency]!;
  }

  /** The term of a stem that an article has. */
  find(stem: string): number | undefined {
    const term = this.vocabulary.find(stem);
    return term !== undefined && this.frequency(term) > 0 ? term : undefined;
  }

  /** The terms that a word may be a misspelling of, best first. */
  similar(text: string): readonly SpeltMatch[] {
    const known = this.spellings.get(text);
    if (known !== undefined) return known;
    const found = this.vocabulary.similar(text, this.articlesWith);
    if (this.spellings.size >= SPELLINGS_KEPT) this.spellings.clear();
    this.spellings.set(text, found);
    return found;
  }

  /** The runs of letters of a question's word that an article has. */
  knownRuns(text: string): number[] {
    return this.vocabulary.knownRuns(text).filter((run) => this.runFrequency(run) > 0);
  }
}

/** @param size how many articles are left: until it is said whose an article is, it is counted and not taken off */
function without(totals: Totals, hidden: readonly Shelf[], size: number): Totals {
  if (hidden.length === 0) return totals;
  const isUnsaid = hidden.some(({ audience }) => audience === '');
  const left = { ...totals };
  for (const kind of KINDS) {
    const counts = (left[kind] = totals[kind].slice());
    for (const shelf of hidden) for (const [number, count] of shelf.counts[kind]) counts[number]! -= count;
    if (isUnsaid) for (let at = 0; at < counts.length; at += 1) counts[at] = Math.min(counts[at]!, size);
  }
  return left;
}

function only(totals: Totals, seen: readonly Shelf[]): Totals {
  const counted = { ...totals };
  for (const kind of KINDS) {
    const counts = (counted[kind] = new Int32Array(totals[kind].length));
    for (const shelf of seen) for (const [number, count] of shelf.counts[kind]) counts[number]! += count;
  }
  return counted;
}
