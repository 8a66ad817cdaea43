/**
 * The words that a misspelt one may mean. Those with most letter pairs in common are compared letter by letter; `fuse.js`
 * judges what is misspelt worse than that.
 */
import Fuse from 'fuse.js';
import { Lists } from './lists';
import type { Kept, Sections } from './sections';
import { Texts } from './texts';

/** Shorter words have too many neighbours to guess from, longer ones are pasted. */
const FROM_LENGTH = 3;
const TO_LENGTH = 20;
/** So many words, those with most letter pairs in common, are compared with a misspelt one. */
const COMPARED = 40;
const KEPT = 4;

/** A word as it is spelt in an article, by its number, and how like the asked one it is: 0..1. */
export interface Spelt {
  readonly word: number;
  readonly similarity: number;
}

/** The words by number. */
interface Words {
  textOf(word: number): string;
  /** An order that does not tell which word was there first: that may be one of an article that is not for the asker. */
  compare(a: number, b: number): number;
}

export class Spelling implements Kept {
  /** Pairs of letters, each with the length of the word it is in: what is far longer or shorter is not looked at. */
  private readonly pairs = new Texts();
  /** By pair: the words that have it. */
  private readonly words = new Lists<Int32Array>('ints');
  /** By word: how many pairs it has in common with the one that is looked up; all 0 between look-ups. */
  private common = new Uint8Array(0);

  /** @param useFuse whether words of more slips are looked for, too */
  constructor(
    private readonly all: Words,
    private readonly useFuse = true,
  ) {}

  learn(text: string, word: number): void {
    if (text.length < FROM_LENGTH || text.length > TO_LENGTH || /\d/.test(text)) return;
    for (const pair of pairsOf(text)) {
      const list = this.pairs.add(inLength(pair, text.length));
      this.words.growTo(list + 1);
      this.words.push(list, word);
    }
    if (word >= this.common.length) this.common = new Uint8Array(Math.ceil(1.25 * word) + 64);
  }

  /**
   * The words that this one may be a misspelling of, best first.
   * @param articlesWith how many articles have a word: one that none has is not meant, and the commoner is meant sooner
   */
  similar(text: string, articlesWith: (word: number) => number): Spelt[] {
    if (text.length < FROM_LENGTH || text.length > TO_LENGTH || /\d/.test(text)) return [];
    const pairs = pairsOf(text);
    const allowed = text.length >= 8 ? 2 : text.length >= 5 ? 1.5 : 1;
    // Of three letters nearly any three are near another word; what lacks one is told by the other three.
    const isNear = (length: number): boolean =>
      text.length > FROM_LENGTH ? Math.abs(length - text.length) <= allowed : length === text.length + 1;
    const byUse = (a: number, b: number): number => articlesWith(b) - articlesWith(a) || this.all.compare(a, b);
    // A slip changes at most three of the letter pairs (a swap), so what has fewer in common is no candidate.
    const least = Math.max(1, text.length + 1 - Math.ceil(allowed) * 3);
    const half = Math.ceil(pairs.size / 2);
    const like = this.count(pairs, Math.min(least, half), isNear);
    let found = this.mostLike(like, least, articlesWith, byUse).flatMap((word): Spelt[] => {
      const other = this.all.textOf(word);
      const slips = slipsBetween(text, other, allowed);
      return slips > allowed ? [] : [{ word, similarity: 1 - slips / Math.max(other.length, text.length) }];
    });
    if (found.length === 0 && this.useFuse && text.length > FROM_LENGTH) {
      // A word has one pair more than it has letters.
      const others = this.count(pairs, half, (length) => !isNear(length) && length + 1 >= half);
      found = this.fuzzy(text, this.mostLike([...like, ...others], half, articlesWith, byUse));
    }
    this.common.fill(0);
    return found.sort((a, b) => b.similarity - a.similarity || byUse(a.word, b.word)).slice(0, KEPT);
  }

  save(to: Sections): void {
    this.pairs.save(to.within('pairs'));
    this.words.save(to.within('words'));
    to.note('room', this.common.length);
  }

  restore(from: Sections): void {
    this.pairs.restore(from.within('pairs'));
    this.words.restore(from.within('words'));
    this.common = new Uint8Array(from.fact('room') as number);
  }

  /** Counts the pairs that each word of some lengths has in common with these. @returns the words with `least` and more */
  private count(pairs: ReadonlySet<string>, least: number, isWanted: (length: number) => boolean): number[] {
    const { common } = this;
    const like: number[] = [];
    for (let length = FROM_LENGTH; length <= TO_LENGTH; length += 1) {
      if (!isWanted(length)) continue;
      for (const pair of pairs) {
        const list = this.pairs.find(inLength(pair, length));
        if (list < 0) continue;
        const words = this.words.of(list);
        for (let at = 0; at < words.length; at += 1) {
          const word = words[at]!;
          const count = common[word]! + 1;
          common[word] = count;
          if (count === least) like.push(word);
        }
      }
    }
    return like;
  }

  /** COMPARED of the words of articles that have at least so many pairs in common: those with the most. */
  private mostLike(
    seen: readonly number[],
    least: number,
    articlesWith: (word: number) => number,
    byUse: (a: number, b: number) => number,
  ): number[] {
    const { common } = this;
    const withCount = new Int32Array(TO_LENGTH + 2);
    for (const word of seen) withCount[common[word]!]! += 1;
    const found: number[] = [];
    let above = TO_LENGTH + 2;
    while (above > least && found.length < COMPARED) {
      // Mostly enough of them are words of articles, and one look at all is enough.
      let from = above - 1;
      for (let more = withCount[from]!; from > least && found.length + more < COMPARED; more += withCount[from]!)
        from -= 1;
      for (const word of seen) {
        if (common[word]! >= from && common[word]! < above && articlesWith(word) > 0) found.push(word);
      }
      above = from;
    }
    return found.sort((a, b) => common[b]! - common[a]! || byUse(a, b)).slice(0, COMPARED);
  }

  private fuzzy(text: string, candidates: readonly number[]): Spelt[] {
    const texts = candidates.map((word) => this.all.textOf(word));
    const fuse = new Fuse(texts, { includeScore: true, threshold: 0.4, ignoreFieldNorm: true, distance: TO_LENGTH });
    return fuse.search(text, { limit: KEPT }).map(({ item, refIndex, score = 1 }) => {
      const lengths = Math.min(item.length, text.length) / Math.max(item.length, text.length);
      return { word: candidates[refIndex]!, similarity: (1 - score) * lengths };
    });
  }
}

/** The pairs of neighbouring letters, the ends included. */
function pairsOf(text: string): Set<string> {
  const edged = `_${text}_`;
  return new Set(Array.from({ length: text.length + 1 }, (_, at) => edged.slice(at, at + 2)));
}

function inLength(pair: string, length: number): string {
  return pair + String.fromCharCode(length);
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
