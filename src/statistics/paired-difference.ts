import { clamp, CONFIDENCE, hull, type Interval } from './interval.js';
import { mean, standardErrorOfMean } from './moments.js';
import { tangoInterval } from './paired-proportions.js';
import type { Numbers } from './quantile.js';
import { studentQuantile } from './student-t.js';

export interface StandardError {
  readonly value: number;
  readonly degreesOfFreedom: number;
}

/**
 * Standard error of the mean of paired differences (Miller 2024, arXiv 2411.00640, section 4): √(s²/n) with n − 1
 * degrees of freedom.
 */
export function pairedStandardError(differences: Numbers): StandardError {
  return { value: standardErrorOfMean(differences), degreesOfFreedom: differences.length - 1 };
}

/**
 * The same where items come in clusters (Miller 2024, section 2.2): (1/n) √ Σ_c (Σ_i (d_ic − d̄))².
 * `clusters[i]` is the cluster (any number) of difference i. Degrees of freedom: clusters − 1.
 */
export function clusteredStandardError(differences: Numbers, clusters: Numbers): StandardError {
  const centre = mean(differences);
  const sums = new Map<number, number>();
  for (let i = 0; i < differences.length; i += 1) {
    const cluster = clusters[i] ?? 0;
    sums.set(cluster, (sums.get(cluster) ?? 0) + (differences[i] ?? 0) - centre);
  }
  let squares = 0;
  for (const sum of sums.values()) squares += sum * sum;
  return { value: Math.sqrt(squares) / differences.length, degreesOfFreedom: sums.size - 1 };
}

export interface PairedData {
  /** Difference of item means, one per pair, each within −1 … 1. */
  readonly differences: Numbers;
  /** Cluster of each pair; null where items are independent. */
  readonly clusters: Numbers | null;
  /** Pairs whose majority over repeats flipped: the floor below which no interval may fall. */
  readonly majorities: { readonly won: number; readonly lost: number };
}

/**
 * Mean difference ± t · SE, never narrower than Tango's interval on the items' majorities: a spread of 0 among few
 * items is no certainty. For clusters the error is Miller's times √(C/(C − 1)), which makes clusters of one item
 * equal to no clusters and keeps the level when clusters are few (CR1; Cameron and Miller 2015, section II.B).
 */
export function pairedInterval(data: PairedData, confidence: number = CONFIDENCE): Interval {
  const { won, lost } = data.majorities;
  const floor = tangoInterval({ won, lost, pairs: data.differences.length }, confidence);
  const error = intervalError(data);
  if (error.degreesOfFreedom < 1) return [-1, 1];
  const half = studentQuantile((1 + confidence) / 2, error.degreesOfFreedom) * error.value;
  const centre = mean(data.differences);
  return hull(clamp([centre - half, centre + half], -1, 1), floor);
}

/** Of the mean of `differences`; clusters with the correction for few of them. */
export function intervalError({ differences, clusters }: Pick<PairedData, 'differences' | 'clusters'>): StandardError {
  if (clusters === null) return pairedStandardError(differences);
  const { value, degreesOfFreedom } = clusteredStandardError(differences, clusters);
  return { value: value * Math.sqrt((degreesOfFreedom + 1) / degreesOfFreedom), degreesOfFreedom };
}

/** A one-sided bound of level 1 − α is the lower end of the two-sided interval of level 1 − 2α. */
export function twoSidedLevelOf(oneSided: number): number {
  return 2 * oneSided - 1;
}
