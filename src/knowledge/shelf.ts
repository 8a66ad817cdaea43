/** An article as it is indexed, and what is counted of all that are for the same audience. */
import type { Article } from '../domain/article';
import { isFor } from '../domain/audience';
import type { Memberships } from '../domain/audience';
import type { Language } from '../domain/person';
import { Ints } from './ints';

export interface IndexedArticle {
  readonly article: Article;
  readonly shelf: Shelf;
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

/** What the articles of one audience have in common. */
export class Shelf {
  /** How many articles there are. */
  size = 0;
  /** In words that tell something. */
  titleLengths = 0;
  bodyLengths = 0;
  /** In how many articles a term, a run of letters or a word as it is spelt stands. */
  readonly terms = new Counts();
  readonly runs = new Counts();
  readonly words = new Counts();

  constructor(readonly audience: string) {}

  isFor(reader: Memberships): boolean {
    return this.size > 0 && isFor(this.audience, reader);
  }
}

/** Numbers from 0 and how often each was counted. */
class Counts {
  private readonly counts = new Ints();

  of(number: number): number {
    return number < this.counts.length ? this.counts.at(number) : 0;
  }

  add(number: number, by: 1 | -1): void {
    while (this.counts.length <= number) this.counts.push(0);
    this.counts.set(number, this.counts.at(number) + by);
  }
}
