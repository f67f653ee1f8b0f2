import type { RoutedSamples, WayFigures } from '../statistics/index.js';
import { type ArmColumns, WAYS } from './columns.js';
import { gather } from './gather.js';
import { cellsOf } from './shared-samples.js';

/** An arm that chooses between two ways, and the arms that always take one of them; all from one item table. */
export interface TwoWays {
  readonly own: ArmColumns;
  readonly shorter: ArmColumns;
  readonly longer: ArmColumns;
}

type Way = Exclude<keyof TwoWays, 'own'>;

/** Rows of the three arms, per (item, repeat) that all have and that was decided on, in the order of the own arm. */
export type CommonRows = Readonly<Record<keyof TwoWays, Int32Array>>;

export function commonRows({ own, shorter, longer }: TwoWays): CommonRows {
  const [inShorter, inLonger] = [rowsOf(shorter), rowsOf(longer)];
  const ways = own.flag('way');
  const rows: Record<keyof TwoWays, number[]> = { own: [], shorter: [], longer: [] };
  for (const [row, cell] of cellsOf(own).entries()) {
    const [short, long] = [inShorter.get(cell), inLonger.get(cell)];
    if (ways[row] === WAYS.indexOf('none') || short === undefined || long === undefined) continue;
    rows.own.push(row);
    rows.shorter.push(short);
    rows.longer.push(long);
  }
  return {
    own: Int32Array.from(rows.own),
    shorter: Int32Array.from(rows.shorter),
    longer: Int32Array.from(rows.longer),
  };
}

/** `extra`: tokens that the n-th of these samples costs on a way beside those of the arm that always takes it. */
export function routedSamples(
  { own, shorter, longer }: TwoWays,
  rows: CommonRows,
  extra: (way: Way, sample: number) => number,
): RoutedSamples {
  const count = rows.own.length;
  const figures = (columns: ArmColumns, way: Way): WayFigures => ({
    correct: gather(columns.flag('correct'), rows[way], new Uint8Array(count)),
    delivered: gather(columns.column('delivered'), rows[way], new Float64Array(count)),
    total: gather(columns.column('total'), rows[way], new Float64Array(count)).map((total, n) => total + extra(way, n)),
  });
  return {
    item: gather(own.column('item'), rows.own, new Int32Array(count)),
    items: own.items.size,
    signal: gather(own.signal(), rows.own, new Float64Array(count)),
    shorter: figures(shorter, 'shorter'),
    longer: figures(longer, 'longer'),
  };
}

function rowsOf(columns: ArmColumns): Map<number, number> {
  return new Map(Array.from(cellsOf(columns), (cell, row) => [cell, row]));
}
