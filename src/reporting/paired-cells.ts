import type { SampleRecord } from '../domain/index.js';
import { tokenTotals } from '../domain/index.js';
import { mean, pairedInterval, ratioOfMeans, tangoInterval, type Interval } from '../statistics/index.js';
import { itemKey, type ItemSamples, type SampleIndex } from './sample-index.js';

/** One arm against the reference on some of the items. */
export interface PairedCell {
  readonly pairs: number;
  readonly difference: number;
  readonly differenceInterval: Interval;
  readonly thinkRatio: number;
  readonly thinkRatioInterval: Interval;
}

export interface CellRequest {
  readonly arm: string;
  readonly reference: string;
  readonly seed: number;
}

/**
 * By level, the same way as the result compares overall and by data set: Tango's interval for single unclustered
 * answers, else the clustered interval; ratio of means with a paired bootstrap. Cells of no pair are left out.
 */
export function cellsByLevel(index: SampleIndex, request: CellRequest): ReadonlyMap<number, PairedCell> {
  const cells = new Map<number, PairedCell>();
  const levelled = index.items(request.arm).filter((item) => item.level !== null);
  for (const [level, items] of Map.groupBy(levelled, (item) => item.level ?? 0)) {
    const pairs = items.flatMap((item) => {
      const other = index.item(request.reference, itemKey(item));
      return other === null ? [] : [{ arm: item, reference: other }];
    });
    if (pairs.length > 0) cells.set(level, pairedCell(pairs, request.seed));
  }
  return cells;
}

interface ItemPair {
  readonly arm: ItemSamples;
  readonly reference: ItemSamples;
}

function pairedCell(pairs: readonly ItemPair[], seed: number): PairedCell {
  const thinking = pairs.map((pair) => itemMean(pair.arm, thinkTokens));
  const referenceThinking = pairs.map((pair) => itemMean(pair.reference, thinkTokens));
  const clusters = clusterNumbers(pairs);
  const { ratio, interval } = ratioOfMeans(thinking, referenceThinking, { seed, clusters });
  return {
    pairs: pairs.length,
    ...accuracyDifference(pairs, clusters),
    thinkRatio: ratio,
    thinkRatioInterval: interval,
  };
}

function accuracyDifference(
  pairs: readonly ItemPair[],
  clusters: readonly number[] | null,
): Pick<PairedCell, 'difference' | 'differenceInterval'> {
  const differences = pairs.map((pair) => itemMean(pair.arm, rightness) - itemMean(pair.reference, rightness));
  const majorities = { won: 0, lost: 0 };
  for (const pair of pairs) {
    const arm = itemMean(pair.arm, rightness) > 0.5;
    const reference = itemMean(pair.reference, rightness) > 0.5;
    if (arm && !reference) majorities.won += 1;
    if (reference && !arm) majorities.lost += 1;
  }
  const isSingle = pairs.every((pair) => pair.arm.repeats.length === 1 && pair.reference.repeats.length === 1);
  const differenceInterval =
    isSingle && clusters === null
      ? tangoInterval({ ...majorities, pairs: pairs.length })
      : pairedInterval({ differences, clusters, majorities });
  return { difference: mean(differences), differenceInterval };
}

/** Numbers for clusters that hold more than one item; null where every item stands alone. */
function clusterNumbers(pairs: readonly ItemPair[]): number[] | null {
  const numbers = new Map<string, number>();
  const keys = pairs.map((pair) => (pair.arm.cluster === null ? `item ${itemKey(pair.arm)}` : `c ${pair.arm.cluster}`));
  for (const key of keys) if (!numbers.has(key)) numbers.set(key, numbers.size);
  return numbers.size === keys.length ? null : keys.map((key) => numbers.get(key) ?? 0);
}

export function itemMean(item: ItemSamples, value: (sample: SampleRecord) => number): number {
  return mean(item.repeats.map(value));
}

export function thinkTokens(sample: SampleRecord): number {
  return tokenTotals(sample.ledger).think;
}

export function deliveredTokens(sample: SampleRecord): number {
  return tokenTotals(sample.ledger).delivered;
}

function rightness(sample: SampleRecord): number {
  return sample.correct ? 1 : 0;
}
