import type { CostAndGain, TwoWays } from '../statistics/index.js';
import { type ArmColumns, type NumberColumn, WAYS } from './columns.js';
import { cellsOf } from './shared-samples.js';

/** An arm that decides between two ways, and the arms that always take one. Precondition: one item table. */
export interface ThreeArms {
  readonly own: ArmColumns;
  readonly shorter: ArmColumns;
  readonly longer: ArmColumns;
}

/** Rows of one (item, repeat). */
export interface ThreeRows {
  readonly own: number;
  readonly shorter: number;
  readonly longer: number;
}

/** A chart shows no more, and a large run has a threshold for almost every sample. */
const MOST_POINTS = 200;

/** The samples that all three have and that the arm decided on, in the arm's order. */
export function commonRows({ own, shorter, longer }: ThreeArms): ThreeRows[] {
  const [shorterRows, longerRows] = [rowsByCell(shorter), rowsByCell(longer)];
  const ways = own.flag('way');
  return [...cellsOf(own)].flatMap((cell, row) => {
    const [short, long] = [shorterRows.get(cell), longerRows.get(cell)];
    const decided = ways[row] !== WAYS.indexOf('none');
    return short === undefined || long === undefined || !decided ? [] : [{ own: row, shorter: short, longer: long }];
  });
}

export interface WayColumns {
  readonly arms: ThreeArms;
  readonly rows: readonly ThreeRows[];
  /** Tokens that a way costs. */
  readonly column: NumberColumn;
}

/** What it costs on top. */
export type ExtraCost = (way: 'shorter' | 'longer', rows: ThreeRows) => number;

/** Both outcomes of every sample; repeats of an item count as one together. */
export function twoWays({ arms, rows, column }: WayColumns, extra: ExtraCost): TwoWays[] {
  const [item, signal] = [arms.own.column('item'), arms.own.signal()];
  const repeats = new Map<number, number>();
  for (const { own } of rows) repeats.set(item[own] ?? 0, (repeats.get(item[own] ?? 0) ?? 0) + 1);
  const outcome = (way: 'shorter' | 'longer', at: ThreeRows): CostAndGain => ({
    gain: arms[way].flag('correct')[at[way]] ?? 0,
    cost: (arms[way].column(column)[at[way]] ?? 0) + extra(way, at),
  });
  return rows.map((at) => ({
    signal: signal[at.own] ?? 0,
    weight: 1 / (repeats.get(item[at.own] ?? 0) ?? 1),
    shorter: outcome('shorter', at),
    longer: outcome('longer', at),
  }));
}

/** Both ends and what lies evenly between. */
export function thinned<Point>(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_point, index) => index % step === 0 || index === points.length - 1);
}

function rowsByCell(columns: ArmColumns): Map<number, number> {
  return new Map([...cellsOf(columns)].map((cell, row): [number, number] => [cell, row]));
}
