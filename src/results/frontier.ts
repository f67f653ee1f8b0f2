import type { AccuracyFrontier, FrontierMember } from '../domain/index.js';
import { FRONTIER_DRAWS, frontierShares, itemMeans, mean, paretoMembership, seedOf } from '../statistics/index.js';
import { type ArmColumns, type RunColumns } from './columns.js';
import { gather } from './gather.js';

interface ArmMeans {
  readonly costs: Float64Array;
  readonly gains: Float64Array;
}

/**
 * Which arms nothing dominates (fewer total tokens and at least the accuracy), and in how many draws of the items that
 * holds. Over the items that all arms have; null with fewer than two arms or without such items.
 */
export function accuracyFrontier(run: RunColumns, names: readonly string[], seed: number): AccuracyFrontier | null {
  const arms = names.flatMap((name) => {
    const columns = run.arms.get(name);
    return columns && columns.length > 0 ? [{ name, ...meansOf(columns, run.items.size) }] : [];
  });
  const items = Int32Array.from({ length: run.items.size }, (_unused, item) => item).filter((item) =>
    arms.every(({ gains }) => !Number.isNaN(gains[item])),
  );
  if (arms.length < 2 || items.length === 0) return null;
  const points = arms.map(({ costs, gains }) => ({ costs: common(costs, items), gains: common(gains, items) }));
  const clusters = run.items.clustersOf([...items]);
  const means = points.map(({ costs, gains }) => ({ cost: mean(costs), gain: mean(gains) }));
  const onFrontier = paretoMembership(means);
  const shares = frontierShares(points, { seed: seedOf(seed, 'frontier'), clusters });
  return {
    cost: 'total',
    items: items.length,
    draws: FRONTIER_DRAWS,
    arms: arms.map(({ name }, index): FrontierMember => ({
      arm: name,
      accuracy: means[index]?.gain ?? Number.NaN,
      totalTokens: means[index]?.cost ?? Number.NaN,
      onFrontier: onFrontier[index] ?? false,
      share: shares[index] ?? Number.NaN,
    })),
  };
}

function meansOf(columns: ArmColumns, items: number): ArmMeans {
  const item = columns.column('item');
  return {
    costs: itemMeans(columns.column('total'), item, items),
    gains: itemMeans(columns.flag('correct'), item, items),
  };
}

function common(values: Float64Array, items: Int32Array): Float64Array {
  return gather(values, items, new Float64Array(items.length));
}
