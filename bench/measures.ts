/** Figures of a series of times. */
export function quantile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(times: readonly number[]): number {
  return quantile(times, 0.5);
}

/** Milliseconds as they are shown and kept. */
export function rounded(ms: number): number {
  return Number(ms.toPrecision(3));
}
