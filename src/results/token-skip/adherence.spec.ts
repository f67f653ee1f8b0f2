import { adherenceError, collapseOf, meanAdherenceError } from './adherence.js';

/** Points from above, as [asked, actual]. */
const points = (...pairs: readonly (readonly [number | null, number])[]) =>
  pairs.map(([ratio, actRatio]) => ({
    arm: String(actRatio),
    ratio,
    actRatio,
    adherenceError: adherenceError(ratio, actRatio),
  }));

/** Arms are named by their actual ratio here; a difference of less than 0.05 shows nothing. */
const isShorter = (arm: string, than: string): boolean => Number(arm) + 0.05 <= Number(than);

describe(collapseOf.name, () => {
  it('finds none where every ratio is followed down to the smallest', () => {
    expect(collapseOf(points([1, 1.02], [0.7, 0.72], [0.5, 0.55], [0.3, 0.41]), isShorter)).toBeNull();
  });

  it('names the ratio below which the actual one is too far off', () => {
    expect(collapseOf(points([1, 1], [0.7, 0.73], [0.5, 0.64], [0.4, 0.58], [0.3, 0.5]), isShorter)).toEqual({
      below: 0.5,
      at: 0.4,
      why: 'off-target',
    });
  });

  it('names the ratio below which asking for less brings nothing', () => {
    expect(collapseOf(points([0.6, 0.6], [0.5, 0.5], [0.4, 0.485], [0.35, 0.47]), isShorter)).toEqual({
      below: 0.5,
      at: 0.4,
      why: 'no-shorter',
    });
  });

  it('takes no single step for a collapse that a smaller ratio makes up for', () => {
    expect(collapseOf(points([0.6, 0.6], [0.5, 0.56], [0.4, 0.45], [0.3, 0.33]), isShorter)).toBeNull();
  });

  it('has no ratio to name where the largest one misses already', () => {
    expect(collapseOf(points([0.9, 0.5], [0.5, 0.49]), isShorter)).toEqual({ below: null, at: 0.9, why: 'off-target' });
  });

  it('says nothing about fewer than two ratios, nor where none is asked for', () => {
    expect(collapseOf(points([0.5, 0.9]), isShorter)).toBeNull();
    expect(collapseOf(points([null, 0.9], [null, 0.2]), isShorter)).toBeNull();
  });
});

describe(meanAdherenceError.name, () => {
  it('averages over the points that ask for a ratio', () => {
    expect(meanAdherenceError(points([1, 1.1], [0.5, 0.4], [null, 3]))).toBeCloseTo(0.1, 12);
    expect(meanAdherenceError(points([null, 0.7]))).toBeNull();
  });
});
