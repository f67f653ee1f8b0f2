import { type CostAndGain, paretoMembership } from './frontier.js';
import type { Numbers } from './quantile.js';
import { Xoshiro128 } from './random.js';
import { mergedAtRandom, unitSums } from './resampling.js';

/** One value per item; index = item, the same items in the same order for every point. */
export interface CostsAndGains {
  readonly costs: Numbers;
  readonly gains: Numbers;
}

export interface FrontierOptions {
  readonly seed: number;
  readonly draws?: number;
  /** Cluster (any number) of each item; clusters are then drawn as wholes. */
  readonly clusters?: Numbers | null;
}

/** The standard error of a share is then at most 1.2 points. */
export const FRONTIER_DRAWS = 2_000;

/**
 * For each point, the share of bootstrap draws of the items (Efron 1979; all points on the same drawn items) in which no
 * other point dominates it. All draws hold the same items for every point, so that sums order as means do. NaN without items.
 */
export function frontierShares(points: readonly CostsAndGains[], options: FrontierOptions): number[] {
  const { seed, draws = FRONTIER_DRAWS, clusters = null } = options;
  const columns = mergedAtRandom(
    unitSums(
      points.flatMap(({ costs, gains }) => [costs, gains]),
      clusters,
    ),
    seed,
  );
  const units = columns[0]?.length ?? 0;
  if (units === 0) return points.map(() => Number.NaN);
  const random = new Xoshiro128(seed);
  const drawn = new Int32Array(units);
  const members = new Int32Array(points.length);
  for (let draw = 0; draw < draws; draw += 1) {
    random.fillBelow(units, drawn);
    const counts = countsOf(drawn);
    const sums = columns.map((column) => weightedSum(column, counts));
    paretoMembership(pointsOf(sums)).forEach((member, index) => {
      if (member) members[index] = (members[index] ?? 0) + 1;
    });
  }
  return Array.from(members, (count) => count / draws);
}

/** How often each unit was drawn. */
function countsOf(drawn: Int32Array): Int32Array {
  const counts = new Int32Array(drawn.length);
  for (let i = 0; i < drawn.length; i += 1) {
    const unit = drawn[i] ?? 0;
    counts[unit] = (counts[unit] ?? 0) + 1;
  }
  return counts;
}

function weightedSum(column: Float64Array, counts: Int32Array): number {
  let sum = 0;
  for (let unit = 0; unit < column.length; unit += 1) sum += (column[unit] ?? 0) * (counts[unit] ?? 0);
  return sum;
}

/** Cost and gain alternate in `sums`. */
function pointsOf(sums: readonly number[]): CostAndGain[] {
  return Array.from({ length: sums.length / 2 }, (_unused, point) => ({
    cost: sums[2 * point] ?? 0,
    gain: sums[2 * point + 1] ?? 0,
  }));
}
