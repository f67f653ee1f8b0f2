import type { ArmEfficiency, ModelProvenance } from '../domain/index.js';
import {
  clamp,
  itemMeans,
  mean,
  meanInterval,
  modelCompressionRate,
  ockScore,
  shareWithin,
} from '../statistics/index.js';
import type { ArmColumns } from './columns.js';
import type { Pairs } from './pairing.js';

/** Thinking tokens up to which OptimalThinkingBench gives allowances. */
const MOST_THINKING = 1_000;

/** Scores of other works that join accuracy and tokens in one number; null without samples. */
export function armEfficiency(columns: ArmColumns): ArmEfficiency | null {
  if (columns.length === 0) return null;
  const [correct, think, total] = [columns.flag('correct'), columns.column('think'), columns.column('total')];
  const byItem = (values: ArrayLike<number>): Float64Array =>
    itemMeans(values, columns.column('item'), columns.items.size).filter((value) => !Number.isNaN(value));
  const prompt = columns.column('prompt');
  const spent = total.map((tokens, row) => tokens + (prompt[row] ?? 0));
  const within = byItem(
    Float64Array.from(think, (tokens, row) => shareWithin(tokens, correct[row] === 1, MOST_THINKING)),
  );
  return {
    ockScore: ockScore({ accuracy: mean(byItem(correct)), tokens: mean(spent) }),
    accuracyWithin: {
      value: mean(within),
      interval: within.length < 2 ? [Number.NaN, Number.NaN] : clamp(meanInterval(within), 0, 1),
      upTo: MOST_THINKING,
    },
  };
}

/** The models of two arms, the first in place of the second; null where the size of one is not known. */
export interface ModelChange {
  readonly own: ModelProvenance | undefined;
  readonly other: ModelProvenance | undefined;
}

/** EfficientLLM's compression rate on the paired items; only where the models differ and their files' sizes are known. */
export function compressionRate(pairs: Pairs, { own, other }: ModelChange): number | null {
  if (own?.fileBytes === undefined || other?.fileBytes === undefined || own.sha256 === other.sha256) return null;
  return modelCompressionRate(
    { size: own.fileBytes, accuracy: mean(pairs.arm.correct) },
    { size: other.fileBytes, accuracy: mean(pairs.against.correct) },
  );
}
