import { requireRatios, ratiosOf } from './ratios.js';

const RATIOS = [0.5, 0.7, 1];
const chain = (item: number) => ({ dataset: 'arithmetic', item: `a-${item}`, repeat: 0 });

describe(ratiosOf.name, () => {
  it('draws one, the same for the same seed and chain, and each equally often', () => {
    const counts = new Map<number, number>();
    for (let item = 0; item < 3000; item += 1) {
      const [drawn, ...others] = ratiosOf(chain(item), RATIOS, { perChain: 'one', seed: 42 });
      expect(others).toEqual([]);
      expect(ratiosOf(chain(item), RATIOS, { perChain: 'one', seed: 42 })).toEqual([drawn]);
      counts.set(drawn ?? 0, (counts.get(drawn ?? 0) ?? 0) + 1);
    }
    // 1,000 each: five standard deviations are 129.
    for (const ratio of RATIOS) expect(Math.abs((counts.get(ratio) ?? 0) - 1000)).toBeLessThan(129);
  });

  it('gives all where all are wanted', () => {
    expect(ratiosOf(chain(1), RATIOS, { perChain: 'all', seed: 42 })).toEqual(RATIOS);
  });
});

describe(requireRatios.name, () => {
  it.each([[[]], [[0]], [[1.2]], [[0.5, 0.5]], [[Number.NaN]]])('refuses %p', (ratios) => {
    expect(() => requireRatios(ratios)).toThrow('cannot be used');
  });

  it('takes shares up to the whole', () => {
    expect(() => requireRatios(RATIOS)).not.toThrow();
  });
});
