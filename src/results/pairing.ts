import type { ArmColumns } from './columns.js';
import { cellsOf } from './shared-samples.js';

/** Item means of two arms over the repeats that both have; index = pair. */
export interface Pairs {
  readonly count: number;
  /** Index of the item of each pair. */
  readonly items: Int32Array;
  readonly arm: PairSide;
  readonly against: PairSide;
  /** At most one common repeat per item: differences are −1, 0 or 1. */
  readonly binary: boolean;
  /** Cluster of each pair; null unless some cluster holds at least two pairs. */
  readonly clusters: Int32Array | null;
  /** Items with samples of only one of the two arms. */
  readonly unpaired: number;
}

export interface PairSide {
  readonly correct: Float64Array;
  readonly think: Float64Array;
  readonly delivered: Float64Array;
  readonly total: Float64Array;
}

const MEASURES = ['correct', 'think', 'delivered', 'total'] as const;

/**
 * Pairs two arms by item; an item counts with the repeats that both arms have, because these share their random
 * numbers. Precondition: both come from one item table. `within` limits the comparison, e.g. to a data set.
 */
export function pairItems(arm: ArmColumns, against: ArmColumns, within: (item: number) => boolean = () => true): Pairs {
  const rows = commonRows(arm, against, within);
  const itemOfRow = arm.column('item');
  const items = [...new Set(rows.map(([row]) => itemOfRow[row] ?? 0))].toSorted((a, b) => a - b);
  const slots = new Map(items.map((item, slot): [number, number] => [item, slot]));
  const armRows = rows.map(([row]) => row);
  const againstRows = rows.map(([, row]) => row);
  return {
    count: items.length,
    items: Int32Array.from(items),
    arm: sideMeans(arm, armRows, slots),
    against: sideMeans(against, againstRows, slots),
    binary: rows.length === items.length,
    clusters: clustersOf(arm, items),
    unpaired: itemsOf([arm, against], within).size - items.length,
  };
}

/** Row of the arm and row of the other, per (item, repeat) that both have. */
function commonRows(arm: ArmColumns, against: ArmColumns, within: (item: number) => boolean): [number, number][] {
  const rowOfCell = new Map<number, number>();
  cellsOf(against).forEach((cell, row) => rowOfCell.set(cell, row));
  const rows: [number, number][] = [];
  const item = arm.column('item');
  cellsOf(arm).forEach((cell, row) => {
    const other = within(item[row] ?? 0) ? rowOfCell.get(cell) : undefined;
    if (other !== undefined) rows.push([row, other]);
  });
  return rows;
}

function sideMeans(columns: ArmColumns, rows: readonly number[], slots: ReadonlyMap<number, number>): PairSide {
  const item = columns.column('item');
  const sizes = new Float64Array(slots.size);
  const side = {
    correct: new Float64Array(slots.size),
    think: new Float64Array(slots.size),
    delivered: new Float64Array(slots.size),
    total: new Float64Array(slots.size),
  };
  const values = {
    correct: columns.flag('correct'),
    think: columns.column('think'),
    delivered: columns.column('delivered'),
    total: columns.column('total'),
  };
  for (const row of rows) {
    const slot = slots.get(item[row] ?? 0) ?? 0;
    sizes[slot] = (sizes[slot] ?? 0) + 1;
    for (const name of MEASURES) side[name][slot] = (side[name][slot] ?? 0) + (values[name][row] ?? 0);
  }
  for (const name of MEASURES) side[name].forEach((sum, slot) => (side[name][slot] = sum / (sizes[slot] ?? 1)));
  return side;
}

/** An item without a cluster is one of its own; negative numbers keep these apart from named clusters. */
function clustersOf(columns: ArmColumns, items: readonly number[]): Int32Array | null {
  const clusters = Int32Array.from(items, (item) => columns.items.at(item).cluster ?? -1 - item);
  return new Set(clusters).size === items.length ? null : clusters;
}

function itemsOf(arms: readonly ArmColumns[], within: (item: number) => boolean): Set<number> {
  return new Set(arms.flatMap((columns) => [...new Set(columns.column('item'))].filter((item) => within(item))));
}
