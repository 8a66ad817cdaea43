/** Short texts, each with a number: 0 for the first that was added. A hash table in flat arrays, with open addressing. */
import { Ints } from './ints';
import type { Kept, Sections } from './sections';

export class Texts implements Kept {
  private letters = new Uint16Array(0);
  /** The letters of text t stand from `starts[t]` to before `starts[t + 1]`. */
  private starts = new Ints(Int32Array.of(0));
  private hashes = new Ints();
  /** Numbers + 1 of the texts by their hash; 0 where there is none. */
  private table = new Int32Array(16);

  get size(): number {
    return this.hashes.length;
  }

  /** The number of a text, or -1. */
  find(text: string): number {
    return this.table[this.placeOf(text, hashOf(text))]! - 1;
  }

  /** The number of a text, a new one if it is new. */
  add(text: string): number {
    const hash = hashOf(text);
    const place = this.placeOf(text, hash);
    if (this.table[place] !== 0) return this.table[place]! - 1;
    const number = this.size;
    this.table[place] = number + 1;
    this.hashes.push(hash);
    this.append(text);
    if (3 * this.size > 2 * this.table.length) this.widen();
    return number;
  }

  /** By their letters: an order that does not tell which was added first. */
  compare(a: number, b: number): number {
    const { letters, starts } = this;
    const [startA, startB] = [starts.at(a), starts.at(b)];
    const [lengthA, lengthB] = [starts.at(a + 1) - startA, starts.at(b + 1) - startB];
    for (let at = 0; at < Math.min(lengthA, lengthB); at += 1) {
      const difference = letters[startA + at]! - letters[startB + at]!;
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }

  at(number: number): string {
    return String.fromCharCode(...this.letters.subarray(this.starts.at(number), this.starts.at(number + 1)));
  }

  save(to: Sections): void {
    to.put('letters', this.letters.subarray(0, this.starts.at(this.size)));
    to.put('starts', this.starts.view());
    to.put('hashes', this.hashes.view());
    to.put('table', this.table);
  }

  restore(from: Sections): void {
    this.letters = from.letters('letters') as Uint16Array<ArrayBuffer>;
    this.starts = new Ints(from.ints('starts'));
    this.hashes = new Ints(from.ints('hashes'));
    this.table = from.ints('table') as Int32Array<ArrayBuffer>;
  }

  private placeOf(text: string, hash: number): number {
    const last = this.table.length - 1;
    let place = hash & last;
    for (; this.table[place] !== 0; place = (place + 1) & last) {
      const number = this.table[place]! - 1;
      if (this.hashes.at(number) === hash && this.is(number, text)) return place;
    }
    return place;
  }

  private is(number: number, text: string): boolean {
    const start = this.starts.at(number);
    if (this.starts.at(number + 1) - start !== text.length) return false;
    for (let at = 0; at < text.length; at += 1) if (this.letters[start + at] !== text.charCodeAt(at)) return false;
    return true;
  }

  private append(text: string): void {
    const start = this.starts.at(this.starts.length - 1);
    if (start + text.length > this.letters.length) {
      const grown = new Uint16Array(Math.ceil((start + text.length) * 1.5) + 64);
      grown.set(this.letters);
      this.letters = grown;
    }
    for (let at = 0; at < text.length; at += 1) this.letters[start + at] = text.charCodeAt(at);
    this.starts.push(start + text.length);
  }

  private widen(): void {
    const table = new Int32Array(2 * this.table.length);
    const last = table.length - 1;
    for (let number = 0; number < this.size; number += 1) {
      let place = this.hashes.at(number) & last;
      while (table[place] !== 0) place = (place + 1) & last;
      table[place] = number + 1;
    }
    this.table = table;
  }
}

/** FNV-1a, https://datatracker.ietf.org/doc/draft-eastlake-fnv/, its bits mixed once more, for a table takes the lowest. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
