/**
 * What is counted of the articles of each audience. Most are for everyone, and what is counted of all articles is kept
 * elsewhere, so only those for others are counted here: theirs are taken off where they are not seen.
 */
import { EVERYONE, isFor } from '../domain/audience';
import type { Memberships } from '../domain/audience';

/** What an article adds to the counts. */
export interface Counted {
  /** In words that tell something. */
  readonly titleLength: number;
  readonly bodyLength: number;
  /** Each once: the terms, the runs of letters and the words as they are spelt. */
  readonly numbers: () => Record<Kind, Iterable<number>>;
}

export const KINDS = ['terms', 'runs', 'words'] as const;
export type Kind = (typeof KINDS)[number];

/** The articles of one audience. */
export interface Shelf {
  readonly audience: string;
  /** How many articles there are. */
  size: number;
  /** In words that tell something. */
  titleWords: number;
  bodyWords: number;
  /** In how many articles each number is; empty for everyone's, and for articles of which nobody said yet whose they are. */
  readonly counts: Readonly<Record<Kind, Map<number, number>>>;
}

export class Shelves {
  private readonly shelves = new Map<string, Shelf>();

  /** Takes an article on, or off. */
  count(audience: string, { titleLength, bodyLength, numbers }: Counted, by: 1 | -1): void {
    const shelf = this.of(audience);
    shelf.size += by;
    shelf.titleWords += by * titleLength;
    shelf.bodyWords += by * bodyLength;
    if (shelf.size === 0) this.shelves.delete(audience);
    if (audience === EVERYONE || audience === '') return;
    const counted = numbers();
    for (const kind of KINDS) {
      const counts = shelf.counts[kind];
      for (const number of counted[kind]) counts.set(number, (counts.get(number) ?? 0) + by);
    }
  }

  clear(): void {
    this.shelves.clear();
  }

  audiences(): string[] {
    return [...this.shelves.keys()].filter((audience) => audience !== '');
  }

  /** Those that a reader may see, and the others. */
  seenBy(reader: Memberships): { readonly seen: readonly Shelf[]; readonly hidden: readonly Shelf[] } {
    const shelves = [...this.shelves.values()];
    const isSeen = ({ audience }: Shelf): boolean => isFor(audience, reader);
    return { seen: shelves.filter(isSeen), hidden: shelves.filter((shelf) => !isSeen(shelf)) };
  }

  private of(audience: string): Shelf {
    const known = this.shelves.get(audience);
    if (known !== undefined) return known;
    const counts = { terms: new Map(), runs: new Map(), words: new Map() };
    const shelf = { audience, size: 0, titleWords: 0, bodyWords: 0, counts };
    this.shelves.set(audience, shelf);
    return shelf;
  }
}
