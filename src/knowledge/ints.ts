/** A list of whole numbers that grows, at four bytes each. */
export class Ints {
  private values: Int32Array;
  private used = 0;

  constructor(room = 4) {
    this.values = new Int32Array(room);
  }

  get length(): number {
    return this.used;
  }

  /** The number at a place below `length`. */
  at(place: number): number {
    return this.values[place]!;
  }

  set(place: number, value: number): void {
    this.values[place] = value;
  }

  push(value: number): void {
    if (this.used === this.values.length) {
      const grown = new Int32Array(Math.ceil(this.used * 1.5) + 4);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.used] = value;
    this.used += 1;
  }

  pop(): void {
    this.used -= 1;
  }

  indexOf(value: number): number {
    const place = this.values.indexOf(value);
    return place < this.used ? place : -1;
  }

  /** A view, valid until the list grows. */
  slice(from: number, to: number): Int32Array {
    return this.values.subarray(from, to);
  }
}
