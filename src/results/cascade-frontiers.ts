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
} from '../statistics/index.js';
import { accuracyDifference } from './accuracy-difference.js';
import type { ArmColumns, RunColumns } from './columns.js';
import { pairItems } from './pairing.js';
import { commonRows, routedSamples, type TwoWays } from './routed-samples.js';

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
    const [own, shorter, longer] = columns;
    if (!second || !own || !shorter || !longer) return [];
    const frontier = frontierOf({ own, shorter, longer }, seedOf(seed, arm.name, second.name, 'cascade', 'total'));
    return frontier ? [{ arm: arm.name, first: dependency.arm, second: second.name, ...frontier }] : [];
  });
}

function settings({ model, sampling, prompt }: Arm): string {
  return canonicalJson([model, sampling, prompt]);
}

function frontierOf(parts: TwoWays, seed: number): Omit<CascadeFrontier, 'arm' | 'first' | 'second'> | null {
  const rule = parts.own.routeRule();
  const rows = commonRows(parts);
  const firstTotals = parts.shorter.column('total');
  if (rule === null || rows.own.length === 0) return null;
  // An item that is handed on has cost its first answer, too.
  const samples = routedSamples(parts, rows, (way, row) =>
    way === 'longer' ? (firstTotals[rows.shorter[row] ?? 0] ?? 0) : 0,
  );
  const points = distinctThresholds(samples.signal, MOST_POINTS).map((threshold) => routingPoint(samples, threshold));
  const judged = new Set(JUDGED_SHARES.map((share) => nearest(points, share)));
  const strong = selected(parts.longer, rows.longer);
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

function nearest(points: readonly RoutingPoint[], share: number): RoutingPoint | undefined {
  return points.toSorted((a, b) => Math.abs(a.share - share) - Math.abs(b.share - share))[0];
}

function selected(columns: ArmColumns, rows: Int32Array): ArmColumns {
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
