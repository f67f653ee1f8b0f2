import { array, assert, integer, property, tuple } from 'fast-check';

import { bcaInterval, ratioOfMeans } from './bootstrap.js';
import { Xoshiro128 } from './random.js';

const tokens = integer({ min: 1, max: 2000 });

describe('ratioOfMeans', () => {
  it('returns the point when every pair has the same ratio', () => {
    const { ratio, interval } = ratioOfMeans([50, 100, 200], [100, 200, 400], { seed: 3 });
    expect(ratio).toBe(0.5);
    expect(interval).toEqual([0.5, 0.5]);
  });

  it('is the same when drawn again, and its bounds are ratios that pairs can have', () => {
    assert(
      property(array(tuple(tokens, tokens), { minLength: 2, maxLength: 40 }), integer(), (pairs, seed) => {
        const arm = pairs.map(([a]) => a);
        const base = pairs.map(([, b]) => b);
        const estimate = ratioOfMeans(arm, base, { seed, resamples: 200 });
        expect(ratioOfMeans(arm, base, { seed, resamples: 200 })).toEqual(estimate);
        const ratios = pairs.map(([a, b]) => a / b);
        expect(estimate.interval[0]).toBeGreaterThanOrEqual(Math.min(...ratios) - 1e-12);
        expect(estimate.interval[1]).toBeLessThanOrEqual(Math.max(...ratios) + 1e-12);
        expect(estimate.interval[0]).toBeLessThanOrEqual(estimate.interval[1]);
      }),
      { numRuns: 50 },
    );
  });

  it('draws clusters as wholes, so pairs that move together widen the interval', () => {
    const random = new Xoshiro128(11);
    const clusters = Array.from({ length: 200 }, (_unused, i) => Math.floor(i / 20));
    const factor = Array.from({ length: 10 }, () => 0.3 + 0.6 * random.nextUnit());
    const base = clusters.map(() => 100 + random.nextBelow(200));
    const arm = base.map((value, i) => value * (factor[clusters[i] ?? 0] ?? 1));
    const alone = ratioOfMeans(arm, base, { seed: 1 }).interval;
    const together = ratioOfMeans(arm, base, { seed: 1, clusters }).interval;
    expect(together[1] - together[0]).toBeGreaterThan(2 * (alone[1] - alone[0]));
  });

  it('equals the unclustered interval when each cluster holds one pair', () => {
    const base = [120, 80, 300, 150, 90];
    const arm = [60, 70, 100, 140, 20];
    const clusters = [9, 4, 7, 1, 2];
    expect(ratioOfMeans(arm, base, { seed: 5, clusters })).toEqual(ratioOfMeans(arm, base, { seed: 5 }));
  });

  it('has no value when there is nothing to divide by', () => {
    expect(ratioOfMeans([0, 0], [0, 0], { seed: 1 }).ratio).toBeNaN();
    expect(ratioOfMeans([3, 0], [0, 0], { seed: 1 }).ratio).toBe(Infinity);
    expect(ratioOfMeans([], [], { seed: 1 }).ratio).toBeNaN();
  });

  it('keeps its level: 95 % intervals hold the true ratio in 92 to 98 % of 300 simulated comparisons', () => {
    const random = new Xoshiro128(2024);
    const gammaLike = (): number => -Math.log((1 - random.nextUnit()) * (1 - random.nextUnit())) * 120;
    let held = 0;
    for (let round = 0; round < 300; round += 1) {
      const base = Array.from({ length: 80 }, gammaLike);
      // E[arm] / E[base] = 0.6 with noise that does not depend on the length.
      const arm = base.map((value) => value * (0.4 + 0.4 * random.nextUnit()));
      const [low, high] = ratioOfMeans(arm, base, { seed: round, resamples: 1000 }).interval;
      if (low <= 0.6 && 0.6 <= high) held += 1;
    }
    expect(held / 300).toBeGreaterThan(0.92);
    expect(held / 300).toBeLessThan(0.98);
  });

  it('merges more pairs than it draws without changing the width, even where neighbours are alike', () => {
    const random = new Xoshiro128(3);
    const base = Float64Array.from(
      { length: 40_000 },
      (_unused, i) => (i < 20_000 ? 100 : 400) + random.nextBelow(100),
    );
    const arm = base.map((value, i) => value * (i < 20_000 ? 0.9 : 0.4) * (0.8 + 0.4 * random.nextUnit()));
    const { ratio, interval } = ratioOfMeans(arm, base, { seed: 1 });
    // Standard error by the delta method: √(Σ(a − r b)²) / Σb.
    let squares = 0;
    base.forEach((value, i) => (squares += ((arm[i] ?? 0) - ratio * value) ** 2));
    const expected = (2 * 1.959964 * Math.sqrt(squares)) / base.reduce((sum, value) => sum + value, 0);
    expect((interval[1] - interval[0]) / expected).toBeGreaterThan(0.94);
    expect((interval[1] - interval[0]) / expected).toBeLessThan(1.06);
  });

  it('draws 10,000 times from 2,000 pairs in under a second', () => {
    const base = Float64Array.from({ length: 2000 }, (_unused, i) => 50 + ((i * 7919) % 400));
    const arm = base.map((value, i) => value * (0.4 + (i % 10) / 20));
    ratioOfMeans(arm, base, { seed: 1, resamples: 200 });
    const before = performance.now();
    ratioOfMeans(arm, base, { seed: 1 });
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

describe('bcaInterval', () => {
  it('is the percentile interval when nothing is skewed', () => {
    const draws = Array.from({ length: 1001 }, (_unused, i) => i / 1000);
    const [low, high] = bcaInterval(0.5, draws, [1, 2, 3], 0.95);
    expect(low).toBeCloseTo(0.025, 10);
    expect(high).toBeCloseTo(0.975, 10);
  });

  it('stays finite when the estimate lies outside all draws', () => {
    const draws = [1, 2, 3, 4];
    for (const estimate of [0, 9]) {
      for (const bound of bcaInterval(estimate, draws, [1, 2, 4], 0.95)) expect(Number.isFinite(bound)).toBe(true);
    }
  });
});
