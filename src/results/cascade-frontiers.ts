import {
  canonicalJson,
  techniqueDefinition,
  type Arm,
  type CascadeDifference,
  type CascadeFrontier,
  type CascadePoint,
} from '../domain/index.js';
import { ratioOfMeans, seedOf, thresholdFrontier } from '../statistics/index.js';
import { accuracyDifference } from './accuracy-difference.js';
import { aggregate, shareOfItems } from './aggregate.js';
import type { ArmColumns, RunColumns } from './columns.js';
import { pairItems } from './pairing.js';
import { commonRows, thinned, twoWays, type ThreeArms, type ThreeRows } from './two-ways.js';

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
    const [own, shorter, longer] = [arm.name, dependency.arm, second?.name ?? ''].map((name) => run.arms.get(name));
    if (!second || !own || !shorter || !longer) return [];
    const frontier = frontierOf({ own, shorter, longer }, seedOf(seed, arm.name, second.name, 'cascade', 'total'));
    return frontier ? [{ arm: arm.name, first: dependency.arm, second: second.name, ...frontier }] : [];
  });
}

function settings({ model, sampling, prompt }: Arm): string {
  return canonicalJson([model, sampling, prompt]);
}

function frontierOf(arms: ThreeArms, seed: number): Omit<CascadeFrontier, 'arm' | 'first' | 'second'> | null {
  const rule = arms.own.routeRule();
  const rows = commonRows(arms);
  if (rule === null || rows.length === 0) return null;
  const points = pointsOf(arms, rows);
  const judged = new Set(JUDGED_SHARES.map((share) => nearest(points, share)));
  const parts = { arms, rows, seed };
  return {
    signal: rule.signal,
    samples: rows.length,
    points: points.map((point) =>
      judged.has(point) ? { ...point, difference: differenceOf(routed(parts, boundOf(point)), parts) } : point,
    ),
    chosen: chosenPoint(parts, rule.threshold),
  };
}

interface Parts {
  readonly arms: ThreeArms;
  readonly rows: readonly ThreeRows[];
  readonly seed: number;
}

/** Who is handed on pays for the first answer, too. No signal lies on one of these thresholds, so "at most" is "below". */
function pointsOf(arms: ThreeArms, rows: readonly ThreeRows[]): readonly CascadePoint[] {
  const first = arms.shorter.column('total');
  const total = twoWays({ arms, rows, column: 'total' }, (way, at) =>
    way === 'longer' ? (first[at.shorter] ?? 0) : 0,
  );
  const delivered = thresholdFrontier(
    twoWays({ arms, rows, column: 'delivered' }, () => 0),
    'at-most',
  );
  return thinned(
    thresholdFrontier(total, 'at-most').map(({ threshold, share, gain, cost }, index) => ({
      threshold,
      share,
      accuracy: gain,
      deliveredTokens: delivered[index]?.cost ?? Number.NaN,
      totalTokens: cost,
    })),
  );
}

function nearest(points: readonly CascadePoint[], share: number): CascadePoint | undefined {
  return points.toSorted((a, b) => Math.abs(a.share - share) - Math.abs(b.share - share))[0];
}

/** A threshold that sends the samples as the point does. */
function boundOf({ threshold, share }: CascadePoint): number {
  return threshold ?? (share > 0 ? Infinity : -Infinity);
}

interface Routed {
  /** The cascade's samples with the verdicts and tokens that they have at the threshold. */
  readonly columns: ArmColumns;
  readonly taken: Uint8Array;
}

function routed({ arms: { own, shorter, longer }, rows }: Parts, threshold: number): Routed {
  const signal = own.signal();
  const taken = Uint8Array.from(rows, (at) => Number((signal[at.own] ?? 0) < threshold));
  const pick = (read: (columns: ArmColumns) => ArrayLike<number>): number[] => {
    const [short, long] = [read(shorter), read(longer)];
    return rows.map((at, row) => (taken[row] ? long[at.longer] : short[at.shorter]) ?? 0);
  };
  const first = shorter.column('total');
  const columns = selected(own, new Set(rows.map((at) => at.own))).withFigures({
    correct: pick((arm) => arm.flag('correct')),
    delivered: pick((arm) => arm.column('delivered')),
    total: pick((arm) => arm.column('total')).map(
      (tokens, row) => tokens + (taken[row] ? (first[rows[row]?.shorter ?? -1] ?? 0) : 0),
    ),
  });
  return { columns, taken };
}

/** Summed up as any arm is, so that a live run must agree to the last digit. */
function chosenPoint(parts: Parts, threshold: number): CascadePoint {
  const made = routed(parts, threshold);
  const { accuracy, tokens } = aggregate(made.columns);
  return {
    threshold,
    share: shareOfItems(made.columns, made.taken).value,
    accuracy,
    deliveredTokens: tokens.delivered.mean,
    totalTokens: tokens.total.mean,
    difference: differenceOf(made, parts),
  };
}

/** Against the arm that always thinks, paired by item. */
function differenceOf({ columns }: Routed, { arms, rows, seed }: Parts): CascadeDifference {
  const pairs = pairItems(columns, selected(arms.longer, new Set(rows.map((at) => at.longer))));
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

function selected(columns: ArmColumns, rows: ReadonlySet<number>): ArmColumns {
  return columns.select((row) => rows.has(row));
}
