/** A list of whole numbers that grows, at four bytes each. */
export class Ints {
  private values: Int32Array;
  private used: number;

  /** @param values what it holds at first, taken over without a copy */
  constructor(values: Int32Array = new Int32Array(0)) {
    this.values = values;
    this.used = values.length;
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

  /** Adds to the number at a place below `length`. */
  add(place: number, value: number): void {
    this.values[place]! += value;
  }

  push(value: number): void {
    if (this.used === this.values.length) {
      const grown = new Int32Array(Math.ceil(this.used * 1.5) + 16);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.used] = value;
    this.used += 1;
  }

  /** Makes it so long, with zeros. */
  growTo(length: number): void {
    while (this.used < length) this.push(0);
  }

  /** What it holds, or a part of it: a view, valid until it grows. */
  view(from = 0, to = this.used): Int32Array {
    return this.values.subarray(from, to);
  }
}
