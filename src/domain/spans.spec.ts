import * as fc from 'fast-check';
import { unionSeconds } from './spans.js';

describe(unionSeconds.name, () => {
  it('counts overlapping spans once', () => {
    expect(
      unionSeconds([
        [0, 2000],
        [1000, 3000],
        [5000, 6000],
      ]),
    ).toBe(4);
  });

  it('is never more than the sum and never less than the longest span', () => {
    const span = fc.tuple(fc.nat(100_000), fc.nat(100_000)).map(([from, length]) => [from, from + length] as const);
    fc.assert(
      fc.property(fc.array(span, { minLength: 1 }), (spans) => {
        const lengths = spans.map(([from, to]) => (to - from) / 1000);
        const union = unionSeconds(spans);
        expect(union).toBeLessThanOrEqual(lengths.reduce((sum, length) => sum + length, 0) + 1e-9);
        expect(union).toBeGreaterThanOrEqual(Math.max(...lengths) - 1e-9);
      }),
    );
  });
});
