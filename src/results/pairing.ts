import { itemMeans } from '../statistics/index.js';
import type { ArmColumns } from './columns.js';
import { gather } from './gather.js';
import { cellsOf } from './shared-samples.js';

/** Item means of two arms over the repeats that both have; index = pair. */
export interface Pairs {
  readonly count: number;
  /** Index of the item of each pair. */
  readonly items: Int32Array;
  readonly arm: PairSide;
  readonly against: PairSide;
  /** How many repeats both arms have of each. */
  readonly repeats: Int32Array;
  /** At most one common repeat per item: differences are −1, 0 or 1. */
  readonly binary: boolean;
  /** Cluster of each pair; null unless some cluster holds at least two pairs. */
  readonly clusters: Int32Array | null;
  /** Items with samples of only one of the two arms. */
  readonly unpaired: Int32Array;
}

export interface PairSide {
  readonly correct: Float64Array;
  readonly think: Float64Array;
  readonly delivered: Float64Array;
  readonly total: Float64Array;
}

/**
 * Pairs two arms by item; an item counts with the repeats that both arms have, because these share their random
 * numbers. Precondition: both come from one item table.
 */
export function pairItems(arm: ArmColumns, against: ArmColumns): Pairs {
  const rows = commonRows(arm, against);
  const repeats = countByItem(arm, rows.arm);
  const every = Int32Array.from(repeats.keys());
  const items = every.filter((item) => repeats[item] !== 0);
  const [own, others] = [countByItem(arm), countByItem(against)];
  return {
    count: items.length,
    items,
    arm: sideMeans(arm, rows.arm, items),
    against: sideMeans(against, rows.against, items),
    repeats: gather(repeats, items, new Int32Array(items.length)),
    binary: rows.arm.length === items.length,
    clusters: clustersOf(arm, items),
    unpaired: every.filter((item) => repeats[item] === 0 && (own[item] !== 0 || others[item] !== 0)),
  };
}

/** The pairs of some items, e.g. of a data set; `columns` is one of the arms. */
export function pairsWithin(pairs: Pairs, columns: ArmColumns, within: (item: number) => boolean): Pairs {
  const places = Int32Array.from(pairs.items.keys()).filter((pair) => within(pairs.items[pair] ?? 0));
  const [count, items] = [places.length, gather(pairs.items, places, new Int32Array(places.length))];
  const repeats = gather(pairs.repeats, places, new Int32Array(count));
  const side = (of: PairSide): PairSide => ({
    correct: gather(of.correct, places, new Float64Array(count)),
    think: gather(of.think, places, new Float64Array(count)),
    delivered: gather(of.delivered, places, new Float64Array(count)),
    total: gather(of.total, places, new Float64Array(count)),
  });
  return {
    count,
    items,
    arm: side(pairs.arm),
    against: side(pairs.against),
    repeats,
    binary: repeats.every((each) => each === 1),
    clusters: clustersOf(columns, items),
    unpaired: pairs.unpaired.filter(within),
  };
}

interface CommonRows {
  readonly arm: Int32Array;
  readonly against: Int32Array;
}

/** Row of the arm and row of the other, per (item, repeat) that both have; as a rule these are the same rows. */
function commonRows(arm: ArmColumns, against: ArmColumns): CommonRows {
  const [cells, others] = [cellsOf(arm), cellsOf(against)];
  let rowOfCell: ReadonlyMap<number, number> | null = null;
  const rows = { arm: new Int32Array(cells.length), against: new Int32Array(cells.length) };
  let count = 0;
  for (let row = 0; row < cells.length; row += 1) {
    const cell = cells[row] ?? 0;
    if (others[row] !== cell) rowOfCell ??= new Map(Array.from(others, (each, index) => [each, index]));
    const other = others[row] === cell ? row : rowOfCell?.get(cell);
    if (other === undefined) continue;
    rows.arm[count] = row;
    rows.against[count] = other;
    count += 1;
  }
  return { arm: rows.arm.subarray(0, count), against: rows.against.subarray(0, count) };
}

/** Samples of each item, of all rows or of some. */
function countByItem(columns: ArmColumns, rows?: Int32Array): Int32Array {
  const itemOfRow = columns.column('item');
  const counts = new Int32Array(columns.items.size);
  const length = rows?.length ?? itemOfRow.length;
  for (let i = 0; i < length; i += 1) {
    const item = itemOfRow[rows ? (rows[i] ?? 0) : i] ?? 0;
    counts[item] = (counts[item] ?? 0) + 1;
  }
  return counts;
}

function sideMeans(columns: ArmColumns, rows: Int32Array, items: Int32Array): PairSide {
  const itemOfRow = gather(columns.column('item'), rows, new Int32Array(rows.length));
  const means = (values: Int32Array | Uint8Array): Float64Array => {
    const ofRows = gather(values, rows, new Float64Array(rows.length));
    return gather(itemMeans(ofRows, itemOfRow, columns.items.size), items, new Float64Array(items.length));
  };
  return {
    correct: means(columns.flag('correct')),
    think: means(columns.column('think')),
    delivered: means(columns.column('delivered')),
    total: means(columns.column('total')),
  };
}

/** An item without a cluster is one of its own; negative numbers keep these apart from named clusters. */
function clustersOf(columns: ArmColumns, items: Int32Array): Int32Array | null {
  const clusters = items.map((item) => columns.items.at(item).cluster ?? -1 - item);
  return new Set(clusters).size === items.length ? null : clusters;
}
