import { quantileOfSorted } from '../statistics/index.js';

/** What a range bar shows. */
export interface Deciles {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/** Precondition: `sorted` ascends. */
export function deciles(sorted: ArrayLike<number>): Deciles {
  return {
    p10: quantileOfSorted(sorted, 0.1),
    p50: quantileOfSorted(sorted, 0.5),
    p90: quantileOfSorted(sorted, 0.9),
  };
}
