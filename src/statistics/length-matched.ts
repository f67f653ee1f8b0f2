import { holmAdjusted } from './holm.js';
import type { Interval } from './interval.js';
import { mean, variance } from './moments.js';
import { intervalError, pairedInterval } from './paired-difference.js';
import { exactMcNemar } from './paired-proportions.js';
import type { Numbers } from './quantile.js';
import { studentCdf } from './student-t.js';

/** Of the tests over all targets. */
const LEVEL = 0.05;

/** One setting of a method: how much it writes on average, and what came of each item (0 … 1, same items everywhere). */
export interface LengthArm {
  readonly length: number;
  readonly gains: Numbers;
}

/** The settings of a method as one seed trained it. */
export interface LengthCurve {
  readonly seed: number | null;
  readonly arms: readonly LengthArm[];
}

export interface MatchedLengths {
  readonly targets: readonly number[];
  /** Cluster of each item; null where items are independent. */
  readonly clusters: Numbers | null;
}

export interface MatchedDifference {
  readonly target: number;
  readonly difference: number;
  readonly interval: Interval;
  readonly p: number;
  /** After Holm's correction over the targets. */
  readonly holmP: number;
  /** Of seeds that both methods have. */
  readonly bySeed: readonly number[];
  /** Standard deviation of these; null with fewer than two. */
  readonly seedSpread: number | null;
}

/**
 * The lottery between the two arms nearest to `target` in length whose mean length is `target`: weights ≥ 0 with
 * Σ w = 1 and Σ w · length = target. Arms of equal length share alike. Null outside the range of lengths.
 */
export function mixtureWeights(lengths: readonly number[], target: number): number[] | null {
  const lower = Math.max(...lengths.filter((length) => length <= target));
  const upper = Math.min(...lengths.filter((length) => length >= target));
  if (!Number.isFinite(lower) || !Number.isFinite(upper)) return null;
  const share = lower === upper ? 0 : (target - lower) / (upper - lower);
  const of = (length: number, weight: number): number => weight / lengths.filter((other) => other === length).length;
  return lengths.map((length) => {
    if (length === lower) return of(length, 1 - share);
    return length === upper ? of(length, share) : 0;
  });
}

/** Lengths that every curve can be mixed to. Empty (low above high) where they have none in common. */
export function commonLengths(curves: readonly LengthCurve[]): Interval {
  const lengths = curves.map(({ arms }) => arms.map(({ length }) => length));
  return [
    Math.max(...lengths.map((ofCurve) => Math.min(...ofCurve))),
    Math.min(...lengths.map((ofCurve) => Math.max(...ofCurve))),
  ];
}

/**
 * What one method gains over another at equal mean length: per item the expected gain of the mixture at that length,
 * averaged over seeds, then the paired difference with its clustered t interval. The interval speaks of items and of the
 * seeds at hand; how much another seed would differ is what `seedSpread` shows. Targets outside the common range are left out.
 */
export function lengthMatchedDifferences(
  one: readonly LengthCurve[],
  other: readonly LengthCurve[],
  { targets, clusters }: MatchedLengths,
): MatchedDifference[] {
  const [low, high] = commonLengths([...one, ...other]);
  const found = targets
    .filter((target) => target >= low && target <= high)
    .map((target) => {
      const [own, others] = [one, other].map((curves) =>
        curves.map(({ seed, arms }) => ({ seed, gains: gainsAt(arms, target) })),
      ) as [SeedGains[], SeedGains[]];
      const bySeed = own.flatMap(({ seed, gains }) => {
        const match = others.find((each) => each.seed === seed && seed !== null);
        return match ? [mean(gains) - mean(match.gains)] : [];
      });
      const seedSpread = bySeed.length < 2 ? null : Math.sqrt(variance(bySeed));
      return { target, ...judged(averaged(own), averaged(others), clusters), bySeed, seedSpread };
    });
  const holm = holmAdjusted(found.map(({ p }) => p));
  return found.map((each, index) => ({ ...each, holmP: holm[index] ?? 1 }));
}

/**
 * One target decides, unless another decides the opposite. It does so only where every seed that both have agrees: the test
 * speaks of items, and a difference that another training turns round is none between methods.
 */
export function lengthVerdict(
  differences: readonly Pick<MatchedDifference, 'difference' | 'holmP' | 'bySeed'>[],
): 'beats' | 'worse' | 'not-decisive' {
  const decided = differences.filter(
    ({ difference, holmP, bySeed }) => holmP < LEVEL && bySeed.every((each) => each * difference > 0),
  );
  const [won, lost] = [
    decided.some(({ difference }) => difference > 0),
    decided.some(({ difference }) => difference < 0),
  ];
  if (won === lost) return 'not-decisive';
  return won ? 'beats' : 'worse';
}

interface SeedGains {
  readonly seed: number | null;
  readonly gains: Float64Array;
}

/** Precondition: the target lies in the arms' range. */
function gainsAt(arms: readonly LengthArm[], target: number): Float64Array {
  const weights = mixtureWeights(
    arms.map(({ length }) => length),
    target,
  );
  const gains = new Float64Array(arms[0]?.gains.length ?? 0);
  for (const [index, arm] of arms.entries()) {
    const weight = weights?.[index] ?? 0;
    if (weight === 0) continue;
    for (let item = 0; item < gains.length; item += 1)
      gains[item] = (gains[item] ?? 0) + weight * (arm.gains[item] ?? 0);
  }
  return gains;
}

function averaged(seeds: readonly SeedGains[]): Float64Array {
  const first = seeds[0]?.gains ?? new Float64Array(0);
  return first.map((_gain, item) => mean(seeds.map(({ gains }) => gains[item] ?? 0)));
}

function judged(
  one: Float64Array,
  other: Float64Array,
  clusters: Numbers | null,
): Pick<MatchedDifference, 'difference' | 'interval' | 'p'> {
  const differences = one.map((gain, item) => gain - (other[item] ?? 0));
  const majorities = { won: 0, lost: 0 };
  for (const [item, gain] of one.entries()) {
    const [own, others] = [gain > 0.5, (other[item] ?? 0) > 0.5];
    if (own && !others) majorities.won += 1;
    if (others && !own) majorities.lost += 1;
  }
  const difference = mean(differences);
  const { value, degreesOfFreedom } = intervalError({ differences, clusters });
  // All items alike have no spread to judge by; their majorities then are the evidence.
  const p =
    value > 0
      ? 2 * studentCdf(-Math.abs(difference / value), degreesOfFreedom)
      : exactMcNemar(majorities.won, majorities.lost);
  return { difference, interval: pairedInterval({ differences, clusters, majorities }), p };
}
