import { accuracyDifference } from '../../src/results/accuracy-difference.js';
import { verdictOf } from '../../src/results/verdict.js';
import { mean } from '../../src/statistics/index.js';
import type { Records } from './records.js';
import { MARGIN, pairsOf } from './simulation.js';

/** One repeat of an arm over all items. */
interface Draw {
  readonly arm: string;
  readonly repeat: number;
}

export interface RealComparisons {
  readonly count: number;
  readonly meanWidth: number;
  readonly discordant: number;
  readonly worse: number;
  readonly better: number;
}

/** nowait against baseline, repeat by repeat: with the random numbers of the same seed, and with those of the other. */
export function commonRandomNumbers(records: Records): {
  readonly same: RealComparisons;
  readonly other: RealComparisons;
} {
  const pairs = (crossed: boolean): [Draw, Draw][] =>
    ['', '-other-seed'].flatMap((seed) =>
      repeatsOf(records).map((repeat): [Draw, Draw] => {
        const against = crossed === (seed === '') ? 'baseline-other-seed' : 'baseline';
        return [
          { arm: `nowait${seed}`, repeat },
          { arm: against, repeat },
        ];
      }),
    );
  return { same: compared(records, pairs(false)), other: compared(records, pairs(true)) };
}

/** Every two draws of one arm: comparisons without a difference. They share draws, so they are not independent. */
export function againstItself(records: Records, arm: string): RealComparisons {
  const draws = [arm, `${arm}-other-seed`].flatMap((name) =>
    repeatsOf(records).map((repeat) => ({ arm: name, repeat })),
  );
  return compared(
    records,
    draws.flatMap((one, index) => draws.slice(index + 1).map((other): [Draw, Draw] => [one, other])),
  );
}

function compared(records: Records, pairs: readonly (readonly [Draw, Draw])[]): RealComparisons {
  const found = pairs.map(([one, other]) => {
    const both = pairsOf(outcomes(records, one), outcomes(records, other), 1);
    const { interval, lowerBound, flips } = accuracyDifference(both);
    const verdict = verdictOf({ interval, lowerBound, margin: MARGIN });
    return { width: interval[1] - interval[0], discordant: (flips.won + flips.lost) / both.count, verdict };
  });
  return {
    count: found.length,
    meanWidth: mean(found.map(({ width }) => width)),
    discordant: mean(found.map(({ discordant }) => discordant)),
    worse: found.filter(({ verdict }) => verdict === 'worse').length,
    better: found.filter(({ verdict }) => verdict === 'better').length,
  };
}

function outcomes({ items }: Records, { arm, repeat }: Draw): Float64Array {
  return Float64Array.from(items, (item) => item.arms[arm]?.correct[repeat] ?? Number.NaN);
}

function repeatsOf({ repeats }: Records): number[] {
  return Array.from({ length: repeats }, (_unused, repeat) => repeat);
}
