import type { CompressionPoint, RatioCollapse } from '../../domain/index.js';
import { mean } from '../../statistics/index.js';

/** An actual ratio farther from the asked one than this does not follow it. */
export const TOLERANCE = 0.15;

type Followed = Pick<CompressionPoint, 'ratio' | 'actRatio' | 'actRatioInterval'>;

export function adherenceError(ratio: number | null, actRatio: number): number | null {
  return ratio === null ? null : Math.abs(actRatio - ratio);
}

/** Over the points that ask for a ratio; null without one. */
export function meanAdherenceError(points: readonly Pick<CompressionPoint, 'adherenceError'>[]): number | null {
  const errors = points.flatMap(({ adherenceError: error }) => error ?? []);
  return errors.length === 0 ? null : mean(errors);
}

/**
 * Going down from the largest ratio, the first that is more than `TOLERANCE` from its actual one, or whose interval still
 * reaches the actual ratio of the one above, so that asking for less brought nothing. Points descend by ratio.
 */
export function collapseOf(points: readonly Followed[]): RatioCollapse | null {
  const asked = points.filter((point): point is Followed & { readonly ratio: number } => point.ratio !== null);
  if (asked.length < 2) return null;
  for (const [index, { ratio, actRatio, actRatioInterval }] of asked.entries()) {
    const above = asked[index - 1];
    const why =
      Math.abs(actRatio - ratio) > TOLERANCE ? 'off-target' : reaches(actRatioInterval, above) ? 'no-shorter' : null;
    if (why) return { below: above?.ratio ?? null, at: ratio, why };
  }
  return null;
}

function reaches([, high]: readonly [number, number], above: Followed | undefined): boolean {
  return above !== undefined && high >= above.actRatio;
}
