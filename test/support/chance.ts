/** Chance that can be repeated: the same seed gives the same numbers (mulberry32). */
export interface Chance {
  /** A whole number from `from` up to, not including, `to`. */
  between(from: number, to: number): number;
  /** One of them; undefined of none. */
  of<T>(items: readonly T[]): T | undefined;
}

export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from));
  return { between, of: (items) => items[between(0, items.length)] };
}
