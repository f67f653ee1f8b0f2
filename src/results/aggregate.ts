import type { Aggregate, TokenColumn, TokenSummary } from '../domain/index.js';
import {
  clamp,
  type Interval,
  itemMeans,
  mean,
  meanInterval,
  quantileOfSorted,
  wilsonInterval,
} from '../statistics/index.js';
import { type ArmColumns, STOP_REASONS, THINK_STOPS } from './columns.js';

/** The three views of an arm that result.json holds. */
export interface ArmAggregates {
  readonly overall: Aggregate;
  readonly byDataset: Readonly<Record<string, Aggregate>>;
  readonly byLevel: Readonly<Record<string, Aggregate>>;
}

/** Data sets in the order of the suite; levels ascend, items without a level appear in no level. */
export function aggregateArm(columns: ArmColumns, datasets: readonly string[]): ArmAggregates {
  const item = columns.column('item');
  const entry = (row: number) => columns.items.at(item[row] ?? 0);
  const byDataset = datasets.map((name): [string, Aggregate] => [
    name,
    aggregate(columns.select((row) => entry(row).dataset === name)),
  ]);
  const byLevel = levelsOf(columns).map((level): [string, Aggregate] => [
    String(level),
    aggregate(columns.select((row) => entry(row).level === level)),
  ]);
  return {
    overall: aggregate(columns),
    byDataset: Object.fromEntries(byDataset),
    byLevel: Object.fromEntries(byLevel),
  };
}

/** Figures of one group of samples. Without samples, shares and means are NaN (null in JSON). */
export function aggregate(columns: ArmColumns): Aggregate {
  const accuracy = shareOfItems(columns, columns.flag('correct'));
  return {
    items: accuracy.items,
    samples: columns.length,
    accuracy: accuracy.value,
    accuracyInterval: accuracy.interval,
    accuracyIntervalMethod: accuracy.method,
    tokens: tokenSummaries(columns),
    censoredShare: shareOf(columns.flag('thinkStop'), THINK_STOPS.indexOf('cap')),
    noAnswerShare: shareOf(columns.flag('unanswered'), 1),
    thinkStops: countsBy(THINK_STOPS, columns.flag('thinkStop')),
    stopReasons: countsBy(STOP_REASONS, columns.flag('stopReason')),
  };
}

export interface ItemShare {
  readonly items: number;
  readonly value: number;
  readonly interval: Interval;
  readonly method: 'wilson' | 't';
}

/**
 * Mean over items of a flag (0 or 1) of each row, itself the mean over the item's repeats. Wilson at one repeat, else t on the item means; where these are all equal, t would claim
 * certainty, and Wilson on the items (not their repeats, which may be copies of each other) is what the data allow.
 */
export function shareOfItems(columns: ArmColumns, flags: Uint8Array): ItemShare {
  const all = itemMeans(flags, columns.column('item'), columns.items.size);
  const means = all.filter((value) => !Number.isNaN(value));
  const value = mean(means);
  const spread = means.some((each) => each !== means[0]);
  if (columns.length === means.length || !spread) {
    const interval = wilsonInterval(value * means.length || 0, means.length);
    return { items: means.length, value, interval, method: 'wilson' };
  }
  return { items: means.length, value, interval: clamp(meanInterval(means), 0, 1), method: 't' };
}

function tokenSummaries(columns: ArmColumns): Record<TokenColumn, TokenSummary> {
  const summary = (name: TokenColumn): TokenSummary => summaryOf(columns.column(name));
  return {
    think: summary('think'),
    answer: summary('answer'),
    injected: summary('injected'),
    probe: summary('probe'),
    rejected: summary('rejected'),
    delivered: summary('delivered'),
    total: summary('total'),
  };
}

function summaryOf(values: Int32Array): TokenSummary {
  const sorted = values.toSorted();
  return {
    mean: mean(values),
    p50: quantileOfSorted(sorted, 0.5),
    p90: quantileOfSorted(sorted, 0.9),
    p99: quantileOfSorted(sorted, 0.99),
  };
}

function shareOf(codes: Uint8Array, code: number): number {
  let count = 0;
  for (const each of codes) if (each === code) count += 1;
  return count / codes.length;
}

/** Only what occurs, in the order of `names`. */
function countsBy(names: readonly string[], codes: Uint8Array): Record<string, number> {
  const counts = names.map(() => 0);
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return Object.fromEntries(
    names.map((name, code): [string, number] => [name, counts[code] ?? 0]).filter(([, n]) => n > 0),
  );
}

function levelsOf(columns: ArmColumns): number[] {
  const levels = new Set<number>();
  for (const item of columns.column('item')) {
    const { level } = columns.items.at(item);
    if (level !== null) levels.add(level);
  }
  return [...levels].toSorted((a, b) => a - b);
}
