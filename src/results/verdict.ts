import type { ComparisonVerdict } from '../domain/index.js';
import type { Interval } from '../statistics/index.js';

export interface VerdictInput {
  readonly interval: Interval;
  /** Lower one-sided 95 % bound of the accuracy difference. */
  readonly lowerBound: number;
  /** Largest loss of accuracy that the suite declares acceptable, ≥ 0. */
  readonly margin: number;
}

interface VerdictRule {
  readonly verdict: ComparisonVerdict;
  readonly holds: (input: VerdictInput) => boolean;
}

/** Read from the top; the first rule that holds decides. */
export const VERDICT_RULES: readonly VerdictRule[] = [
  { verdict: 'better', holds: ({ interval }) => interval[0] > 0 },
  { verdict: 'within-margin', holds: ({ lowerBound, margin }) => lowerBound >= -margin },
  { verdict: 'worse', holds: ({ interval }) => interval[1] < 0 },
];

export function verdictOf(input: VerdictInput): ComparisonVerdict {
  return VERDICT_RULES.find((rule) => rule.holds(input))?.verdict ?? 'not-decisive';
}
