import { array, assert, integer, property } from 'fast-check';

import { normalCdf } from './normal.js';
import { Xoshiro128 } from './random.js';
import { wilcoxonSignedRank } from './wilcoxon.js';

const differences = array(integer({ min: -9, max: 9 }), { maxLength: 12 });

/** p by writing down every sign of every rank: another way to the same definition. */
function enumerated(values: readonly number[]): number {
  const kept = values.filter((value) => value !== 0);
  const ranks = kept.map((value) => {
    const below = kept.filter((other) => Math.abs(other) < Math.abs(value)).length;
    const equal = kept.filter((other) => Math.abs(other) === Math.abs(value)).length;
    return below + (equal + 1) / 2;
  });
  const centre = ranks.reduce((sum, rank) => sum + rank, 0) / 2;
  const positive = ranks.reduce((sum, rank, index) => sum + ((kept[index] ?? 0) > 0 ? rank : 0), 0);
  let extreme = 0;
  for (let signs = 0; signs < 2 ** ranks.length; signs += 1) {
    const sum = ranks.reduce((total, rank, index) => total + (Math.floor(signs / 2 ** index) % 2) * rank, 0);
    if (Math.abs(sum - centre) >= Math.abs(positive - centre)) extreme += 1;
  }
  return extreme / 2 ** ranks.length;
}

describe('wilcoxonSignedRank', () => {
  it('counts every sign of the ranks, ties and zeros included, when pairs are few', () => {
    assert(
      property(differences, (values) => {
        const { p, method } = wilcoxonSignedRank(values);
        expect(method).toBe('exact');
        expect(p).toBeCloseTo(Math.min(1, enumerated(values)), 12);
      }),
      { numRuns: 60 },
    );
  });

  it('does not care about zeros, order or direction', () => {
    assert(
      property(differences, (values) => {
        const { p, pairs } = wilcoxonSignedRank(values);
        expect(wilcoxonSignedRank([...values, 0, 0])).toMatchObject({ p, pairs });
        expect(wilcoxonSignedRank(values.toReversed())).toMatchObject({ p, pairs });
        expect(wilcoxonSignedRank(values.map((value) => -value)).p).toBeCloseTo(p, 12);
      }),
    );
  });

  it('says nothing where there is nothing to rank', () => {
    expect(wilcoxonSignedRank([0, 0, 0])).toEqual({ pairs: 0, positive: 0, p: 1, method: 'exact' });
    expect(wilcoxonSignedRank([])).toMatchObject({ pairs: 0, p: 1 });
  });

  it('goes over from the exact to the normal distribution without a jump', () => {
    const random = new Xoshiro128(4);
    const values = Array.from({ length: 50 }, (_unused, index) => (index + 1) * (random.nextUnit() < 0.6 ? 1 : -1));
    const { p, positive, method } = wilcoxonSignedRank(values);
    expect([method, wilcoxonSignedRank([...values, 51]).method]).toEqual(['exact', 'normal']);
    const deviation = Math.sqrt((50 * 51 * 101) / 24);
    const approximate = 2 * normalCdf(-Math.abs(positive - (50 * 51) / 4) / deviation);
    expect(Math.abs(p - approximate)).toBeLessThan(0.01);
  });

  it('keeps its level: p < 0.05 in at most 6.5 % of 1,000 comparisons without a difference', () => {
    const random = new Xoshiro128(8);
    let found = 0;
    for (let round = 0; round < 1000; round += 1) {
      const values = Array.from({ length: 60 }, () => random.nextBelow(101) - 50);
      if (wilcoxonSignedRank(values).p < 0.05) found += 1;
    }
    expect(found).toBeGreaterThan(30);
    expect(found).toBeLessThan(65);
  });
});
