/** Numbers in any indexable form; the functions of this folder never change their input. */
export type Numbers = ArrayLike<number>;

/**
 * Quantile of type 7 (Hyndman and Fan 1996; R's and NumPy's default): linear between the order statistics around
 * h = (n − 1)p. Precondition: `sorted` ascends. NaN when empty.
 */
export function quantileOfSorted(sorted: Numbers, p: number): number {
  const last = sorted.length - 1;
  if (last < 0) return Number.NaN;
  const position = Math.min(Math.max(p, 0), 1) * last;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, last)] ?? Number.NaN;
  const share = position - below;
  return share === 0 || low === high ? low : low + share * (high - low);
}

export function quantile(values: Numbers, p: number): number {
  return quantileOfSorted(sortedCopy(values), p);
}

/** Ascending copy; typed arrays sort numerically and without a comparator. */
export function sortedCopy(values: Numbers): Float64Array {
  return new Float64Array(values).toSorted();
}
