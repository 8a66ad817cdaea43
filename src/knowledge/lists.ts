/**
 * Many lists of numbers in few large pages: no object for a list, no copy of everything when one grows, and the pages can be
 * written to a file as they are. Room that a list leaves is taken by another.
 */
import { Ints } from './ints';
import type { Kept, Sections } from './sections';

/** Numbers in a page; smaller ones at first, for a small knowledge base. */
const PAGE = 2 ** 20;
const FIRST_PAGE = 2 ** 12;

export class Lists<A extends Int32Array | Uint8Array> implements Kept {
  private pages: A[] = [];
  private usedOfLast = 0;
  /** By list: page × PAGE + place in the page. */
  private starts = new Ints();
  private lengths = new Ints();
  private rooms = new Ints();
  /** Starts of the rooms that were left, by size. */
  private readonly left = new Map<number, number[]>();

  constructor(private readonly kind: 'ints' | 'bytes') {}

  /** How many lists there are. */
  get size(): number {
    return this.lengths.length;
  }

  /** Makes it so many lists, the new ones empty. */
  growTo(size: number): void {
    for (const facts of [this.starts, this.lengths, this.rooms]) facts.growTo(size);
  }

  /** 0 for a list that does not exist. */
  lengthOf(list: number): number {
    return list < this.lengths.length ? this.lengths.at(list) : 0;
  }

  /** By list. A view, valid until there are more. */
  lengthsOf(): Int32Array {
    return this.lengths.view();
  }

  /** The numbers of a list: a view, valid until it changes. */
  of(list: number): A {
    const start = this.starts.at(list);
    const page = this.pages[Math.floor(start / PAGE)];
    const from = start % PAGE;
    return (page ?? this.empty(0)).subarray(from, from + this.lengthOf(list)) as A;
  }

  push(list: number, value: number): void {
    const length = this.lengths.at(list);
    if (length === this.rooms.at(list)) this.move(list, length + 1);
    const start = this.starts.at(list);
    this.pages[Math.floor(start / PAGE)]![(start % PAGE) + length] = value;
    this.lengths.set(list, length + 1);
  }

  /** Makes the list shorter. */
  cut(list: number, length: number): void {
    this.lengths.set(list, length);
  }

  /** Puts these numbers in place of those of a list. */
  fill(list: number, values: A): void {
    this.lengths.set(list, 0);
    if (roomFor(values.length) !== this.rooms.at(list)) this.move(list, values.length);
    this.lengths.set(list, values.length);
    if (values.length > 0) this.of(list).set(values);
  }

  save(to: Sections): void {
    to.put('starts', this.starts.view());
    to.put('lengths', this.lengths.view());
    to.put('rooms', this.rooms.view());
    to.note('pages', this.pages.length);
    to.note('usedOfLast', this.usedOfLast);
    to.put('left', Int32Array.from([...this.left].flatMap(([room, starts]) => [room, starts.length, ...starts])));
    this.pages.forEach((page, at) => {
      to.put(`page${at}`, at === this.pages.length - 1 ? page.subarray(0, this.usedOfLast) : page);
    });
  }

  restore(from: Sections): void {
    const lists = [
      new Ints(from.ints('starts')),
      new Ints(from.ints('lengths')),
      new Ints(from.ints('rooms')),
    ] as const;
    [this.starts, this.lengths, this.rooms] = lists;
    const pages = Array.from({ length: from.fact('pages') as number }, (_, at) => `page${at}`);
    this.pages = pages.map((name) => (this.kind === 'ints' ? from.ints(name) : from.bytes(name)) as A);
    this.usedOfLast = from.fact('usedOfLast') as number;
    const last = this.pages.pop();
    if (last !== undefined) {
      // It was cut after what is used.
      const whole = this.empty(Math.max(last.length, usualPage(this.pages.length)));
      whole.set(last);
      this.pages.push(whole);
    }
    this.left.clear();
    const left = from.ints('left');
    for (let at = 0; at < left.length; at += 2 + left[at + 1]!) {
      this.left.set(left[at]!, [...left.subarray(at + 2, at + 2 + left[at + 1]!)]);
    }
  }

  private move(list: number, length: number): void {
    const before = this.of(list);
    const room = roomFor(length);
    const old = { start: this.starts.at(list), room: this.rooms.at(list) };
    const start = room === 0 ? 0 : (this.left.get(room)?.pop() ?? this.newRoom(room));
    this.starts.set(list, start);
    this.rooms.set(list, room);
    if (before.length > 0) this.pages[Math.floor(start / PAGE)]!.set(before, start % PAGE);
    if (old.room === 0) return;
    const left = this.left.get(old.room);
    if (left === undefined) this.left.set(old.room, [old.start]);
    else left.push(old.start);
  }

  private newRoom(room: number): number {
    const last = this.pages.at(-1);
    if (last === undefined || this.usedOfLast + room > last.length) {
      this.pages.push(this.empty(Math.max(room, usualPage(this.pages.length))));
      this.usedOfLast = 0;
    }
    const start = (this.pages.length - 1) * PAGE + this.usedOfLast;
    this.usedOfLast += room;
    return start;
  }

  private empty(room: number): A {
    return (this.kind === 'ints' ? new Int32Array(room) : new Uint8Array(room)) as A;
  }
}

function usualPage(number: number): number {
  return Math.min(PAGE, FIRST_PAGE * 2 ** number);
}

/** Rooms come in four sizes between a power of two and the next, so that what is left fits others. */
function roomFor(length: number): number {
  if (length <= 8) return length + (length & 1);
  const step = 2 ** (29 - Math.clz32(length - 1));
  return Math.ceil(length / step) * step;
}
