import type { ComparisonResult } from '../domain/index.js';
import { wilcoxonSignedRank } from '../statistics/index.js';
import type { ArmColumns } from './columns.js';
import { OVERALL } from './compare.js';
import { compressionRate, type ModelChange } from './efficiency-figures.js';
import { pairItems, type Pairs, pairsWithin } from './pairing.js';

export interface ComparedColumns extends ModelChange {
  readonly arm: ArmColumns;
  readonly against: ArmColumns;
}

/**
 * The comparisons of one arm with what stands beside their figures: Wilcoxon's test of delivered tokens, and the rate of
 * compression where another model is used. Precondition: both arms come from one item table.
 */
export function withChecks(comparisons: readonly ComparisonResult[], compared: ComparedColumns): ComparisonResult[] {
  const pairs = pairItems(compared.arm, compared.against);
  const { items } = compared.arm;
  return comparisons.map((comparison) => {
    const { dataset } = comparison;
    const group =
      dataset === OVERALL ? pairs : pairsWithin(pairs, compared.arm, (item) => items.at(item).dataset === dataset);
    const rate = compressionRate(group, compared);
    return {
      ...comparison,
      tokenWilcoxonP: tokenWilcoxonP(group),
      ...(rate !== null && { modelCompressionRate: rate }),
    };
  });
}

/** Whether delivered tokens differ, by ranks; null for clusters, whose items are not independent, and without pairs. */
export function tokenWilcoxonP(pairs: Pairs): number | null {
  if (pairs.clusters !== null || pairs.count === 0) return null;
  return wilcoxonSignedRank(pairs.arm.delivered.map((tokens, pair) => tokens - (pairs.against.delivered[pair] ?? 0))).p;
}
