import type { ComparisonResult } from '../domain/index.js';
import {
  CONFIDENCE,
  type Interval,
  mean,
  pairedInterval,
  tangoInterval,
  twoSidedLevelOf,
} from '../statistics/index.js';
import type { Pairs } from './pairing.js';

export interface AccuracyDifference {
  readonly delta: number;
  readonly interval: Interval;
  readonly lowerBound: number;
  readonly method: ComparisonResult['method'];
  readonly flips: { readonly lost: number; readonly won: number };
}

/** Tango for binary unclustered pairs, else clustered t; the one-sided bound is the end of the 90 % interval. */
export function accuracyDifference(pairs: Pairs): AccuracyDifference {
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
