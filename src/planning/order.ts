import { sha256Hex, type Item } from '../domain/index.js';

export type PlanItem = Pick<Item, 'dataset' | 'contentHash'>;

/**
 * Item numbers in the order in which they are worked on: shuffled by the seed within each data set, data sets
 * interleaved in proportion. Every prefix then holds each data set's share to within one item, so early results
 * are an unbiased look at the whole. Depends on seed and items alone.
 */
export function stratifiedOrder(items: readonly PlanItem[], seed: number): number[] {
  const strata = new Map<string, { itemNo: number; draw: string }[]>();
  for (const [itemNo, { dataset, contentHash }] of items.entries()) {
    const stratum = strata.get(dataset) ?? [];
    // The number tells apart two items of equal content.
    stratum.push({ itemNo, draw: sha256Hex(`${seed}/${contentHash}/${itemNo}`) });
    strata.set(dataset, stratum);
  }
  const placed = [...strata].flatMap(([dataset, stratum]) => {
    const tieBreak = sha256Hex(`${seed}/${dataset}`);
    return stratum
      .toSorted((a, b) => compare(a.draw, b.draw))
      .map(({ itemNo }, index) => ({ itemNo, place: (index + 0.5) / stratum.length, tieBreak }));
  });
  return placed.toSorted((a, b) => a.place - b.place || compare(a.tieBreak, b.tieBreak)).map(({ itemNo }) => itemNo);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
