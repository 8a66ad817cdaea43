/** Figures of a series of times. */
export function quantile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(times: readonly number[]): number {
  return quantile(times, 0.5);
}

/** `--short`: as little of everything as shows that the bench still works. Its figures say nothing. */
export const isShort = process.argv.includes('--short');

/** How much of something there is: as much as is measured, or in short. */
export function sized<T>(whole: T, short: T): T {
  return isShort ? short : whole;
}

/** Milliseconds as they are shown and kept. */
export function rounded(ms: number): number {
  return Number(ms.toPrecision(3));
}
