import { array, assert, double, integer, property, uniqueArray } from 'fast-check';
import {
  commonLengths,
  lengthMatchedDifferences,
  lengthVerdict,
  mixtureWeights,
  type LengthCurve,
} from './length-matched.js';
import { mean } from './moments.js';
import { Xoshiro128 } from './random.js';

const lengths = uniqueArray(integer({ min: 10, max: 2000 }), { minLength: 2, maxLength: 9 });
const place = double({ min: 0, max: 1, noNaN: true });

function between(values: readonly number[], at: number): number {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return Math.min(high, Math.max(low, low + at * (high - low)));
}

describe(mixtureWeights.name, () => {
  it('is a lottery whose mean length is the target, between two neighbours', () => {
    assert(
      property(lengths, place, (values, at) => {
        const target = between(values, at);
        const weights = mixtureWeights(values, target)!;
        expect(weights.every((weight) => weight >= 0)).toBe(true);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
        expect(weights.reduce((sum, weight, index) => sum + weight * values[index]!, 0)).toBeCloseTo(target, 6);
        const used = values.filter((_value, index) => weights[index]! > 0);
        expect(used.length).toBeLessThanOrEqual(2);
        expect(values.some((value) => value > Math.min(...used) && value < Math.max(...used))).toBe(false);
      }),
    );
  });

  it('moves weight to longer arms as the target grows, never back', () => {
    assert(
      property(lengths, place, place, (values, one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)].map((at) => between(values, at));
        const above = (target: number, length: number): number =>
          mixtureWeights(values, target)!.reduce(
            (sum, weight, index) => sum + (values[index]! >= length ? weight : 0),
            0,
          );
        for (const length of values) expect(above(more!, length)).toBeGreaterThanOrEqual(above(less!, length) - 1e-9);
      }),
    );
  });

  it('shares among arms of equal length, and has nothing outside the range', () => {
    expect(mixtureWeights([100, 200, 200], 150)).toEqual([0.5, 0.25, 0.25]);
    expect(mixtureWeights([100, 200, 200], 200)).toEqual([0, 0.5, 0.5]);
    expect(mixtureWeights([100, 200], 99)).toBeNull();
    expect(mixtureWeights([100, 200], 201)).toBeNull();
  });
});

/** Items of which a longer arm gets more right; `lift` is what the method adds. */
function curve(seed: number, lift: number, items = 400): LengthCurve {
  const random = new Xoshiro128(seed);
  const hard = Array.from({ length: items }, (_unused, item) => ((item * 37) % items) / items);
  return {
    seed,
    arms: [90, 130, 180, 240].map((length) => ({
      length: length + random.nextBelow(9),
      gains: hard.map((one) => Number(one < 0.3 + length / 500 + lift + 0.2 * (random.nextUnit() - 0.5))),
    })),
  };
}

const seeded = (lift: number): LengthCurve[] => [1, 2, 3].map((seed) => curve(seed, lift));
const judge = (one: readonly LengthCurve[], other: readonly LengthCurve[], targets = [110, 150, 200]) =>
  lengthMatchedDifferences(one, other, { targets, clusters: null });

describe(lengthMatchedDifferences.name, () => {
  it('finds a difference of exactly nothing between a method and itself', () => {
    assert(
      property(array(integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 3 }), (seeds) => {
        const curves = seeds.map((seed) => curve(seed, 0, 60));
        for (const { difference, holmP, bySeed, interval } of judge(curves, curves)) {
          expect(difference).toBe(0);
          expect(holmP).toBe(1);
          expect(bySeed.every((each) => each === 0)).toBe(true);
          expect(interval[0]).toBeLessThan(0);
          expect(interval[1]).toBeGreaterThan(0);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('finds a gap that was planted, whichever side it is on', () => {
    const found = judge(seeded(0.1), seeded(0));
    expect(found).toHaveLength(3);
    for (const { difference, interval, holmP, bySeed, seedSpread } of found) {
      expect(difference).toBeGreaterThan(0.05);
      expect(difference).toBeLessThan(0.15);
      expect(interval[0]).toBeGreaterThan(0);
      expect(holmP).toBeLessThan(0.001);
      expect(bySeed).toHaveLength(3);
      expect(mean(bySeed)).toBeCloseTo(difference, 9);
      expect(seedSpread).toBeLessThan(0.05);
    }
    expect(lengthVerdict(found)).toBe('beats');
    expect(lengthVerdict(judge(seeded(0), seeded(0.1)))).toBe('worse');
  });

  it('does not mistake length for skill: a longer sweep of the same method is no better at equal length', () => {
    const longer = seeded(0).map(({ seed, arms }) => ({ seed, arms: arms.slice(1) }));
    for (const { difference } of judge(longer, seeded(0), [150, 200])) expect(difference).toBe(0);
  });

  it('leaves out lengths that one of the curves never comes to', () => {
    const short = seeded(0).map(({ seed, arms }) => ({ seed, arms: arms.slice(0, 2) }));
    expect(judge(short, seeded(0)).map(({ target }) => target)).toEqual([110]);
    expect(commonLengths([...short, ...seeded(0)])[1]).toBeLessThan(150);
  });

  it('has wider intervals where items come in clusters', () => {
    const [one, other] = [seeded(0.1), seeded(0)];
    const clusters = Array.from({ length: 400 }, (_unused, item) => Math.floor(((item * 37) % 400) / 40));
    const [apart] = judge(one, other);
    const [together] = lengthMatchedDifferences(one, other, { targets: [110], clusters });
    expect(together!.difference).toBe(apart!.difference);
    expect(together!.interval[1] - together!.interval[0]).toBeGreaterThan(apart!.interval[1] - apart!.interval[0]);
  });
});

function outcome(difference: number, holmP: number, bySeed: readonly number[] = []) {
  return { difference, holmP, bySeed };
}

describe(lengthVerdict.name, () => {
  it.each([
    ['beats', [outcome(0.1, 0.01), outcome(-0.02, 0.4)]],
    ['beats', [outcome(0.1, 0.01, [0.05, 0.12, 0.13])]],
    ['worse', [outcome(-0.1, 0.01, [-0.1, -0.1]), outcome(0.02, 0.4)]],
    ['not-decisive', [outcome(0.1, 0.05), outcome(0.2, 0.06)]],
    ['not-decisive', [outcome(0.1, 0.01), outcome(-0.1, 0.01)]],
    ['not-decisive', [outcome(0.1, 0.01, [0.25, -0.02, 0.07])]],
    ['not-decisive', []],
  ])('%s', (verdict, differences) => {
    expect(lengthVerdict(differences)).toBe(verdict);
  });
});
