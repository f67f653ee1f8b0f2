import type { VoteCourse } from '../../vote-course.js';
import type { ParamValues } from '../definition.js';
import { BEST_OF_N, bestOfNParams } from './best-of-n.js';
import { SELF_CONSISTENCY, selfConsistencyParams } from './self-consistency.js';

export { type BestOfNParams } from './best-of-n.js';
export { type SelfConsistencyParams } from './self-consistency.js';

/** Techniques that sample several paths and choose among them. */
export const VOTING_TECHNIQUES = [SELF_CONSISTENCY, BEST_OF_N] as const;

/** How the winner is found: by the number of paths, or by how certain the model was of them. */
export type VoteRule =
  | { readonly by: 'majority' }
  | { readonly by: 'certainty'; readonly aggregate: 'best' | 'borda'; readonly power: number };

/** A vote as an arm asks for it, but for what one of its paths can deliver. */
export interface VotePlan {
  readonly rule: VoteRule;
  readonly course: Omit<VoteCourse, 'maxTokens'>;
}

/** Null for a technique that has one path. Precondition: the parameters are validated. */
export function votePlan(arm: { readonly technique: string; readonly params: ParamValues }): VotePlan | null {
  switch (arm.technique) {
    case SELF_CONSISTENCY.entry.name: {
      const { paths, early, maxTotal } = selfConsistencyParams.parse(arm.params);
      return { rule: { by: 'majority' }, course: { paths, early, maxTotal: maxTotal ?? null } };
    }
    case BEST_OF_N.entry.name: {
      const { paths, aggregate, power } = bestOfNParams.parse(arm.params);
      return { rule: { by: 'certainty', aggregate, power }, course: { paths, early: false, maxTotal: null } };
    }
    default:
      return null;
  }
}
