/** Lower and upper bound, in this order. */
export type Interval = readonly [number, number];

/** Level of every two-sided interval that Laconic prints. */
export const CONFIDENCE = 0.95;

/** Smallest interval that holds both. */
export function hull(a: Interval, b: Interval): Interval {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}

export function clamp(interval: Interval, low: number, high: number): Interval {
  return [Math.max(low, interval[0]), Math.min(high, interval[1])];
}
