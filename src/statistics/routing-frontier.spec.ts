import * as fc from 'fast-check';
import { distinctThresholds, routingPoint, type RoutedSamples } from './routing-frontier.js';

function way(correct: readonly number[], delivered: readonly number[], total: readonly number[]) {
  return { correct: Uint8Array.from(correct), delivered, total };
}

/** Two items, two repeats each. */
const SAMPLES: RoutedSamples = {
  item: [0, 0, 1, 1],
  items: 3,
  signal: Float64Array.of(0.9, 0.5, 0.7, 0.5),
  shorter: way([1, 0, 1, 0], [10, 10, 10, 10], [12, 12, 12, 12]),
  longer: way([1, 1, 0, 1], [100, 100, 200, 200], [112, 112, 212, 212]),
};

describe('routingPoint', () => {
  it('takes the longer way below the threshold, and not at it', () => {
    expect(routingPoint(SAMPLES, 0.5)).toEqual({ threshold: 0.5, share: 0, accuracy: 0.5, delivered: 10, total: 12 });
    expect(routingPoint(SAMPLES, 0.7)).toEqual({ threshold: 0.7, share: 0.5, accuracy: 1, delivered: 80, total: 87 });
    expect(routingPoint(SAMPLES, Infinity)).toEqual({
      threshold: Infinity,
      share: 1,
      accuracy: 0.75,
      delivered: 150,
      total: 162,
    });
  });

  it('sends more samples the longer way the higher the threshold is', () => {
    const signals = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(signals, (values) => {
        const ones = values.map(() => 1);
        const samples: RoutedSamples = {
          item: values.map((_value, index) => index),
          items: values.length,
          signal: Float64Array.from(values),
          shorter: way(ones, ones, ones),
          longer: way(ones, ones, ones),
        };
        const thresholds = distinctThresholds(samples.signal, 1000);
        const shares = thresholds.map((threshold) => routingPoint(samples, threshold).share);
        expect(shares[0]).toBe(0);
        expect(shares.at(-1)).toBe(1);
        // Every one of them sends at least one more sample the longer way than the one before.
        expect(shares.slice(1).every((share, index) => share > (shares[index] ?? 1))).toBe(true);
      }),
    );
  });
});

describe('distinctThresholds', () => {
  it('are the distinct signals and Infinity, ascending', () => {
    expect(distinctThresholds(SAMPLES.signal, 10)).toEqual([0.5, 0.7, 0.9, Infinity]);
  });

  it('are thinned out evenly where there are too many, ends kept', () => {
    const signal = Float64Array.from({ length: 1000 }, (_unused, index) => index / 1000);
    const thresholds = distinctThresholds(signal, 11);
    expect(thresholds).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, Infinity]);
  });
});
