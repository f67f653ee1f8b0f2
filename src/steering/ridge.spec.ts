import * as fc from 'fast-check';
import { crossValidatedRidge, fitRidge, RegressionSums, squaredError, type LinearProbe } from './ridge.js';

const WIDTH = 6;

/** Normal deviates, the same for equal seeds. */
function deviates(seed: number): () => number {
  let state = seed >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
}

interface Rows {
  readonly states: readonly (readonly number[])[];
  readonly targets: readonly number[];
}

/** States around a mean, and targets that lie on a planted probe but for the noise. */
function plantedRows(seed: number, count: number, planted: LinearProbe, noise: number): Rows {
  const draw = deviates(seed);
  const states = Array.from({ length: count }, () => Array.from({ length: WIDTH }, (_, axis) => 3 * draw() + axis));
  const targets = states.map((state) => predict(planted, state) + noise * draw());
  return { states, targets };
}

function predict({ direction, intercept }: LinearProbe, state: readonly number[]): number {
  return direction.reduce((sum, value, axis) => sum + value * (state[axis] ?? 0), intercept);
}

function sumsOf({ states, targets }: Rows): RegressionSums {
  const sums = new RegressionSums(WIDTH);
  for (const [row, state] of states.entries()) sums.add(state, targets[row] ?? 0);
  return sums;
}

const probes = fc.record({
  direction: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: WIDTH, maxLength: WIDTH }),
  intercept: fc.double({ min: -5, max: 5, noNaN: true }),
});
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

describe('fitRidge', () => {
  it('finds a planted direction when there is no noise, whatever it is', () => {
    fc.assert(
      fc.property(probes, seeds, (planted, seed) => {
        const found = fitRidge(sumsOf(plantedRows(seed, 60, planted, 0)), 1e-9);
        for (const [axis, value] of planted.direction.entries()) expect(found.direction[axis]).toBeCloseTo(value, 5);
        expect(found.intercept).toBeCloseTo(planted.intercept, 4);
      }),
      { numRuns: 50 },
    );
  });

  it('shortens the direction as the penalty grows, and then predicts the mean', () => {
    fc.assert(
      fc.property(probes, seeds, (planted, seed) => {
        const rows = plantedRows(seed, 60, planted, 0.1);
        const lengths = [0.1, 10, 1e4, 1e12].map((ridge) => Math.hypot(...fitRidge(sumsOf(rows), ridge).direction));
        for (const [index, length] of lengths.slice(1).entries()) {
          expect(length).toBeLessThanOrEqual((lengths[index] ?? 0) * (1 + 1e-9));
        }
        const mean = rows.targets.reduce((sum, value) => sum + value, 0) / rows.targets.length;
        expect(fitRidge(sumsOf(rows), 1e15).intercept).toBeCloseTo(mean, 3);
      }),
      { numRuns: 30 },
    );
  });
});

describe('squaredError', () => {
  it('is the sum of squared errors over the rows, though they are gone', () => {
    fc.assert(
      fc.property(probes, probes, seeds, (planted, probe, seed) => {
        const rows = plantedRows(seed, 20, planted, 1);
        const expected = rows.states.reduce(
          (sum, state, row) => sum + (predict(probe, state) - (rows.targets[row] ?? 0)) ** 2,
          0,
        );
        expect(squaredError(sumsOf(rows), probe) / expected).toBeCloseTo(1, 8);
      }),
      { numRuns: 50 },
    );
  });
});

describe('crossValidatedRidge', () => {
  const planted = { direction: [1, 0, -2, 0, 0.5, 0], intercept: 0.3 };
  const folds = (noise: number): RegressionSums[] =>
    [1, 2, 3, 4, 5].map((seed) => sumsOf(plantedRows(seed, 40, planted, noise)));

  it('explains nearly everything on rows held out when the targets follow the states', () => {
    expect(crossValidatedRidge(folds(0.01), 1).heldOutR2).toBeGreaterThan(0.999);
  });

  it('explains nothing on rows held out when the targets are noise, though it does where it was fitted', () => {
    const nothing = [1, 2, 3, 4, 5].map((seed) => {
      const { states } = plantedRows(seed, 12, planted, 0);
      const draw = deviates(1000 + seed);
      return sumsOf({ states, targets: states.map(() => draw()) });
    });
    const { r2, heldOutR2 } = crossValidatedRidge(nothing, 1e-6);
    expect(heldOutR2).toBeLessThan(0.05);
    expect(r2).toBeGreaterThan(heldOutR2 + 0.05);
  });
});
