/** The value below which this share of the others lies; 0 for none at all. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}

/** What a set of durations has to say. */
export interface Spread {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** The middle and the slow end of durations in milliseconds. */
export function spread(durationsMs: readonly number[]): Spread {
  return { count: durationsMs.length, p50Ms: quantile(durationsMs, 0.5), p99Ms: quantile(durationsMs, 0.99) };
}
