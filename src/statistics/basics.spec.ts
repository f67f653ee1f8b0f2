import { array, assert, double, integer, property } from 'fast-check';

import { accuracyEfficiencyScore, modelCompressionRate, ockScore, shareWithin } from './efficiency.js';
import { dominates, paretoMembership } from './frontier.js';
import { holmAdjusted } from './holm.js';
import { itemMeans, mean, meanInterval, variance } from './moments.js';
import { normalCdf, normalQuantile } from './normal.js';
import { itemsToDetect, itemsToSettle, minimumDetectableEffect, plannedDetectableEffect } from './power.js';
import { wilsonInterval } from './proportion.js';
import { quantile } from './quantile.js';
import { seedOf, Xoshiro128 } from './random.js';
import { studentCdf, studentQuantile } from './student-t.js';

const finite = double({ min: -1e6, max: 1e6, noNaN: true });
const share = double({ min: 1e-9, max: 1 - 1e-9, noNaN: true });

describe('quantile', () => {
  it('is a value between the extremes that grows with p', () => {
    assert(
      property(array(finite, { minLength: 1 }), share, share, (values, p, q) => {
        const [low, high] = [Math.min(p, q), Math.max(p, q)];
        expect(quantile(values, low)).toBeLessThanOrEqual(quantile(values, high) + 1e-6);
        expect(quantile(values, low)).toBeGreaterThanOrEqual(Math.min(...values));
        expect(quantile(values, high)).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });

  it('interpolates between neighbours and leaves the input as it was', () => {
    const values = [4, 1, 3, 2];
    expect(quantile(values, 0.5)).toBe(2.5);
    expect(quantile(values, 0.9)).toBeCloseTo(3.7, 14);
    expect(values).toEqual([4, 1, 3, 2]);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe('distributions', () => {
  it('invert each other', () => {
    assert(
      property(share, integer({ min: 1, max: 3000 }), (p, df) => {
        expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12);
        expect(studentCdf(studentQuantile(p, df), df)).toBeCloseTo(p, 9);
      }),
      { numRuns: 60 },
    );
  });

  it('take the edges', () => {
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
    expect(normalQuantile(0.5)).toBeCloseTo(0, 15);
  });
});

describe('wilsonInterval', () => {
  it('holds the share, stays within 0 … 1 and is never a point', () => {
    assert(
      property(integer({ min: 1, max: 5000 }), share, (trials, fraction) => {
        const successes = Math.round(trials * fraction);
        const [low, high] = wilsonInterval(successes, trials);
        expect(low).toBeLessThanOrEqual(successes / trials);
        expect(high).toBeGreaterThanOrEqual(successes / trials);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(high - low).toBeGreaterThan(0);
      }),
    );
  });

  it('says nothing when there are no trials', () => {
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
  });
});

describe('means', () => {
  it('average the repeats of an item before anything else', () => {
    expect([...itemMeans([1, 0, 1, 1], [0, 0, 1, 1], 2)]).toEqual([0.5, 1]);
    expect(itemMeans([1], [0], 2)[1]).toBeNaN();
  });

  it('have an interval around them that no single value can give', () => {
    expect(meanInterval([3])).toEqual([-Infinity, Infinity]);
    const [low, high] = meanInterval([1, 2, 3, 4]);
    expect((low + high) / 2).toBeCloseTo(2.5, 12);
    expect(variance([2])).toBeNaN();
    expect(mean([])).toBeNaN();
  });
});

function itemsAt(difference: number): number {
  return itemsToSettle({ difference, interval: [difference - 0.02, difference + 0.02], items: 500, margin: 0.02 });
}

describe('power', () => {
  it('reproduces the worked example of Miller (2024): ω² = 1/9, 3 points → 969 items', () => {
    expect(itemsToDetect(0.03, 1 / 9)).toBe(969);
    expect(plannedDetectableEffect(969, 1 / 9)).toBeCloseTo(0.03, 4);
    expect(plannedDetectableEffect(198, 1 / 9 + 1 / 6 + 1 / 6)).toBeCloseTo(0.132, 2);
  });

  it('names an effect 1.43 times the half width of the interval', () => {
    expect(minimumDetectableEffect([-0.03, 0.01])).toBeCloseTo(0.02 * 1.42943, 5);
  });

  it('needs more items the nearer the difference lies to the margin', () => {
    expect(itemsAt(-0.01)).toBeGreaterThan(itemsAt(0));
    expect(itemsAt(-0.019)).toBeGreaterThan(itemsAt(-0.01));
    expect(itemsAt(-0.02)).toBe(Infinity);
    expect(itemsAt(0.5)).toBe(501);
  });

  it('aims at showing the loss when the difference lies beyond the margin', () => {
    const items = itemsToSettle({ difference: -0.03, interval: [-0.065, 0.005], items: 200, margin: 0.02 });
    expect(items).toBe(itemsToDetect(0.03, (0.035 / 1.959963984540054) ** 2 * 200));
  });
});

describe('accuracyEfficiencyScore', () => {
  it('weighs losses of accuracy harder than gains', () => {
    const baseline = { accuracy: 0.8, tokens: 200 };
    expect(accuracyEfficiencyScore({ accuracy: 0.8, tokens: 100 }, baseline)).toBeCloseTo(0.5, 14);
    expect(accuracyEfficiencyScore({ accuracy: 0.88, tokens: 200 }, baseline)).toBeCloseTo(0.3, 12);
    expect(accuracyEfficiencyScore({ accuracy: 0.72, tokens: 200 }, baseline)).toBeCloseTo(-0.5, 12);
    expect(accuracyEfficiencyScore({ accuracy: 0, tokens: 1 }, { accuracy: 0, tokens: 1 })).toBeNaN();
  });
});

describe('ockScore', () => {
  it('is the accuracy in points less ten logarithms of tokens over 10,000', () => {
    expect(ockScore({ accuracy: 0.8, tokens: 0 })).toBe(80);
    expect(ockScore({ accuracy: 0.8, tokens: 10_000 })).toBeCloseTo(80 - 10 * Math.LN2, 12);
  });

  it('falls with tokens and rises with accuracy', () => {
    assert(
      property(share, share, integer({ min: 0, max: 1e6 }), (accuracy, other, tokens) => {
        const more = ockScore({ accuracy, tokens: tokens + 1 });
        expect(more).toBeLessThan(ockScore({ accuracy, tokens }));
        const gain = ockScore({ accuracy, tokens }) - ockScore({ accuracy: other, tokens });
        expect(gain).toBeCloseTo(100 * (accuracy - other), 9);
      }),
    );
  });
});

describe('modelCompressionRate', () => {
  it('is the published figure for Qwen2.5-32B from bf16 to int4, up to the rounding of what is published', () => {
    expect(modelCompressionRate({ size: 1, accuracy: 0.5095 }, { size: 4, accuracy: 0.5523 })).toBeCloseTo(3.69, 2);
  });

  it('has no value where the original is never right', () => {
    expect(modelCompressionRate({ size: 1, accuracy: 0.5 }, { size: 4, accuracy: 0 })).toBeNaN();
  });
});

describe('shareWithin', () => {
  it('is the area under the step from wrong to right', () => {
    assert(
      property(integer({ min: 0, max: 200 }), integer({ min: 1, max: 200 }), (tokens, most) => {
        const steps = Array.from({ length: most }, (_unused, allowance) => Number(tokens <= allowance));
        expect(shareWithin(tokens, true, most)).toBeCloseTo(mean(steps), 12);
        expect(shareWithin(tokens, false, most)).toBe(0);
      }),
    );
  });
});

describe('holmAdjusted', () => {
  it('never lowers a p and never changes their order', () => {
    assert(
      property(array(share, { maxLength: 12 }), (pValues) => {
        const adjusted = holmAdjusted(pValues);
        pValues.forEach((p, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          const larger = pValues.flatMap((q, j) => (p < q ? [adjusted[j] ?? 0] : []));
          expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, ...larger));
        });
      }),
    );
  });
});

describe('paretoMembership', () => {
  it('keeps what nothing dominates and at least one point', () => {
    const point = integer({ min: 0, max: 6 }).chain((cost) =>
      integer({ min: 0, max: 6 }).map((gain) => ({ cost, gain })),
    );
    assert(
      property(array(point, { minLength: 1, maxLength: 12 }), (points) => {
        const members = paretoMembership(points);
        expect(members).toContain(true);
        points.forEach((a, i) => {
          const dominated = points.some((b) => dominates(b, a));
          expect(members[i]).toBe(!dominated);
        });
      }),
    );
  });
});

describe('Xoshiro128', () => {
  it('repeats itself when seeded alike and fills the range evenly', () => {
    const first = new Xoshiro128(7);
    const second = new Xoshiro128(7);
    const drawn = Int32Array.from({ length: 100_000 }, () => first.nextBelow(10));
    expect(Int32Array.from(drawn, () => second.nextBelow(10))).toEqual(drawn);
    const filled = new Int32Array(100_000);
    new Xoshiro128(7).fillBelow(10, filled);
    expect(filled).toEqual(drawn);
    const bins = Array.from({ length: 10 }, (_unused, bin) => drawn.filter((value) => value === bin).length);
    for (const bin of bins) expect(Math.abs(bin - 10_000)).toBeLessThan(500);
    expect(new Xoshiro128(8).nextUint32()).not.toBe(new Xoshiro128(7).nextUint32());
  });

  it('makes different seeds of labels that read alike', () => {
    expect(seedOf('ab', 'c')).not.toBe(seedOf('a', 'bc'));
    expect(seedOf('x', 1)).toBe(seedOf('x', 1));
  });
});
