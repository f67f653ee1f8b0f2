import {
  type ArmColumns,
  comparePairs,
  type CompareOptions,
  compressionRate,
  type ModelChange,
  OVERALL,
  type Pairs,
  type PairSide,
  pairsWithin,
  tokenWilcoxonP,
} from '../results/index.js';
import { mean, quantile } from '../statistics/index.js';
import type { GroupComparison, SideMeans } from './comparison-document.js';

export interface GroupOptions extends Omit<CompareOptions, 'datasets'> {
  readonly models: ModelChange;
}

export function compareGroup(pairs: Pairs, group: string, options: GroupOptions): GroupComparison {
  const rate = compressionRate(pairs, options.models);
  return {
    ...comparePairs(pairs, group, options),
    tokenWilcoxonP: tokenWilcoxonP(pairs),
    ...(rate !== null && { modelCompressionRate: rate }),
    group,
    means: { arm: meansOf(pairs.arm), against: meansOf(pairs.against) },
  };
}

function meansOf(side: PairSide): SideMeans {
  return { accuracy: mean(side.correct), thinkTokens: mean(side.think), deliveredTokens: mean(side.delivered) };
}

export interface Grouped {
  readonly pairs: Pairs;
  /** Of either arm. */
  readonly columns: ArmColumns;
  readonly options: GroupOptions;
}

/** Empty where there is a single data set, which `overall` says already. */
export function byDataset({ pairs, columns, options }: Grouped, datasets: readonly string[]): GroupComparison[] {
  if (datasets.length < 2) return [];
  const groups = datasets.map((name) =>
    compareGroup(
      pairsWithin(pairs, columns, (item) => columns.items.at(item).dataset === name),
      name,
      options,
    ),
  );
  return worstFirst(groups);
}

/** Empty unless items of at least two levels are paired. */
export function byLevel({ pairs, columns, options }: Grouped): GroupComparison[] {
  const levelOf = (item: number): number | null => columns.items.at(item).level;
  const levels = [...new Set(Array.from(pairs.items, levelOf))].filter((level) => level !== null);
  if (levels.length < 2) return [];
  const groups = levels
    .toSorted((a, b) => a - b)
    .map((level) => {
      const within = pairsWithin(pairs, columns, (item) => levelOf(item) === level);
      return { ...compareGroup(within, `level ${level}`, options), dataset: OVERALL };
    });
  return worstFirst(groups);
}

const QUARTERS = [0.25, 0.5, 0.75] as const;

/**
 * Quarters by the thinking tokens of the arm compared against (quantiles of type 7; a tie goes to the shorter quarter).
 * Empty where fewer than eight items are paired or all are of one length.
 */
export function byLength({ pairs, columns, options }: Grouped): GroupComparison[] {
  if (pairs.count < 8) return [];
  const bounds = [...new Set(QUARTERS.map((share) => quantile(pairs.against.think, share)))];
  const quarterOf = new Map<number, number>();
  pairs.items.forEach((item, pair) => {
    const tokens = pairs.against.think[pair] ?? 0;
    quarterOf.set(item, bounds.filter((bound) => tokens > bound).length);
  });
  const groups = [...bounds, Infinity].flatMap((_bound, quarter) => {
    const within = pairsWithin(pairs, columns, (item) => quarterOf.get(item) === quarter);
    if (within.count === 0) return [];
    const name = lengthName(within.against.think);
    return [{ ...compareGroup(within, name, options), dataset: OVERALL }];
  });
  return groups.length < 2 ? [] : groups;
}

function lengthName(tokens: Float64Array): string {
  const [least, most] = [Math.round(quantile(tokens, 0)), Math.round(quantile(tokens, 1))];
  return least === most ? `thinks ${least} tokens` : `thinks ${least} to ${most} tokens`;
}

/** By loss of accuracy; groups without pairs come last. */
export function worstFirst<Group extends { readonly accuracyDelta: number }>(groups: readonly Group[]): Group[] {
  const loss = ({ accuracyDelta }: Group): number => (Number.isNaN(accuracyDelta) ? Infinity : accuracyDelta);
  return groups.toSorted((a, b) => (loss(a) === loss(b) ? 0 : loss(a) - loss(b)));
}
