import { computationsIn } from './computations.js';
import type { Sentence } from './sentences.js';

/** Sentences `from` to `to` (exclusive); `isNew` by the grouping rule. */
export interface Solution {
  readonly from: number;
  readonly to: number;
  readonly isNew: boolean;
}

/** Share of a solution's computations that may stand in earlier solutions while it still counts as a new strategy. */
const MOST_REPEATED = 0.5;

/**
 * A solution ends with each sentence that states a result; what follows the last of them belongs to it. Grouping rule:
 * a solution is new when it is the first, or when it contains computations and at most half of its distinct ones occur
 * in earlier solutions. (The paper lets a language model judge whether the reasoning strategy is new.)
 */
export function solutionsOf(sentences: readonly Sentence[], stating: readonly number[]): readonly Solution[] {
  if (sentences.length === 0) return [];
  const ends = [...stating.slice(0, -1).map((at) => at + 1), sentences.length];
  const known = new Set<string>();
  return ends.map((to, index) => {
    const from = ends[index - 1] ?? 0;
    const own = new Set(
      sentences.slice(from, to).flatMap(({ text }) => computationsIn(text).map(({ expression }) => expression)),
    );
    const repeated = [...own].filter((expression) => known.has(expression)).length;
    for (const expression of own) known.add(expression);
    return { from, to, isNew: index === 0 || (own.size > 0 && repeated / own.size <= MOST_REPEATED) };
  });
}
