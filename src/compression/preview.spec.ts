import { array, assert, double, property } from 'fast-check';
import { PreviewPicker, SHADES, shadesOf, type PreviewChain } from './preview.js';
import { RatioTallies } from './tally.js';

function chain(item: string): PreviewChain {
  return {
    dataset: 'arithmetic',
    item,
    repeat: 0,
    level: 1,
    question: '?',
    asked: 0.5,
    got: 0.5,
    tokens: ['a'],
    kept: [true],
    shades: [0],
    answer: '',
  };
}

function picked(count: number, seed: number): string[] {
  const picker = new PreviewPicker(seed, 5);
  for (let index = 0; index < count; index += 1) {
    const offer = { key: String(index), asked: 0.5, got: index === 7 ? 0.6 : 0.5, tokens: index === 9 ? 80 : 40 };
    picker.offer(offer, () => chain(String(index)));
  }
  return picker.shown.map(({ item, why }) => `${item}: ${why.join(', ')}`);
}

describe(PreviewPicker.name, () => {
  it('shows the extremes and as many drawn ones as wanted, the same for the same seed', () => {
    const shown = picked(200, 1);
    expect(shown[0]).toMatch(/^9: longest/);
    expect(shown[1]).toMatch(/^7: furthest above/);
    expect(shown.filter((one) => one.includes('drawn'))).toHaveLength(5);
    expect(picked(200, 1)).toEqual(shown);
    expect(picked(200, 2)).not.toEqual(shown);
  });

  it('shows every chain once where there are few', () => {
    expect(picked(4, 1)).toHaveLength(4);
  });
});

describe(shadesOf.name, () => {
  it('gives the more important of two tokens no lesser shade, and equals the same', () => {
    assert(
      property(array(double({ noNaN: true }), { minLength: 1 }), (importance) => {
        const shades = shadesOf(importance);
        for (const [index, value] of importance.entries()) {
          expect(shades[index]).toBeLessThan(SHADES);
          const lesser = shades.filter((_, other) => value >= (importance[other] ?? 0));
          expect(Math.max(...lesser)).toBeLessThanOrEqual(shades[index] ?? -1);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe(RatioTallies.name, () => {
  it('counts what each ratio kept, and how far that is from it', () => {
    const tallies = new RatioTallies();
    tallies.add(0.5, 5, 10);
    tallies.add(0.5, 13, 20);
    tallies.add(1, 7, 7);
    expect(tallies.ratios).toEqual([
      { asked: 0.5, chains: 2, tokens: 30, kept: 18, mean: 0.575, least: 0.5, most: 0.65 },
      { asked: 1, chains: 1, tokens: 7, kept: 7, mean: 1, least: 1, most: 1 },
    ]);
    expect(tallies.differences).toEqual([
      { points: 0, chains: 2 },
      { points: 15, chains: 1 },
    ]);
    expect(tallies.examples).toBe(3);
  });
});
