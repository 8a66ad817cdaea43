/**
 * The words that a misspelt one may mean. Those with most letter pairs in common are compared letter by letter; `fuse.js`
 * judges what is misspelt worse than that.
 */
import Fuse from 'fuse.js';

/** Shorter words have too many neighbours to guess from, longer ones are pasted. */
const FROM_LENGTH = 4;
const TO_LENGTH = 20;
/** So many words, those with most letter pairs in common, are compared with a misspelt one. */
const COMPARED = 40;
const KEPT = 4;
const CACHE_LIMIT = 5000;

/** A word as it is spelt in an article, by its number, and how like the asked one it is: 0..1. */
export interface Spelt {
  readonly word: number;
  readonly similarity: number;
}

export class Spelling {
  private readonly texts: string[] = [];
  private readonly words: number[] = [];
  private readonly pairs = new Map<number, number[]>();
  private common = new Uint8Array(1024);
  private readonly cache = new Map<string, readonly Spelt[]>();

  /** @param useFuse whether words of more slips are looked for, too */
  constructor(private readonly useFuse = true) {}

  learn(text: string, word: number): void {
    if (text.length < FROM_LENGTH - 1 || text.length > TO_LENGTH || /\d/.test(text)) return;
    const at = this.texts.length;
    this.texts.push(text);
    this.words.push(word);
    for (const pair of pairsOf(text)) {
      const list = this.pairs.get(pair);
      if (list === undefined) this.pairs.set(pair, [at]);
      else list.push(at);
    }
    this.cache.clear();
  }

  /** The words that this one may be a misspelling of, best first. */
  similar(text: string): readonly Spelt[] {
    if (text.length < FROM_LENGTH || text.length > TO_LENGTH || /\d/.test(text)) return [];
    const known = this.cache.get(text);
    if (known !== undefined) return known;
    const found = this.lookUp(text);
    if (this.cache.size >= CACHE_LIMIT) this.cache.clear();
    this.cache.set(text, found);
    return found;
  }

  private lookUp(text: string): Spelt[] {
    const pairs = pairsOf(text);
    const seen = this.count(pairs);
    const allowed = text.length >= 8 ? 2 : text.length >= 5 ? 1.5 : 1;
    // A slip changes at most three of the letter pairs (a swap), so what has fewer in common is no candidate.
    const least = Math.max(1, text.length + 1 - Math.ceil(allowed) * 3);
    const like = (share: number): number[] =>
      seen.filter((at) => this.common[at]! >= share).sort((a, b) => this.common[b]! - this.common[a]! || a - b);
    const near = like(least).filter((at) => Math.abs(this.texts[at]!.length - text.length) <= allowed);
    let found = near.slice(0, COMPARED).flatMap((at): Spelt[] => {
      const slips = slipsBetween(text, this.texts[at]!, allowed);
      if (slips > allowed) return [];
      const length = Math.max(text.length, this.texts[at]!.length);
      return [{ word: this.words[at]!, similarity: 1 - slips / length }];
    });
    if (found.length === 0 && this.useFuse) found = this.fuzzy(text, like(Math.ceil(pairs.size / 2)));
    for (const at of seen) this.common[at] = 0;
    return found.sort((a, b) => b.similarity - a.similarity || a.word - b.word).slice(0, KEPT);
  }

  /** Counts the pairs that each word has in common with these; what is counted is given back and must be set to zero. */
  private count(pairs: ReadonlySet<number>): number[] {
    if (this.common.length < this.texts.length) this.common = new Uint8Array(this.texts.length * 2);
    const seen: number[] = [];
    for (const pair of pairs) {
      for (const at of this.pairs.get(pair) ?? []) {
        if (this.common[at] === 0) seen.push(at);
        this.common[at]! += 1;
      }
    }
    return seen;
  }

  private fuzzy(text: string, candidates: readonly number[]): Spelt[] {
    const near = candidates.slice(0, COMPARED);
    const texts = near.map((at) => this.texts[at]!);
    const fuse = new Fuse(texts, { includeScore: true, threshold: 0.4, ignoreFieldNorm: true, distance: TO_LENGTH });
    return fuse.search(text, { limit: KEPT }).map(({ item, refIndex, score = 1 }) => {
      const lengths = Math.min(item.length, text.length) / Math.max(item.length, text.length);
      return { word: this.words[near[refIndex]!]!, similarity: (1 - score) * lengths };
    });
  }
}

/** The pairs of neighbouring letters, the ends included, as numbers. */
function pairsOf(text: string): Set<number> {
  const pairs = new Set<number>();
  let before = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) : 0;
    pairs.add(before * 65_536 + code);
    before = code;
  }
  return pairs;
}

/**
 * Letters left out, added, changed or swapped with their neighbour (optimal string alignment,
 * https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance); another first letter is rarer and counts half more.
 * Infinity as soon as they are more than `limit`.
 */
function slipsBetween(a: string, b: string, limit: number): number {
  let two: number[] = [];
  let one = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const changed = one[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let slips = Math.min(one[j]! + 1, row[j - 1]! + 1, changed);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) slips = Math.min(slips, two[j - 2]! + 1);
      row.push(slips);
      least = Math.min(least, slips);
    }
    if (least > limit) return Number.POSITIVE_INFINITY;
    two = one;
    one = row;
  }
  return one[b.length]! + (a[0] === b[0] ? 0 : 0.5);
}
