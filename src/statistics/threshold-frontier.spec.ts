import * as fc from 'fast-check';
import { thresholdFrontier, type TwoWays } from './threshold-frontier.js';

function way(gain: number, cost: number) {
  return { gain, cost };
}

const cases: readonly TwoWays[] = [
  { signal: 0.2, weight: 1, shorter: way(0, 10), longer: way(1, 100) },
  { signal: 0.9, weight: 1, shorter: way(1, 10), longer: way(1, 60) },
  { signal: 0.2, weight: 1, shorter: way(0, 20), longer: way(1, 80) },
  { signal: 0.5, weight: 1, shorter: way(1, 20), longer: way(0, 40) },
];

const outcome = fc.record({ gain: fc.integer({ min: 0, max: 1 }), cost: fc.integer({ min: 1, max: 500 }) });
const anyCase = fc.record({
  signal: fc.integer({ min: 0, max: 12 }).map((n) => n / 8),
  weight: fc.constantFrom(1, 0.5, 0.25),
  shorter: outcome,
  longer: outcome,
});
const anyCases = fc.array(anyCase, { minLength: 1, maxLength: 40 });

describe('thresholdFrontier', () => {
  it('has a point for every set of cases that a threshold can tell apart', () => {
    expect(thresholdFrontier(cases, 'at-most')).toEqual([
      { threshold: null, share: 0, gain: 0.5, cost: 15 },
      { threshold: 0.35, share: 0.5, gain: 1, cost: 52.5 },
      { threshold: 0.7, share: 0.75, gain: 0.75, cost: 57.5 },
      { threshold: null, share: 1, gain: 0.75, cost: 70 },
    ]);
    expect(thresholdFrontier(cases, 'above').map(({ threshold, share }) => [threshold, share])).toEqual([
      [null, 0],
      [0.7, 0.25],
      [0.35, 0.5],
      [null, 1],
    ]);
    expect(thresholdFrontier([], 'above')).toEqual([]);
  });

  it.each(['above', 'at-most'] as const)('agrees with deciding case by case when longer is %s', (longerWhen) => {
    fc.assert(
      fc.property(anyCases, (all) => {
        const whole = all.reduce((sum, one) => sum + one.weight, 0);
        for (const { threshold, share, gain, cost } of thresholdFrontier(all, longerWhen)) {
          const isLonger = ({ signal }: TwoWays): boolean =>
            threshold === null ? share > 0 : longerWhen === 'above' ? signal > threshold : signal <= threshold;
          const total = (read: (one: TwoWays) => number): number =>
            all.reduce((sum, one) => sum + one.weight * read(one), 0) / whole;
          expect(share).toBeCloseTo(
            total((one) => Number(isLonger(one))),
            9,
          );
          expect(gain).toBeCloseTo(
            total((one) => (isLonger(one) ? one.longer : one.shorter).gain),
            9,
          );
          expect(cost).toBeCloseTo(
            total((one) => (isLonger(one) ? one.longer : one.shorter).cost),
            9,
          );
        }
      }),
    );
  });
});
