import type { Item } from '../domain/index.js';

/**
 * `limit` items, spread evenly over the levels, without chance: the items of a level keep their file order, the k-th of n gets the rank
 * (k − ½) / n, and the lowest ranks are taken (equal ranks: the lower level first). Hence every level is represented in proportion, fewer
 * items are always a subset of more, and the result, in file order, is the same everywhere. Items without a level form one group.
 */
export function selectItems(items: readonly Item[], limit: number | undefined): readonly Item[] {
  if (limit === undefined || limit >= items.length) return items;
  const sizes = new Map<number, number>();
  const place = items.map((item) => {
    const level = item.level ?? 0;
    const before = sizes.get(level) ?? 0;
    sizes.set(level, before + 1);
    return { level, before };
  });
  const ranked = place.map(({ level, before }, index) => ({
    index,
    level,
    rank: (before + 0.5) / (sizes.get(level) ?? 1),
  }));
  const taken = ranked
    .toSorted((a, b) => a.rank - b.rank || a.level - b.level || a.index - b.index)
    .slice(0, limit)
    .map(({ index }) => index);
  return taken.toSorted((a, b) => a - b).flatMap((index) => items[index] ?? []);
}
