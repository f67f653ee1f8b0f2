import { quantile } from '../statistics/index.js';
import type { Bar, BenchRow } from './bench-document.js';

export interface PairedRatio {
  readonly laconic: number;
  readonly peerValue: number;
  readonly ratio: number;
  readonly runs: number;
  readonly spread: readonly [number, number];
}

/**
 * Ratio of two measurements that were repeated side by side: the drift of a busy machine hits both halves of a pair, so
 * each repetition gives a ratio of its own and the median of these is told, never the ratio of two averages.
 */
export function pairedRatio(laconic: readonly number[], peer: readonly number[]): PairedRatio {
  if (laconic.length === 0 || laconic.length !== peer.length) {
    throw new RangeError(`paired measurements are needed, not ${laconic.length} and ${peer.length}`);
  }
  const ratios = laconic.map((value, repetition) => value / (peer[repetition] ?? Number.NaN));
  return {
    laconic: quantile(laconic, 0.5),
    peerValue: quantile(peer, 0.5),
    ratio: quantile(ratios, 0.5),
    runs: ratios.length,
    spread: [Math.min(...ratios), Math.max(...ratios)],
  };
}

/** A bar counts as reached when the spread touches it: a noisy machine must not turn parity into a miss. */
export function reaches({ spread, bar }: Pick<BenchRow, 'spread' | 'bar'>): boolean | null {
  if (bar === null) return null;
  return bar.kind === 'at-least' ? spread[1] >= bar.value : spread[0] <= bar.value;
}

export function atLeast(value: number): Bar {
  return { kind: 'at-least', value };
}

export function atMost(value: number): Bar {
  return { kind: 'at-most', value };
}
