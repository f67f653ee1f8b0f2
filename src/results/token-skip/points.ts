import type { Arm, CompressionLevel, CompressionPoint } from '../../domain/index.js';
import { mean, ratioOfMeans, seedOf } from '../../statistics/index.js';
import { aggregate } from '../aggregate.js';
import type { ArmColumns } from '../columns.js';
import { pairItems, pairsWithin, type Pairs } from '../pairing.js';
import { adherenceError } from './adherence.js';
import { ratioOf } from './families.js';

export type Counted = 'think' | 'delivered';

/** An arm beside the unmodified one. Precondition: one item table. */
export interface ComparedArm {
  readonly arm: Arm;
  readonly columns: ArmColumns;
  readonly against: { readonly name: string; readonly columns: ArmColumns };
  readonly counted: Counted;
  readonly seed: number;
}

export function pointOf(compared: ComparedArm): CompressionPoint {
  const { arm, columns, against, counted, seed } = compared;
  const pairs = pairItems(columns, against.columns);
  const { accuracy, accuracyInterval, censoredShare, stopReasons, samples } = aggregate(columns);
  const asked = ratioOf(arm);
  const { ratio, interval } = ratioOfMeans(pairs.arm[counted], pairs.against[counted], {
    seed: seedOf(seed, arm.name, against.name, 'tokenSkip', counted),
    clusters: pairs.clusters,
  });
  return {
    arm: arm.name,
    ratio: asked,
    items: pairs.count,
    accuracy,
    accuracyInterval,
    tokens: mean(pairs.arm[counted]),
    actRatio: ratio,
    actRatioInterval: interval,
    adherenceError: adherenceError(asked, ratio),
    censoredShare,
    cutShare: (stopReasons['length_cap'] ?? 0) / samples,
    byLevel: levelsOf(compared, pairs),
  };
}

function levelsOf(compared: ComparedArm, pairs: Pairs): Record<string, CompressionLevel> {
  const { items } = compared.columns;
  const levels = new Set(Array.from(pairs.items, (item) => items.at(item).level));
  const known = [...levels].filter((level) => level !== null).toSorted((a, b) => a - b);
  return Object.fromEntries(known.map((level) => [String(level), levelOf(compared, pairs, level)]));
}

function levelOf({ columns, counted }: ComparedArm, pairs: Pairs, level: number): CompressionLevel {
  const item = columns.column('item');
  const { items } = columns;
  const within = pairsWithin(pairs, columns, (index) => items.at(index).level === level);
  const { accuracy, accuracyInterval } = aggregate(columns.select((row) => items.at(item[row] ?? 0).level === level));
  const tokens = mean(within.arm[counted]);
  return {
    items: within.count,
    accuracy,
    accuracyInterval,
    tokens,
    actRatio: tokens / mean(within.against[counted]),
  };
}
