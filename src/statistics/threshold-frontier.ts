import type { CostAndGain } from './frontier.js';

/** One case as it comes out either way, e.g. an item in one repeat with and without thinking. */
export interface TwoWays {
  /** What decides between the ways. */
  readonly signal: number;
  /** How much it counts, e.g. 1 / (repeats of its item). */
  readonly weight: number;
  readonly shorter: CostAndGain;
  readonly longer: CostAndGain;
}

/** The longer way is taken where the signal lies above the threshold, or where it is at most the threshold. */
export type LongerWhen = 'above' | 'at-most';

export interface ThresholdPoint extends CostAndGain {
  /** Halfway between two neighbouring signals; null where every case takes the same way. */
  readonly threshold: number | null;
  /** Of the cases that take the longer way. */
  readonly share: number;
}

/**
 * What every threshold would have come to: one point for each set of cases that a threshold can tell apart, from none
 * on the longer way to all. Cost and gain are weighted means; equal signals always go together. Empty without cases.
 */
export function thresholdFrontier(cases: readonly TwoWays[], longerWhen: LongerWhen): ThresholdPoint[] {
  const sign = longerWhen === 'above' ? -1 : 1;
  const sorted = cases.toSorted((a, b) => sign * (a.signal - b.signal));
  const whole = sum(sorted, () => 1);
  if (whole === 0) return [];
  let [taken, cost, gain] = [0, sum(sorted, (one) => one.shorter.cost), sum(sorted, (one) => one.shorter.gain)];
  const points: ThresholdPoint[] = [{ threshold: null, share: 0, cost: cost / whole, gain: gain / whole }];
  for (const [index, one] of sorted.entries()) {
    taken += one.weight;
    cost += one.weight * (one.longer.cost - one.shorter.cost);
    gain += one.weight * (one.longer.gain - one.shorter.gain);
    const next = sorted[index + 1];
    if (next?.signal === one.signal) continue;
    const threshold = next ? (one.signal + next.signal) / 2 : null;
    points.push({ threshold, share: next ? taken / whole : 1, cost: cost / whole, gain: gain / whole });
  }
  return points;
}

function sum(cases: readonly TwoWays[], value: (one: TwoWays) => number): number {
  return cases.reduce((total, one) => total + one.weight * value(one), 0);
}
