import { assert, integer, property, tuple } from 'fast-check';

import { pairedInterval } from './paired-difference.js';
import { exactMcNemar, newcombeInterval, pairCount, tangoInterval } from './paired-proportions.js';

const count = integer({ min: 0, max: 400 });
const table = tuple(count, count, count, count)
  .filter(([a, b, c, d]) => a + b + c + d > 0)
  .map(([bothRight, won, lost, bothWrong]) => ({ bothRight, won, lost, bothWrong }));

describe('tangoInterval', () => {
  it('is z² / (n + z²) wide to each side when nothing flipped', () => {
    const [low, high] = tangoInterval({ won: 0, lost: 0, pairs: 100 });
    expect(high).toBeCloseTo(1.959964 ** 2 / (100 + 1.959964 ** 2), 8);
    expect(low).toBeCloseTo(-high, 14);
  });

  it('holds the estimate, stays within −1 … 1 and is never a point', () => {
    assert(
      property(table, (counts) => {
        const pairs = pairCount(counts);
        const [low, high] = tangoInterval({ ...counts, pairs });
        const estimate = (counts.won - counts.lost) / pairs;
        expect(low).toBeLessThanOrEqual(estimate);
        expect(high).toBeGreaterThanOrEqual(estimate);
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
        expect(high - low).toBeGreaterThan(0);
      }),
    );
  });

  it('mirrors when won and lost change places', () => {
    assert(
      property(table, (counts) => {
        const pairs = pairCount(counts);
        const [low, high] = tangoInterval({ ...counts, pairs });
        const [mirroredLow, mirroredHigh] = tangoInterval({ won: counts.lost, lost: counts.won, pairs });
        expect(mirroredLow).toBeCloseTo(-high, 9);
        expect(mirroredHigh).toBeCloseTo(-low, 9);
      }),
    );
  });

  it('excludes 0 at exactly the flips where the score test rejects', () => {
    // At δ = 0 the score statistic is (won − lost)² / (won + lost); 3.841 is the 95 % point of χ²(1).
    assert(
      property(table, ({ won, lost, bothRight, bothWrong }) => {
        if (won + lost === 0) return;
        const [low, high] = tangoInterval({ won, lost, pairs: won + lost + bothRight + bothWrong });
        const statistic = (won - lost) ** 2 / (won + lost);
        expect(low > 0 || high < 0).toBe(statistic > 3.841458820694124);
      }),
    );
  });

  it('says nothing when there are no pairs', () => {
    expect(tangoInterval({ won: 0, lost: 0, pairs: 0 })).toEqual([-1, 1]);
  });
});

describe('newcombeInterval', () => {
  it('holds the estimate and stays within −1 … 1', () => {
    assert(
      property(table, (counts) => {
        const [low, high] = newcombeInterval(counts);
        const estimate = (counts.won - counts.lost) / pairCount(counts);
        expect(low).toBeLessThanOrEqual(estimate);
        expect(high).toBeGreaterThanOrEqual(estimate);
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('exactMcNemar', () => {
  it('is 1 when as many were won as lost, and 2 / 2ⁿ when all went one way', () => {
    expect(exactMcNemar(7, 7)).toBe(1);
    expect(exactMcNemar(0, 0)).toBe(1);
    expect(exactMcNemar(0, 10)).toBeCloseTo(2 / 1024, 14);
  });

  it('is a symmetric probability', () => {
    assert(
      property(count, count, (won, lost) => {
        const p = exactMcNemar(won, lost);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(exactMcNemar(lost, won)).toBe(p);
      }),
    );
  });
});

describe('pairedInterval', () => {
  it('falls back to Tango on majorities when all differences are equal', () => {
    const interval = pairedInterval({ differences: [0, 0, 0, 0], clusters: null, majorities: { won: 0, lost: 0 } });
    expect(interval).toEqual(tangoInterval({ won: 0, lost: 0, pairs: 4 }));
  });

  it('gives one-item clusters the same interval as no clusters', () => {
    const differences = Array.from({ length: 40 }, (_unused, i) => ((i * 7) % 5) / 2 - 1);
    const majorities = { won: 0, lost: 0 };
    const plain = pairedInterval({ differences, clusters: null, majorities });
    const single = pairedInterval({ differences, clusters: differences.map((_d, i) => i), majorities });
    expect(single[0]).toBeCloseTo(plain[0], 12);
    expect(single[1]).toBeCloseTo(plain[1], 12);
  });

  it('is as wide as can be when only one cluster exists', () => {
    const majorities = { won: 1, lost: 0 };
    expect(pairedInterval({ differences: [1, 0], clusters: [3, 3], majorities })).toEqual([-1, 1]);
  });
});
