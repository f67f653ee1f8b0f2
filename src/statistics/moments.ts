import { CONFIDENCE, type Interval } from './interval.js';
import type { Numbers } from './quantile.js';
import { studentQuantile } from './student-t.js';

/** NaN when empty. */
export function mean(values: Numbers): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] ?? 0;
  return sum / values.length;
}

/** Sample variance with n − 1, from the deviations; NaN below two values. */
export function variance(values: Numbers): number {
  if (values.length < 2) return Number.NaN;
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += ((values[i] ?? 0) - centre) ** 2;
  return sum / (values.length - 1);
}

/** Standard error of a mean by the central limit theorem: √(s² / n) (Miller 2024, arXiv 2411.00640, eq. 1). */
export function standardErrorOfMean(values: Numbers): number {
  return Math.sqrt(variance(values) / values.length);
}

/** mean ± t(n − 1) · s/√n; unbounded where one value says nothing about the spread. */
export function meanInterval(values: Numbers, confidence: number = CONFIDENCE): Interval {
  if (values.length < 2) return [-Infinity, Infinity];
  const half = studentQuantile((1 + confidence) / 2, values.length - 1) * standardErrorOfMean(values);
  const centre = mean(values);
  return [centre - half, centre + half];
}

/**
 * Means over repeats: the unit of every interval, because repeats of one item are not independent evidence
 * (Miller 2024, section 3). `items` holds the item's index (0 … count − 1) of each value; NaN for items without values.
 */
export function itemMeans(values: Numbers, items: Numbers, count: number): Float64Array {
  const sums = new Float64Array(count);
  const sizes = new Float64Array(count);
  for (let i = 0; i < values.length; i += 1) {
    const item = items[i] ?? 0;
    sums[item] = (sums[item] ?? 0) + (values[i] ?? 0);
    sizes[item] = (sizes[item] ?? 0) + 1;
  }
  return sums.map((sum, item) => sum / (sizes[item] ?? 0));
}
