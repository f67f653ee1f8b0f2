import { type TokenTotals, tokenTotals, TOKEN_COLUMNS } from '../../domain/index.js';
import type { SampleFigures } from '../../execution/index.js';
import { itemsOf, tasksOf } from './tasks.js';

/** What one arm came to on one data set, in the figures that other programs show; tokens are sums. */
export interface TaskTally {
  readonly items: readonly string[];
  readonly samples: number;
  readonly failed: number;
  /** Mean of item means. */
  readonly accuracy: number;
  /** Standard deviation of the item means over √items; null below two items. */
  readonly standardError: number | null;
  readonly tokens: TokenTotals & { readonly prompt: number };
}

/** By arm, then by data set. */
export type RunTally = ReadonlyMap<string, ReadonlyMap<string, TaskTally>>;

/** Reads the sorted figures of a run once. */
export async function tallyOf(figures: AsyncIterable<SampleFigures>): Promise<RunTally> {
  const arms = new Map<string, Map<string, TaskTally>>();
  for await (const { arm, dataset, samples } of tasksOf(figures)) {
    const tasks = arms.get(arm) ?? new Map<string, TaskTally>();
    arms.set(arm, tasks.set(dataset, await taskTally(samples)));
  }
  return arms;
}

/** The items of each data set in code unit order, whichever arm has answered them. */
export function itemsByDataset(tally: RunTally): ReadonlyMap<string, readonly string[]> {
  const items = new Map<string, Set<string>>();
  for (const tasks of tally.values()) {
    for (const [dataset, task] of tasks) {
      items.set(dataset, new Set([...(items.get(dataset) ?? []), ...task.items]));
    }
  }
  // The order of samples.jsonl, not that of a language.
  return new Map(
    [...items].map(([dataset, ids]) => [dataset, [...ids].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))]),
  );
}

async function taskTally(figures: AsyncIterable<SampleFigures>): Promise<TaskTally> {
  const items: string[] = [];
  const means: number[] = [];
  const tokens = { prompt: 0, think: 0, answer: 0, injected: 0, probe: 0, rejected: 0, delivered: 0, total: 0 };
  let [samples, failed] = [0, 0];
  for await (const repeats of itemsOf(figures)) {
    items.push(repeats[0].item);
    means.push(repeats.filter(({ correct }) => correct).length / repeats.length);
    for (const { ledger, stopReason } of repeats) {
      const totals = tokenTotals(ledger);
      for (const column of TOKEN_COLUMNS) tokens[column] += totals[column];
      tokens.prompt += ledger.prompt;
      samples += 1;
      failed += stopReason === 'error' ? 1 : 0;
    }
  }
  const accuracy = means.reduce((sum, mean) => sum + mean, 0) / means.length;
  const squares = means.reduce((sum, mean) => sum + (mean - accuracy) ** 2, 0);
  const standardError = means.length < 2 ? null : Math.sqrt(squares / (means.length - 1) / means.length);
  return { items, samples, failed, accuracy, standardError, tokens };
}
