import type { CompressionPoint, RatioCollapse } from '../../domain/index.js';
import { mean } from '../../statistics/index.js';

/** An actual ratio farther from the asked one than this does not follow it. */
export const TOLERANCE = 0.15;

type Followed = Pick<CompressionPoint, 'arm' | 'ratio' | 'actRatio'>;

export function adherenceError(ratio: number | null, actRatio: number): number | null {
  return ratio === null ? null : Math.abs(actRatio - ratio);
}

/** Over the points that ask for a ratio; null without one. */
export function meanAdherenceError(points: readonly Pick<CompressionPoint, 'adherenceError'>[]): number | null {
  const errors = points.flatMap(({ adherenceError: error }) => error ?? []);
  return errors.length === 0 ? null : mean(errors);
}

/** Whether the first of two arms writes less than the second, beyond the interval of their paired difference. */
export type IsShorter = (arm: string, than: string) => boolean;

/**
 * Going down from the largest ratio, the first that is more than `TOLERANCE` from its actual one, or the first than which no
 * smaller one is shorter, so that asking for less brings nothing from there on. Points descend by ratio.
 */
export function collapseOf(points: readonly Followed[], isShorter: IsShorter): RatioCollapse | null {
  const asked = points.filter((point): point is Followed & { readonly ratio: number } => point.ratio !== null);
  if (asked.length < 2) return null;
  for (const [index, { arm, ratio, actRatio }] of asked.entries()) {
    const smaller = asked.slice(index + 1);
    if (Math.abs(actRatio - ratio) > TOLERANCE) {
      return { below: asked[index - 1]?.ratio ?? null, at: ratio, why: 'off-target' };
    }
    const [next] = smaller;
    if (next && !smaller.some((one) => isShorter(one.arm, arm))) {
      return { below: ratio, at: next.ratio, why: 'no-shorter' };
    }
  }
  return null;
}
