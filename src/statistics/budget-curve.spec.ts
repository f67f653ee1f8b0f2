import * as fc from 'fast-check';
import { areaWeights, slopeWeights } from './budget-curve.js';
import { clusteredMeanInterval } from './cluster-mean.js';
import { meanInterval } from './moments.js';

const ascending = fc
  .uniqueArray(fc.integer({ min: 0, max: 2000 }), { minLength: 2, maxLength: 12 })
  .map((values) => values.toSorted((a, b) => a - b));

function weighted(weights: readonly number[], values: readonly number[]): number {
  return weights.reduce((sum, weight, at) => sum + weight * (values[at] ?? 0), 0);
}

describe('areaWeights', () => {
  it('gives the area by trapezoids', () => {
    // (0.2 + 0.6) / 2 · 10 + (0.6 + 1) / 2 · 30, over 40.
    expect(weighted(areaWeights([0, 10, 40]), [0.2, 0.6, 1])).toBeCloseTo(0.7, 14);
  });

  it('is the height of a level curve and the middle of a straight one for any points', () => {
    fc.assert(
      fc.property(ascending, fc.double({ min: -1, max: 1, noNaN: true }), (x, height) => {
        const middle = ((x[0] ?? 0) + (x.at(-1) ?? 0)) / 2;
        expect(
          weighted(
            areaWeights(x),
            x.map(() => height),
          ),
        ).toBeCloseTo(height, 10);
        expect(weighted(areaWeights(x), x)).toBeCloseTo(middle, 8);
      }),
    );
  });
});

describe('slopeWeights', () => {
  it('gives the mean slope over all pairs', () => {
    // Slopes 0.04, 0.02 and 0.4 / 30.
    expect(weighted(slopeWeights([0, 10, 40]), [0.2, 0.6, 1])).toBeCloseTo((0.04 + 0.02 + 0.4 / 30) / 3, 14);
  });

  it('is 0 for a level curve and the slope of a straight one for any points', () => {
    fc.assert(
      fc.property(ascending, fc.double({ min: -1, max: 1, noNaN: true }), (x, slope) => {
        expect(
          weighted(
            slopeWeights(x),
            x.map(() => 0.7),
          ),
        ).toBeCloseTo(0, 10);
        expect(
          weighted(
            slopeWeights(x),
            x.map((at) => 0.3 + slope * at),
          ),
        ).toBeCloseTo(slope, 8);
      }),
    );
  });
});

describe('clusteredMeanInterval', () => {
  const values = [0.2, 0.4, 0.9, 0.1, 0.5];

  it('equals the t interval when every item is a cluster of its own', () => {
    const [low, high] = clusteredMeanInterval(values, [1, 2, 3, 4, 5]);
    const expected = meanInterval(values);
    expect(low).toBeCloseTo(expected[0], 12);
    expect(high).toBeCloseTo(expected[1], 12);
    expect(clusteredMeanInterval(values, null)).toEqual(expected);
  });

  it('has no bounds when there is one cluster', () => {
    expect(clusteredMeanInterval(values, [1, 1, 1, 1, 1])).toEqual([-Infinity, Infinity]);
  });
});
