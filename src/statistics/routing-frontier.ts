import { itemMeans, mean } from './moments.js';
import type { Numbers } from './quantile.js';

/** What samples cost and gain on one of two ways; one entry per sample. */
export interface WayFigures {
  readonly correct: Uint8Array;
  readonly delivered: Numbers;
  readonly total: Numbers;
}

/** Samples of which both ways are known, with the signal that decides: the longer way is taken where it is below a threshold. */
export interface RoutedSamples {
  /** Index of each sample's item, below `items`. */
  readonly item: Numbers;
  readonly items: number;
  readonly signal: Float64Array;
  readonly shorter: WayFigures;
  /** Its total holds whatever the shorter way has cost before. */
  readonly longer: WayFigures;
}

/** What all samples come to at one threshold. Accuracy and share are means of item means, tokens means of samples. */
export interface RoutingPoint {
  /** Infinity: the longer way every time. */
  readonly threshold: number;
  readonly share: number;
  readonly accuracy: number;
  readonly delivered: number;
  readonly total: number;
}

/** The figures that samples have when a threshold sends each of them one way or the other. */
export function routedFigures(samples: RoutedSamples, threshold: number): WayFigures & { readonly taken: Uint8Array } {
  const taken = Uint8Array.from(samples.signal, (value) => Number(value < threshold));
  const pick = (name: keyof WayFigures): Float64Array =>
    Float64Array.from(taken, (longer, row) => (longer ? samples.longer : samples.shorter)[name][row] ?? 0);
  return {
    taken,
    correct: Uint8Array.from(pick('correct')),
    delivered: pick('delivered'),
    total: pick('total'),
  };
}

export function routingPoint(samples: RoutedSamples, threshold: number): RoutingPoint {
  const { taken, correct, delivered, total } = routedFigures(samples, threshold);
  const meanOfItems = (flags: Uint8Array): number =>
    mean(itemMeans(flags, samples.item, samples.items).filter((value) => !Number.isNaN(value)));
  return {
    threshold,
    share: meanOfItems(taken),
    accuracy: meanOfItems(correct),
    delivered: mean(delivered),
    total: mean(total),
  };
}

/**
 * Every threshold that sends the samples in a way of its own, ascending: each distinct signal, and Infinity. Where there
 * are more than `most`, so many of them, evenly chosen.
 */
export function distinctThresholds(signal: Float64Array, most: number): number[] {
  const all = [...new Set(signal)].toSorted((a, b) => a - b);
  all.push(Infinity);
  if (all.length <= most) return all;
  const step = (all.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => all[Math.round(index * step)] ?? Infinity);
}
