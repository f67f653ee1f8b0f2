import type { ComparisonResult } from '../domain/index.js';
import {
  accuracyEfficiencyScore,
  AES_WEIGHTS,
  exactMcNemar,
  holmAdjusted,
  mean,
  minimumDetectableEffect,
  type RatioEstimate,
  ratioOfMeans,
  seedOf,
} from '../statistics/index.js';
import { accuracyDifference } from './accuracy-difference.js';
import type { ArmColumns } from './columns.js';
import { findingOf } from './findings.js';
import { pairItems, type Pairs, pairsWithin } from './pairing.js';
import { verdictOf } from './verdict.js';

export interface CompareOptions {
  /** Names, for the result and for the seeds of the bootstrap. */
  readonly arm: string;
  readonly against: string;
  /** Compared one by one after `overall`. */
  readonly datasets: readonly string[];
  readonly margin: number;
  readonly seed: number;
  /** False while samples are missing: figures stay, verdicts and sentences do not. */
  readonly findings: boolean;
  /** Named difference that makes the comparison unfair (caps, graders …); null where it is fair. */
  readonly incomparable: string | null;
}

export const OVERALL = 'overall';

/** Precondition: both arms come from one item table. */
export function compare(arm: ArmColumns, against: ArmColumns, options: CompareOptions): ComparisonResult[] {
  const { items } = arm;
  const pairs = pairItems(arm, against);
  const single = options.datasets.map((name) =>
    comparePairs(
      pairsWithin(pairs, arm, (item) => items.at(item).dataset === name),
      name,
      options,
    ),
  );
  return [comparePairs(pairs, OVERALL, options), ...single];
}

/** Some pairs of items under a name, e.g. a data set's; the name goes into the seeds of the bootstrap. */
export function comparePairs(
  pairs: Pairs,
  dataset: string,
  options: Omit<CompareOptions, 'datasets'>,
): ComparisonResult {
  const accuracy = accuracyDifference(pairs);
  const tokenRatio = tokenRatioOf(pairs, 'delivered', { dataset, options });
  const thinkRatio = tokenRatioOf(pairs, 'think', { dataset, options });
  const incomparable = options.incomparable ?? unfairPairs(pairs);
  const { margin } = options;
  const { delta, interval, lowerBound, flips } = accuracy;
  const fair = options.findings && incomparable === null;
  const verdict = fair ? verdictOf({ interval, lowerBound, margin }) : 'not-comparable';
  const finding = findingOf({
    verdict,
    pairs: pairs.count,
    margin,
    accuracyDelta: delta,
    accuracyDeltaInterval: interval,
    lowerBound,
    think: thinkRatio,
    delivered: tokenRatio,
    totalRatio: mean(pairs.arm.total) / mean(pairs.against.total),
    incomparable,
  });
  return {
    arm: options.arm,
    against: options.against,
    dataset,
    pairs: pairs.count,
    accuracyDelta: delta,
    accuracyDeltaInterval: interval,
    method: accuracy.method,
    mcnemarP: accuracy.method === 'tango' ? exactMcNemar(flips.won, flips.lost) : null,
    flips,
    tokenRatio: tokenRatio.ratio,
    tokenRatioInterval: tokenRatio.interval,
    thinkRatio: thinkRatio.ratio,
    thinkRatioInterval: thinkRatio.interval,
    accuracyDeltaLowerBound: lowerBound,
    verdict,
    aes: { value: efficiencyOf(pairs), weights: AES_WEIGHTS },
    minimumDetectableEffect: minimumDetectableEffect(interval),
    finding: options.findings ? finding : null,
  };
}

function tokenRatioOf(
  pairs: Pairs,
  measure: 'delivered' | 'think',
  { dataset, options }: { dataset: string; options: Omit<CompareOptions, 'datasets'> },
): RatioEstimate {
  const seed = seedOf(options.seed, options.arm, options.against, dataset, measure);
  return ratioOfMeans(pairs.arm[measure], pairs.against[measure], { seed, clusters: pairs.clusters });
}

function efficiencyOf(pairs: Pairs): number {
  return accuracyEfficiencyScore(
    { accuracy: mean(pairs.arm.correct), tokens: mean(pairs.arm.delivered) },
    { accuracy: mean(pairs.against.correct), tokens: mean(pairs.against.delivered) },
  );
}

/** What makes the pairs themselves no fair sample of the two arms; null where nothing does. */
export function unfairPairs(pairs: Pairs): string | null {
  if (pairs.count === 0) return 'no items in common';
  if (pairs.unpaired.length > 0) return `items differ, ${pairs.unpaired.length} have samples of only one arm`;
  return null;
}

/** Corrects over the arms of each data set, and of `overall`, apart. */
export function withHolm<Compared extends ComparisonResult>(comparisons: readonly Compared[]): Compared[] {
  const corrected = new Map<ComparisonResult, number>();
  for (const group of Map.groupBy(comparisons, (comparison) => comparison.dataset).values()) {
    const tested = group.filter((comparison) => comparison.mcnemarP !== null);
    const adjusted = holmAdjusted(tested.map((comparison) => comparison.mcnemarP ?? 1));
    tested.forEach((comparison, index) => corrected.set(comparison, adjusted[index] ?? 1));
  }
  return comparisons.map((comparison) => ({ ...comparison, mcnemarHolmP: corrected.get(comparison) ?? null }));
}
