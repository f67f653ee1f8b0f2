import { array, assert, integer, property, tuple } from 'fast-check';

import { type CostsAndGains, frontierShares } from './frontier-shares.js';
import { Xoshiro128 } from './random.js';

/** Items of an arm that costs about `cost` and is right on a share `accuracy`, the same items lost by every arm. */
function arm(cost: number, accuracy: number, items = 100): CostsAndGains {
  const random = new Xoshiro128(cost);
  return {
    costs: Array.from({ length: items }, () => cost + random.nextBelow(20)),
    gains: Array.from({ length: items }, (_unused, item) => Number(item < accuracy * items)),
  };
}

/** As many right answers as 0.8 of 100, on other items. */
function swapped(): number[] {
  return Array.from({ length: 100 }, (_unused, item) => Number(item >= 20));
}

describe('frontierShares', () => {
  it('is 1 for an arm that is best and cheapest, and 0 for those that it dominates in every draw', () => {
    expect(frontierShares([arm(100, 0.9), arm(200, 0.7), arm(300, 0.5)], { seed: 1 })).toEqual([1, 0, 0]);
  });

  it('lies between where the items do not decide', () => {
    const [cheap = 0, dear = 0] = frontierShares([arm(100, 0.8), { ...arm(300, 0.8), gains: swapped() }], { seed: 1 });
    expect(cheap).toBe(1);
    expect(dear).toBeGreaterThan(0.2);
    expect(dear).toBeLessThan(0.7);
  });

  it('is the same when drawn again, in any order of the arms, and equal arms share their fate', () => {
    const item = tuple(integer({ min: 1, max: 50 }), integer({ min: 0, max: 1 }), integer({ min: 0, max: 1 }));
    assert(
      property(array(item, { minLength: 1, maxLength: 20 }), integer(), (items, seed) => {
        const costs = items.map(([cost]) => cost);
        const one = { costs, gains: items.map(([, gain]) => gain) };
        const other = { costs: costs.toReversed(), gains: items.map(([, , gain]) => gain) };
        const shares = frontierShares([one, other, one], { seed, draws: 50 });
        expect(frontierShares([one, other, one], { seed, draws: 50 })).toEqual(shares);
        expect(frontierShares([other, one, one], { seed, draws: 50 })).toEqual([shares[1], shares[0], shares[2]]);
        expect(shares[0]).toBe(shares[2]);
        expect(Math.max(...shares)).toBeGreaterThanOrEqual(0.5);
      }),
      { numRuns: 40 },
    );
  });

  it('draws clusters as wholes: what one template decides is less sure than what many items decide', () => {
    const dear = { ...arm(300, 0.8), gains: Array.from({ length: 100 }, (_unused, item) => Number(item >= 10)) };
    const clusters = Array.from({ length: 100 }, (_unused, item) => Math.floor(item / 25));
    const [, alone = 0] = frontierShares([arm(100, 0.8), dear], { seed: 1 });
    const [, together = 0] = frontierShares([arm(100, 0.8), dear], { seed: 1, clusters });
    expect(alone).toBeGreaterThan(together + 0.1);
  });

  it('has no value without items', () => {
    expect(frontierShares([{ costs: [], gains: [] }], { seed: 1 })).toEqual([Number.NaN]);
  });
});
