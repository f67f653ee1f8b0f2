import { readRecords, type Records, successRates } from './records.js';
import { againstItself, commonRandomNumbers, type RealComparisons } from './real-pairs.js';
import {
  alike,
  differenceCoverage,
  type ItemChances,
  ratioCoverage,
  verdictShares,
  type VerdictShares,
  wilsonCoverage,
} from './simulation.js';

const SIZES = [30, 100, 500, 2000] as const;
const ACCURACIES = [0.5, 0.9, 0.98] as const;

export interface Scale {
  /** Simulated suites behind every share. */
  readonly suites: number;
  /** Of the ratio's bootstrap, and how many suites get one. */
  readonly resamples: number;
  readonly ratioSuites: number;
}

/** In `npm test`, and in docs/truth.md. */
export const QUICK: Scale = { suites: 2_000, resamples: 500, ratioSuites: 300 };
export const LONG: Scale = { suites: 10_000, resamples: 2_000, ratioSuites: 2_000 };

export interface CoverageRow {
  readonly items: number;
  readonly accuracy: number;
  readonly wilson: number;
  /** Equal arms, an arm that is 5 points worse, and equal arms over 4 repeats. */
  readonly tango: number;
  readonly tangoOfLoss: number;
  readonly repeated: number;
}

export interface ItselfRow extends VerdictShares {
  readonly items: number;
  readonly repeats: number;
}

export interface PowerRow extends VerdictShares {
  /** Share of the items that flip besides the loss; null where both arms draw on their own. */
  readonly flips: number | null;
}

export interface RatioRow {
  readonly items: number;
  readonly held: number;
}

export interface TruthFigures {
  readonly scale: Scale;
  readonly itself: readonly ItselfRow[];
  readonly coverage: readonly CoverageRow[];
  readonly ratios: readonly RatioRow[];
  readonly power: readonly PowerRow[];
  readonly real: RealFigures;
}

const FLIPS = [0, 0.05, 0.1, 0.15, 0.2, null] as const;

export function truthFigures(scale: Scale): TruthFigures {
  const itself = [...SIZES.map((items) => ({ items, repeats: 1 })), { items: 100, repeats: 4 }];
  return {
    scale,
    itself: itself.map((row) => ({ ...row, ...falseWorse(row, scale) })),
    coverage: SIZES.flatMap((items) => ACCURACIES.map((accuracy) => coverageRow(items, accuracy, scale))),
    ratios: SIZES.map((items) => ({ items, held: ratioRow(items, scale) })),
    power: FLIPS.map((flips) => ({ flips, ...power(flips, scale) })),
    real: realFigures(),
  };
}

/** Arms without a difference, on items that are right as often as the recorded ones. */
function falseWorse(
  { items, repeats }: { readonly items: number; readonly repeats: number },
  { suites }: Scale,
): VerdictShares {
  const rates = successRates(readRecords(), 'baseline');
  const population = Array.from(rates, (rate): ItemChances => ({ arm: rate, against: rate }));
  return verdictShares(population, { suites, items, repeats, seed: items + repeats });
}

function coverageRow(items: number, accuracy: number, { suites }: Scale): CoverageRow {
  const seed = items + Math.round(accuracy * 100);
  const equal = alike(accuracy, accuracy);
  return {
    items,
    accuracy,
    wilson: wilsonCoverage(items, accuracy),
    tango: differenceCoverage(equal, { suites, items, seed }),
    tangoOfLoss: differenceCoverage(alike(accuracy - 0.05, accuracy), { suites, items, seed: seed + 1 }),
    repeated: differenceCoverage(equal, { suites: Math.ceil(suites / 4), items, repeats: 4, seed: seed + 2 }),
  };
}

/**
 * 5 points fewer at 500 items. What the arms share is decided alike (same seed), and a share of the items flips, as many
 * either way, besides the loss; null: both arms draw on their own from the recorded rates.
 */
function power(flips: number | null, { suites }: Scale): VerdictShares {
  const population = flips === null ? lossApart(readRecords()) : lossWithFlips(flips);
  return verdictShares(population, { suites, items: 500, seed: 500 });
}

function lossApart(records: Records): ItemChances[] {
  const rates = successRates(records, 'baseline');
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  return Array.from(rates, (rate) => ({ arm: rate * (1 - 0.05 / mean), against: rate }));
}

/** Every item is sure under both arms: of 1,000, `flips` a half are won and a half lost, and 50 more are lost. */
function lossWithFlips(flips: number): ItemChances[] {
  const each = Math.round(flips * 500);
  return Array.from({ length: 1000 }, (_unused, item) => {
    if (item < each) return { arm: 1, against: 0 };
    if (item < 2 * each + 50) return { arm: 0, against: 1 };
    return item < 900 ? { arm: 1, against: 1 } : { arm: 0, against: 0 };
  });
}

function ratioRow(items: number, { ratioSuites, resamples }: Scale): number {
  return ratioCoverage(readRecords(), { suites: ratioSuites, items, seed: items }, resamples);
}

export interface RealFigures {
  readonly same: RealComparisons;
  readonly other: RealComparisons;
  readonly baseline: RealComparisons;
  readonly nowait: RealComparisons;
}

function realFigures(records: Records = readRecords()): RealFigures {
  return {
    ...commonRandomNumbers(records),
    baseline: againstItself(records, 'baseline'),
    nowait: againstItself(records, 'nowait'),
  };
}
