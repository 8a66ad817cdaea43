/** What the index consists of, as arrays of numbers and a few facts by name: so it lies in memory, and so it is written to a file. */

export type Numbers = Int32Array | Uint16Array | Uint8Array;

/** A part of the index that can be written as it lies in memory, and put in the place of an empty one. */
export interface Kept {
  /** The arrays are not copied: they are good until the part is changed. */
  save(to: Sections): void;
  /** @throws Error when something is missing; the part is of no use then */
  restore(from: Sections): void;
}

export class Sections {
  constructor(
    readonly arrays: Map<string, Numbers> = new Map(),
    readonly facts: Record<string, unknown> = {},
    private readonly path = '',
  ) {}

  /** The sections of a part, under its name. */
  within(name: string): Sections {
    return new Sections(this.arrays, this.facts, `${this.path}${name}.`);
  }

  put(name: string, numbers: Numbers): void {
    this.arrays.set(this.path + name, numbers);
  }

  /** @param fact anything that JSON can say */
  note(name: string, fact: unknown): void {
    this.facts[this.path + name] = fact;
  }

  ints(name: string): Int32Array {
    return this.take(name, Int32Array);
  }

  letters(name: string): Uint16Array {
    return this.take(name, Uint16Array);
  }

  bytes(name: string): Uint8Array {
    return this.take(name, Uint8Array);
  }

  fact(name: string): unknown {
    const fact = this.facts[this.path + name];
    if (fact === undefined) throw new Error(`${this.path}${name} is missing`);
    return fact;
  }

  private take<A extends Numbers>(name: string, kind: new (room: number) => A): A {
    const numbers = this.arrays.get(this.path + name);
    if (!(numbers instanceof kind)) throw new Error(`${this.path}${name} is missing`);
    return numbers;
  }
}
