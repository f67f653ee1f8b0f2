import { adherenceError, collapseOf, meanAdherenceError } from './adherence.js';

/** Points from above, as [asked, actual]; intervals reach 0.02 to either side. */
const points = (...pairs: readonly (readonly [number | null, number])[]) =>
  pairs.map(([ratio, actRatio]) => ({
    ratio,
    actRatio,
    actRatioInterval: [actRatio - 0.02, actRatio + 0.02] as const,
    adherenceError: adherenceError(ratio, actRatio),
  }));

describe(collapseOf.name, () => {
  it('finds none where every ratio is followed down to the smallest', () => {
    expect(collapseOf(points([1, 1.02], [0.7, 0.72], [0.5, 0.55], [0.3, 0.41]))).toBeNull();
  });

  it('names the ratio below which the actual one is too far off', () => {
    expect(collapseOf(points([1, 1], [0.7, 0.73], [0.5, 0.64], [0.4, 0.58], [0.3, 0.5]))).toEqual({
      below: 0.5,
      at: 0.4,
      why: 'off-target',
    });
  });

  it('names the ratio below which asking for less brings nothing', () => {
    expect(collapseOf(points([0.6, 0.6], [0.5, 0.5], [0.4, 0.485], [0.3, 0.3]))).toEqual({
      below: 0.5,
      at: 0.4,
      why: 'no-shorter',
    });
  });

  it('has no ratio to name where the largest one misses already', () => {
    expect(collapseOf(points([0.9, 0.5], [0.5, 0.49]))).toEqual({ below: null, at: 0.9, why: 'off-target' });
  });

  it('says nothing about fewer than two ratios, nor where none is asked for', () => {
    expect(collapseOf(points([0.5, 0.9]))).toBeNull();
    expect(collapseOf(points([null, 0.9], [null, 0.2]))).toBeNull();
  });
});

describe(meanAdherenceError.name, () => {
  it('averages over the points that ask for a ratio', () => {
    expect(meanAdherenceError(points([1, 1.1], [0.5, 0.4], [null, 3]))).toBeCloseTo(0.1, 12);
    expect(meanAdherenceError(points([null, 0.7]))).toBeNull();
  });
});
