import { normalCdf } from './normal.js';
import type { Numbers } from './quantile.js';

export interface SignedRanks {
  /** Differences that are not 0. */
  readonly pairs: number;
  /** Sum of the ranks of the positive differences. */
  readonly positive: number;
  /** Two-sided; 1 where every difference is 0. */
  readonly p: number;
  readonly method: 'exact' | 'normal';
}

/** Up to here all 2ⁿ signs are counted; beyond, the normal approximation is less than 0.01 off. */
const MOST_EXACT = 50;

/**
 * Wilcoxon's signed-rank test that differences are symmetric around 0 (Wilcoxon 1945). Zeros are dropped before ranking
 * (Wilcoxon's own rule), ties share their mean rank. Up to 50 pairs p is exact over all signs of the ranks at hand, ties
 * included; beyond, normal with Var = (n(n + 1)(2n + 1) − Σ(t³ − t)/2) / 24 over ties of t, without continuity correction.
 */
export function wilcoxonSignedRank(differences: Numbers): SignedRanks {
  const { doubled, positive, tieTerm } = rank(Float64Array.from(differences).filter((value) => value !== 0));
  const pairs = doubled.length;
  if (pairs === 0) return { pairs, positive: 0, p: 1, method: 'exact' };
  if (pairs <= MOST_EXACT) return { pairs, positive, p: exactP(doubled, 2 * positive), method: 'exact' };
  const variance = (pairs * (pairs + 1) * (2 * pairs + 1) - tieTerm / 2) / 24;
  const distance = Math.abs(positive - (pairs * (pairs + 1)) / 4);
  return { pairs, positive, p: Math.min(1, 2 * normalCdf(-distance / Math.sqrt(variance))), method: 'normal' };
}

interface Ranking {
  /** Twice the rank of each value: whole numbers, ties included. */
  readonly doubled: Int32Array;
  readonly positive: number;
  /** Σ (t³ − t) over groups of t equal sizes. */
  readonly tieTerm: number;
}

function rank(values: Float64Array): Ranking {
  const sorted = values.toSorted((a, b) => Math.abs(a) - Math.abs(b));
  const doubled = new Int32Array(sorted.length);
  let positive = 0;
  let tieTerm = 0;
  for (let first = 0, end = 0; first < sorted.length; first = end) {
    const size = Math.abs(sorted[first] ?? 0);
    while (end < sorted.length && Math.abs(sorted[end] ?? 0) === size) end += 1;
    // Ranks first + 1 … end have the mean (first + 1 + end) / 2.
    doubled.fill(first + 1 + end, first, end);
    for (let at = first; at < end; at += 1) if ((sorted[at] ?? 0) > 0) positive += (first + 1 + end) / 2;
    tieTerm += (end - first) ** 3 - (end - first);
  }
  return { doubled, positive, tieTerm };
}

/** P(|S − E S| ≥ |observed − E S|) where each doubled rank counts or not with chance 1/2. */
function exactP(doubled: Int32Array, observed: number): number {
  const whole = doubled.reduce((sum, each) => sum + each, 0);
  const chances = new Float64Array(whole + 1);
  chances[0] = 1;
  let reached = 0;
  for (const each of doubled) {
    reached += each;
    for (let sum = reached; sum >= 0; sum -= 1) {
      chances[sum] = ((chances[sum] ?? 0) + (sum >= each ? (chances[sum - each] ?? 0) : 0)) / 2;
    }
  }
  // The distribution is symmetric around half the whole, so both tails weigh the same.
  const lower = Math.min(observed, whole - observed);
  let tail = 0;
  for (let sum = 0; sum <= lower; sum += 1) tail += chances[sum] ?? 0;
  return Math.min(1, 2 * tail);
}
