import { normalQuantile } from './normal.js';
import { incompleteBeta } from './special-functions.js';

/** P(T ≤ t) with `df` degrees of freedom: I_{df/(df+t²)}(df/2, 1/2) is the two-sided tail (DLMF 8.17(ii)). */
export function studentCdf(t: number, df: number): number {
  const squared = t * t;
  if (squared < df) {
    const inner = incompleteBeta(squared / (df + squared), 0.5, df / 2) / 2;
    return 0.5 + Math.sign(t) * inner;
  }
  const tail = incompleteBeta(df / (df + squared), df / 2, 0.5) / 2;
  return t < 0 ? tail : 1 - tail;
}

/**
 * Quantile by bisection inside a bracket that is widened until it holds the root: slower than a series, but right
 * for every df > 0. Precondition: 0 < p < 1.
 */
export function studentQuantile(p: number, df: number): number {
  if (p === 0.5) return 0;
  if (p < 0.5) return -studentQuantile(1 - p, df);
  const tail = 1 - p;
  let low = 0;
  let high = Math.max(1, normalQuantile(p)) * 2;
  while (studentCdf(-high, df) > tail) {
    low = high;
    high *= 2;
  }
  for (let step = 0; step < 200; step += 1) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (studentCdf(-middle, df) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
