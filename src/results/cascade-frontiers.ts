import {
  canonicalJson,
  techniqueDefinition,
  type Arm,
  type CascadeDifference,
  type CascadeFrontier,
  type CascadePoint,
} from '../domain/index.js';
import {
  distinctThresholds,
  ratioOfMeans,
  routedFigures,
  routingPoint,
  seedOf,
  type RoutedSamples,
  type RoutingPoint,
  type WayFigures,
} from '../statistics/index.js';
import { accuracyDifference } from './accuracy-difference.js';
import { type ArmColumns, type RunColumns, WAYS } from './columns.js';
import { pairItems } from './pairing.js';
import { cellsOf } from './shared-samples.js';

/** More points than this say nothing more, and make result.json long. */
const MOST_POINTS = 200;

/** Shares of handed-on items near which a point gets intervals, beside the threshold that was run. */
const JUDGED_SHARES = [0.25, 0.5, 0.75] as const;

/**
 * What every cascade arm would have come to at every threshold, from the certainties that its samples record and from
 * the samples of the two arms that it is made of: the one that answers first, and a baseline of the same model, sampling
 * and prompt. Absent where the suite has no such baseline.
 */
export function cascadeFrontiers(arms: readonly Arm[], run: RunColumns, seed: number): CascadeFrontier[] {
  return arms.flatMap((arm) => {
    const dependency = techniqueDefinition(arm.technique).traits.dependsOn(arm.params);
    if (dependency?.uses !== 'answer') return [];
    const second = arms.find((other) => other.technique === 'baseline' && settings(other) === settings(arm));
    const columns = [arm.name, dependency.arm, second?.name ?? ''].map((name) => run.arms.get(name));
    const [own, first, strong] = columns;
    if (!second || !own || !first || !strong) return [];
    const frontier = frontierOf({ own, first, strong }, seedOf(seed, arm.name, second.name, 'cascade', 'total'));
    return frontier ? [{ arm: arm.name, first: dependency.arm, second: second.name, ...frontier }] : [];
  });
}

function settings({ model, sampling, prompt }: Arm): string {
  return canonicalJson([model, sampling, prompt]);
}

interface Parts {
  readonly own: ArmColumns;
  readonly first: ArmColumns;
  readonly strong: ArmColumns;
}

function frontierOf(parts: Parts, seed: number): Omit<CascadeFrontier, 'arm' | 'first' | 'second'> | null {
  const rule = parts.own.routeRule();
  const rows = commonRows(parts);
  if (rule === null || rows.own.length === 0) return null;
  const samples = routedSamples(parts, rows);
  const points = distinctThresholds(samples.signal, MOST_POINTS).map((threshold) => routingPoint(samples, threshold));
  const judged = new Set(JUDGED_SHARES.map((share) => nearest(points, share)));
  const strong = selected(parts.strong, rows.strong);
  const difference = (threshold: number): CascadeDifference =>
    differenceOf({ samples, threshold, strong, own: selected(parts.own, rows.own), seed });
  const shown = (point: RoutingPoint, isJudged: boolean): CascadePoint => ({
    threshold: Number.isFinite(point.threshold) ? point.threshold : null,
    share: point.share,
    accuracy: point.accuracy,
    deliveredTokens: point.delivered,
    totalTokens: point.total,
    ...(isJudged && { difference: difference(point.threshold) }),
  });
  return {
    signal: rule.signal,
    samples: rows.own.length,
    points: points.map((point) => shown(point, judged.has(point))),
    chosen: { ...shown(routingPoint(samples, rule.threshold), true), threshold: rule.threshold },
  };
}

interface Rows {
  readonly own: number[];
  readonly first: number[];
  readonly strong: number[];
}

/** Rows of the three arms, per (item, repeat) that all have and that the cascade decided on, in the cascade's order. */
function commonRows({ own, first, strong }: Parts): Rows {
  const [inFirst, inStrong] = [rowsOf(first), rowsOf(strong)];
  const ways = own.flag('way');
  const rows: Rows = { own: [], first: [], strong: [] };
  for (const [row, cell] of cellsOf(own).entries()) {
    const [firstRow, strongRow] = [inFirst.get(cell), inStrong.get(cell)];
    if (ways[row] === WAYS.indexOf('none') || firstRow === undefined || strongRow === undefined) continue;
    rows.own.push(row);
    rows.first.push(firstRow);
    rows.strong.push(strongRow);
  }
  return rows;
}

function rowsOf(columns: ArmColumns): Map<number, number> {
  return new Map(Array.from(cellsOf(columns), (cell, row) => [cell, row]));
}

function routedSamples({ own, first, strong }: Parts, rows: Rows): RoutedSamples {
  const shorter = figuresOf(first, rows.first);
  const longer = figuresOf(strong, rows.strong);
  const [signals, items] = [own.signal(), own.column('item')];
  return {
    item: Int32Array.from(rows.own, (row) => items[row] ?? 0),
    items: own.items.size,
    signal: Float64Array.from(rows.own, (row) => signals[row] ?? 0),
    shorter,
    longer: { ...longer, total: Float64Array.from(longer.total, (tokens, row) => tokens + (shorter.total[row] ?? 0)) },
  };
}

function figuresOf(columns: ArmColumns, rows: readonly number[]): WayFigures & { readonly total: Float64Array } {
  const [correct, delivered, total] = [columns.flag('correct'), columns.column('delivered'), columns.column('total')];
  return {
    correct: Uint8Array.from(rows, (row) => correct[row] ?? 0),
    delivered: Float64Array.from(rows, (row) => delivered[row] ?? 0),
    total: Float64Array.from(rows, (row) => total[row] ?? 0),
  };
}

function nearest(points: readonly RoutingPoint[], share: number): RoutingPoint | undefined {
  return points.toSorted((a, b) => Math.abs(a.share - share) - Math.abs(b.share - share))[0];
}

function selected(columns: ArmColumns, rows: readonly number[]): ArmColumns {
  const kept = new Set(rows);
  return columns.select((row) => kept.has(row));
}

interface Judged {
  readonly samples: RoutedSamples;
  readonly threshold: number;
  readonly own: ArmColumns;
  readonly strong: ArmColumns;
  readonly seed: number;
}

/** Against the arm that always thinks, paired by item. */
function differenceOf({ samples, threshold, own, strong, seed }: Judged): CascadeDifference {
  const { correct, total } = routedFigures(samples, threshold);
  const pairs = pairItems(own.withFigures({ correct, total }), strong);
  const { delta, interval, method } = accuracyDifference(pairs);
  const ratio = ratioOfMeans(pairs.arm.total, pairs.against.total, { seed, clusters: pairs.clusters });
  return {
    accuracyDelta: delta,
    accuracyDeltaInterval: interval,
    method,
    totalRatio: ratio.ratio,
    totalRatioInterval: ratio.interval,
  };
}
