import type { ArmColumns, RunColumns } from './columns.js';

/**
 * Only the (item, repeat) cells that every arm with samples has: before all samples are there, arms are otherwise
 * measured on different items, and the slow ones look better or worse for it.
 */
export function sharedOnly(run: RunColumns): RunColumns {
  const started = [...run.arms.values()];
  const counts = new Map<number, number>();
  for (const arm of started) for (const cell of cellsOf(arm)) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const arms = new Map(
    [...run.arms].map(([name, arm]): [string, ArmColumns] => {
      const cells = cellsOf(arm);
      return [name, arm.select((row) => counts.get(cells[row] ?? -1) === started.length)];
    }),
  );
  return { items: run.items, arms };
}

/** Item and repeat of every row in one exact integer; repeats stay far below 2²⁰. */
export function cellsOf(columns: ArmColumns): Float64Array {
  const [items, repeats] = [columns.column('item'), columns.column('repeat')];
  const cells = new Float64Array(columns.length);
  for (let row = 0; row < cells.length; row += 1) cells[row] = (items[row] ?? 0) * 2 ** 20 + (repeats[row] ?? 0);
  return cells;
}
