import { accuracyDifference } from '../../src/results/accuracy-difference.js';
import type { Pairs, PairSide } from '../../src/results/pairing.js';
import { verdictOf } from '../../src/results/verdict.js';
import { type Interval, ratioOfMeans, wilsonInterval, Xoshiro128 } from '../../src/statistics/index.js';
import type { Records } from './records.js';

export const MARGIN = 0.02;

export interface Simulation {
  readonly suites: number;
  readonly items: number;
  readonly repeats?: number;
  readonly seed: number;
}

/** Chances that an item is right, under the arm and under what it is compared with. */
export interface ItemChances {
  readonly arm: number;
  readonly against: number;
}

/** Pairs as a run gives them, from item means over `repeats`. */
export function pairsOf(arm: Float64Array, against: Float64Array, repeats: number): Pairs {
  return {
    count: arm.length,
    items: Int32Array.from(arm.keys()),
    arm: sideOf(arm),
    against: sideOf(against),
    repeats: new Int32Array(arm.length).fill(repeats),
    binary: repeats === 1,
    clusters: null,
    unpaired: new Int32Array(0),
  };
}

function sideOf(correct: Float64Array): PairSide {
  return { correct, think: correct, delivered: correct, total: correct };
}

/** Uniform draws are whole numbers below this: as many as fit, drawn in one go. */
const UNIT = 2 ** 30;

/** Suites whose items are drawn from `population`; both arms draw on their own, as with other seeds. */
function* suites(population: readonly ItemChances[], { suites: count, items, repeats = 1, seed }: Simulation) {
  const random = new Xoshiro128(seed);
  const thresholds = {
    arm: Float64Array.from(population, ({ arm }) => arm * UNIT),
    against: Float64Array.from(population, ({ against }) => against * UNIT),
  };
  const drawn = new Int32Array(items);
  const units = new Int32Array(items * repeats);
  const outcomes = { arm: new Float64Array(items), against: new Float64Array(items) };
  for (let suite = 0; suite < count; suite += 1) {
    random.fillBelow(population.length, drawn);
    for (const side of ['arm', 'against'] as const) {
      random.fillBelow(UNIT, units);
      drawMeans(outcomes[side], units, { drawn, thresholds: thresholds[side], repeats });
    }
    yield pairsOf(outcomes.arm, outcomes.against, repeats);
  }
}

interface Drawn {
  readonly drawn: Int32Array;
  readonly thresholds: Float64Array;
  readonly repeats: number;
}

function drawMeans(means: Float64Array, units: Int32Array, { drawn, thresholds, repeats }: Drawn): void {
  for (let item = 0; item < means.length; item += 1) {
    const threshold = thresholds[drawn[item] ?? 0] ?? 0;
    let right = 0;
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      if ((units[item * repeats + repeat] ?? 0) < threshold) right += 1;
    }
    means[item] = right / repeats;
  }
}

export interface VerdictShares {
  readonly worse: number;
  readonly better: number;
  readonly discordant: number;
}

/** How often a suite of this size says worse, or better. */
export function verdictShares(population: readonly ItemChances[], simulation: Simulation): VerdictShares {
  const counts = { worse: 0, better: 0, discordant: 0 };
  for (const pairs of suites(population, simulation)) {
    const { interval, lowerBound, flips } = accuracyDifference(pairs);
    const verdict = verdictOf({ interval, lowerBound, margin: MARGIN });
    if (verdict === 'worse' || verdict === 'better') counts[verdict] += 1;
    counts.discordant += (flips.won + flips.lost) / pairs.count;
  }
  const share = (count: number): number => count / simulation.suites;
  return { worse: share(counts.worse), better: share(counts.better), discordant: share(counts.discordant) };
}

/** How often the interval of the difference holds the population's. */
export function differenceCoverage(population: readonly ItemChances[], simulation: Simulation): number {
  const truth = sum(population.map(({ arm, against }) => arm - against)) / population.length;
  let held = 0;
  for (const pairs of suites(population, simulation)) if (holds(accuracyDifference(pairs).interval, truth)) held += 1;
  return held / simulation.suites;
}

/** The chance that Wilson's interval holds p, summed over all counts that n trials can give. */
export function wilsonCoverage(items: number, p: number): number {
  let chance = items * Math.log(1 - p);
  let held = 0;
  for (let right = 0; right <= items; right += 1) {
    if (holds(wilsonInterval(right, items), p)) held += Math.exp(chance);
    chance += Math.log((items - right) / (right + 1)) + Math.log(p / (1 - p));
  }
  return held;
}

/** How often the ratio's interval holds the ratio of all recorded pairs, of which suites draw theirs. */
export function ratioCoverage(records: Records, { suites: count, items, seed }: Simulation, resamples: number): number {
  const [arm, base] = ['nowait', 'baseline'].map((name) =>
    records.items.flatMap((one) => one.arms[name]?.delivered ?? []),
  );
  if (!arm || !base) return Number.NaN;
  const truth = sum(arm) / sum(base);
  const random = new Xoshiro128(seed);
  const drawn = new Int32Array(items);
  let held = 0;
  for (let suite = 0; suite < count; suite += 1) {
    random.fillBelow(arm.length, drawn);
    const [top, bottom] = [arm, base].map((values) => Float64Array.from(drawn, (at) => values[at] ?? 0)) as [
      Float64Array,
      Float64Array,
    ];
    if (holds(ratioOfMeans(top, bottom, { seed: seed + suite, resamples }).interval, truth)) held += 1;
  }
  return held / count;
}

/** Items without an outcome of their own: every one is right with this chance. */
export function alike(arm: number, against: number): ItemChances[] {
  return [{ arm, against }];
}

function holds([low, high]: Interval, truth: number): boolean {
  return low <= truth && truth <= high;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
