import type { ComparisonResult, SampleRecord } from '../domain/index.js';
import { exactMcNemar, pairedInterval, tangoInterval } from '../statistics/index.js';
import { accuracyDifference } from './accuracy-difference.js';
import { ArmColumns, columnsOf } from './columns.js';
import { compare, type CompareOptions } from './compare.js';
import { pairItems } from './pairing.js';
import { sampleBuilder, simulatedSamples } from './testing.js';
import { verdictOf } from './verdict.js';

const OPTIONS: CompareOptions = {
  arm: 'nowait',
  against: 'baseline',
  datasets: [],
  margin: 0.02,
  seed: 1,
  findings: true,
  incomparable: null,
};

function compared(samples: readonly SampleRecord[], options: Partial<CompareOptions> = {}): ComparisonResult[] {
  const run = columnsOf(samples);
  const arm = (name: string): ArmColumns => run.arms.get(name) ?? new ArmColumns(run.items);
  return compare(arm('nowait'), arm('baseline'), { ...OPTIONS, ...options });
}

function overall(samples: readonly SampleRecord[], options: Partial<CompareOptions> = {}): ComparisonResult {
  const [first] = compared(samples, options);
  if (!first) throw new Error('compare returned nothing');
  return first;
}

/** Pairs of outcomes, written as letters: b both right, l lost, w won, n neither. */
function pairs(outcomes: string, changes: Partial<SampleRecord> = {}): SampleRecord[] {
  return Array.from(outcomes, (letter, i) => [
    sampleBuilder({ item: `i${i}`, correct: 'bl'.includes(letter), ...changes }),
    sampleBuilder({
      arm: 'nowait',
      item: `i${i}`,
      correct: 'bw'.includes(letter),
      ledger: { thinkSampled: 60 },
      ...changes,
    }),
  ]).flat();
}

function repeated(arm: string, item: string, outcomes: readonly boolean[]): SampleRecord[] {
  return outcomes.map((correct, repeat) => sampleBuilder({ arm, item, repeat, correct }));
}

describe('compare', () => {
  it('takes Tango and exact McNemar when pairs are binary and unclustered', () => {
    const result = overall(pairs('bbbbbbbbbbbbbbbbllwn'));
    expect(result).toMatchObject({ pairs: 20, method: 'tango', flips: { lost: 2, won: 1 } });
    expect(result.accuracyDelta).toBeCloseTo(-0.05, 14);
    expect(result.accuracyDeltaInterval).toEqual(tangoInterval({ won: 1, lost: 2, pairs: 20 }));
    expect(result.accuracyDeltaLowerBound).toBe(tangoInterval({ won: 1, lost: 2, pairs: 20 }, 0.9)[0]);
    expect(result.mcnemarP).toBe(exactMcNemar(1, 2));
  });

  it('is unsure by Tango when nothing flipped', () => {
    const { accuracyDeltaInterval, minimumDetectableEffect } = overall(pairs('b'.repeat(100)));
    expect(accuracyDeltaInterval[0]).toBeCloseTo(-0.037, 3);
    expect(accuracyDeltaInterval[1]).toBeCloseTo(0.037, 3);
    expect(minimumDetectableEffect).toBeGreaterThan(0.05);
  });

  it('takes t over clusters, no McNemar, when items come in clusters', () => {
    const samples = simulatedSamples({ items: 60, datasets: ['arithmetic'], clusterSize: 6 });
    const result = overall(samples);
    expect(result.method).toBe('clustered-t');
    expect(result.mcnemarP).toBeNull();
    expect(result.pairs).toBe(60);
  });

  it('counts clusters of one item as no clusters', () => {
    const samples = simulatedSamples({ items: 30, datasets: ['arithmetic'], clusterSize: 1 });
    expect(overall(samples).method).toBe('tango');
  });

  it('takes t on item means, flips by majority, when items are repeated', () => {
    const samples = [
      ...repeated('baseline', 'a', [true, true, true]),
      ...repeated('nowait', 'a', [true, false, false]),
      ...repeated('baseline', 'b', [true, false, true]),
      ...repeated('nowait', 'b', [true, true, true]),
    ];
    const result = overall(samples);
    const data = { differences: [-2 / 3, 1 / 3], clusters: null, majorities: { won: 0, lost: 1 } };
    expect(result).toMatchObject({ method: 'clustered-t', flips: { lost: 1, won: 0 }, mcnemarP: null, pairs: 2 });
    expect(result.accuracyDelta).toBeCloseTo(-1 / 6, 14);
    expect(result.accuracyDeltaInterval[0]).toBeCloseTo(pairedInterval(data)[0], 10);
  });

  it('pairs over the repeats that both arms have', () => {
    const samples = [
      sampleBuilder({ item: 'a', repeat: 0, correct: true }),
      sampleBuilder({ item: 'a', repeat: 1, correct: false }),
      sampleBuilder({ arm: 'nowait', item: 'a', repeat: 0, correct: true }),
    ];
    expect(overall(samples)).toMatchObject({ pairs: 1, accuracyDelta: 0, method: 'tango' });
  });

  it('takes the ratio of means of delivered and of thinking tokens', () => {
    const result = overall(pairs('bbbb'));
    expect(result.tokenRatio).toBeCloseTo(73 / 133, 14);
    expect(result.thinkRatio).toBe(0.5);
    expect(result.thinkRatioInterval).toEqual([0.5, 0.5]);
    expect(result.aes).toEqual({ value: expect.closeTo(60 / 133, 12), weights: [1, 3, 5] });
  });

  it('compares each data set beside the whole', () => {
    const results = compared([...pairs('bbl'), ...pairs('bw', { dataset: 'countdown' })], {
      datasets: ['arithmetic', 'countdown', 'modular'],
    });
    expect(results.map(({ dataset, pairs: n }) => [dataset, n])).toEqual([
      ['overall', 5],
      ['arithmetic', 3],
      ['countdown', 2],
      ['modular', 0],
    ]);
    expect(results[3]).toMatchObject({ verdict: 'not-comparable', finding: 'not comparable: no items in common' });
    expect(results[3]?.accuracyDelta).toBeNaN();
  });

  it('names items that only one arm has instead of dropping them silently', () => {
    const result = overall([...pairs('bbbb'), sampleBuilder({ item: 'extra' })]);
    expect(result).toMatchObject({ pairs: 4, verdict: 'not-comparable' });
    expect(result.finding).toBe('not comparable: items differ, 1 have samples of only one arm');
  });

  it('gives no verdict when the arms differ in what must be equal', () => {
    const result = overall(pairs('bbbb'), { incomparable: 'token caps differ (512 and 1,024)' });
    expect(result.verdict).toBe('not-comparable');
    expect(result.finding).toBe('not comparable: token caps differ (512 and 1,024)');
  });

  it('keeps figures and withholds verdict and finding when findings are off', () => {
    const result = overall(pairs('bbbl'), { findings: false });
    expect(result).toMatchObject({ finding: null, verdict: 'not-comparable', pairs: 4 });
    expect(result.accuracyDelta).toBe(-0.25);
  });

  it('gives the same figures when computed again, and other draws for another seed', () => {
    const samples = simulatedSamples({ items: 40 });
    expect(overall(samples)).toEqual(overall(samples));
    expect(overall(samples, { seed: 2 }).tokenRatioInterval).not.toEqual(overall(samples).tokenRatioInterval);
  });
});

describe('accuracyDifference', () => {
  it('calls an arm as accurate as the baseline worse in at most 5 % of 200 simulated runs', () => {
    const arms = [
      { name: 'baseline', lossRate: 0.1, thinkShare: 1 },
      { name: 'nowait', lossRate: 0.1, thinkShare: 0.5 },
    ];
    let worse = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      const run = columnsOf(simulatedSamples({ arms, items: 100, datasets: ['arithmetic'], seed }));
      const [against, arm] = [...run.arms.values()];
      if (!arm || !against) throw new Error('an arm is missing');
      const { interval, lowerBound } = accuracyDifference(pairItems(arm, against));
      if (verdictOf({ interval, lowerBound, margin: 0 }) === 'worse') worse += 1;
    }
    expect(worse).toBeLessThanOrEqual(10);
    expect(worse).toBeGreaterThan(0);
  });
});
