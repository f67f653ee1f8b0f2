import type { Numbers } from './quantile.js';
import { Xoshiro128 } from './random.js';

export const DEFAULT_RESAMPLES = 10_000;

/** More units than these are merged at random into so many: the interval's width then errs by 1 %, less than by drawing. */
const MOST_UNITS = 5_000;

/** What a bootstrap draws: the sums of every column over each cluster, or the values where there are no clusters. */
export function unitSums(columns: readonly Numbers[], clusters: Numbers | null): Float64Array[] {
  if (clusters === null) return columns.map((column) => Float64Array.from(column));
  const slots = new Map<number, number>();
  const slotOf = Int32Array.from({ length: columns[0]?.length ?? 0 }, (_unused, i) => {
    const key = clusters[i] ?? 0;
    const slot = slots.get(key) ?? slots.size;
    slots.set(key, slot);
    return slot;
  });
  return columns.map((column) => summedBy(slotOf, column, slots.size));
}

/**
 * Sums of random groups of equal size (up to one) vary as their members do, so drawing groups instead of members
 * leaves the spread as it is. The groups must be random: neighbours are alike.
 */
export function mergedAtRandom(columns: readonly Float64Array[], seed: number): readonly Float64Array[] {
  const count = columns[0]?.length ?? 0;
  if (count <= MOST_UNITS) return columns;
  const random = new Xoshiro128(seed ^ 0x5bd1e995);
  const order = Int32Array.from({ length: count }, (_unused, index) => index);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = random.nextBelow(last + 1);
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return columns.map((column) => {
    const sums = new Float64Array(MOST_UNITS);
    order.forEach((unit, position) => {
      const group = position % MOST_UNITS;
      sums[group] = (sums[group] ?? 0) + (column[unit] ?? 0);
    });
    return sums;
  });
}

function summedBy(slotOf: Int32Array, column: Numbers, slots: number): Float64Array {
  const sums = new Float64Array(slots);
  for (let i = 0; i < slotOf.length; i += 1) {
    const slot = slotOf[i] ?? 0;
    sums[slot] = (sums[slot] ?? 0) + (column[i] ?? 0);
  }
  return sums;
}
