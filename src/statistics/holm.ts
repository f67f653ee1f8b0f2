/**
 * Holm's step-down correction (Holm 1979): adjusted p of rank i (0-based, ascending) is the running maximum of
 * (m − i) p, at most 1. Order of the input is kept.
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).toSorted((x, y) => x.p - y.p);
  const adjusted = pValues.map(() => 1);
  let running = 0;
  order.forEach(({ p, index }, rank) => {
    running = Math.max(running, Math.min(1, (pValues.length - rank) * p));
    adjusted[index] = running;
  });
  return adjusted;
}
