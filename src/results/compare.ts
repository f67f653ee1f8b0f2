import type { ComparisonResult } from '../domain/index.js';
import {
  accuracyEfficiencyScore,
  AES_WEIGHTS,
  CONFIDENCE,
  exactMcNemar,
  type Interval,
  mean,
  minimumDetectableEffect,
  pairedInterval,
  type RatioEstimate,
  ratioOfMeans,
  seedOf,
  tangoInterval,
  twoSidedLevelOf,
} from '../statistics/index.js';
import type { ArmColumns } from './columns.js';
import { findingOf } from './findings.js';
import { pairItems, type Pairs } from './pairing.js';
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
  const overall = compareGroup(pairItems(arm, against), OVERALL, options);
  const single = options.datasets.map((name) => {
    const pairs = pairItems(arm, against, (item) => items.at(item).dataset === name);
    return compareGroup(pairs, name, options);
  });
  return [overall, ...single];
}

function compareGroup(pairs: Pairs, dataset: string, options: CompareOptions): ComparisonResult {
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

interface AccuracyDifference {
  readonly delta: number;
  readonly interval: Interval;
  readonly lowerBound: number;
  readonly method: ComparisonResult['method'];
  readonly flips: { readonly lost: number; readonly won: number };
}

/** Tango for binary unclustered pairs, else clustered t; the one-sided bound is the end of the 90 % interval. */
function accuracyDifference(pairs: Pairs): AccuracyDifference {
  const differences = pairs.arm.correct.map((value, pair) => value - (pairs.against.correct[pair] ?? 0));
  const flips = majorityFlips(pairs);
  const binary = pairs.binary && pairs.clusters === null;
  const at = (confidence: number): Interval =>
    binary
      ? tangoInterval({ ...flips, pairs: pairs.count }, confidence)
      : pairedInterval({ differences, clusters: pairs.clusters, majorities: flips }, confidence);
  return {
    delta: mean(differences),
    interval: at(CONFIDENCE),
    lowerBound: at(twoSidedLevelOf(CONFIDENCE))[0],
    method: binary ? 'tango' : 'clustered-t',
    flips,
  };
}

/** An item is right for an arm when more than half of its repeats are; at one repeat these are plain flips. */
function majorityFlips(pairs: Pairs): { lost: number; won: number } {
  let lost = 0;
  let won = 0;
  for (let pair = 0; pair < pairs.count; pair += 1) {
    const arm = (pairs.arm.correct[pair] ?? 0) > 0.5;
    const against = (pairs.against.correct[pair] ?? 0) > 0.5;
    if (against && !arm) lost += 1;
    if (arm && !against) won += 1;
  }
  return { lost, won };
}

function tokenRatioOf(
  pairs: Pairs,
  measure: 'delivered' | 'think',
  { dataset, options }: { dataset: string; options: CompareOptions },
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

function unfairPairs(pairs: Pairs): string | null {
  if (pairs.count === 0) return 'no items in common';
  if (pairs.unpaired > 0) return `items differ, ${pairs.unpaired} have samples of only one arm`;
  return null;
}
