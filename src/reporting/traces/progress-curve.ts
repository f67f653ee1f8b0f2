import type { SampleRecord } from '../../domain/index.js';
import { decimal } from '../format.js';
import { element, NOTHING, type TrustedMarkup } from '../markup.js';

/** How far along the thinking seems, by token, on the token scale of the strips. */
export interface ProgressCurve {
  readonly drawing: TrustedMarkup;
  readonly words: string;
}

const HEIGHT = 40;
/** More would be finer than a screen. */
const MOST_POINTS = 240;

/**
 * Null where nothing was read. `scale`: tokens of the longer trace; `heldOutR2`: of the probe, on items that it was not
 * fitted on. The straight line is the true relative position j / N; readings beyond 0 and 1 stand at the edge.
 */
export function progressCurve(sample: SampleRecord, scale: number, heldOutR2: number): ProgressCurve | null {
  const { progress } = sample;
  if (!progress || progress.length === 0) return null;
  return {
    words: `progress as the probe reads it (R² ${decimal(heldOutR2, 2)} on items held out)`,
    drawing: element(
      'svg',
      {
        class: 'st-progress',
        viewBox: `0 0 ${Math.max(1, scale)} ${HEIGHT}`,
        preserveAspectRatio: 'none',
        'aria-hidden': 'true',
        focusable: 'false',
      },
      sample.thinkStop === 'natural'
        ? element('path', { class: 'st-even', d: `M0 ${HEIGHT}L${progress.length} 0` })
        : NOTHING,
      element('path', { class: 'st-read', d: curvePath(progress) }),
    ),
  };
}

/** Means of neighbours where there are many; a gap where nothing was read. */
function curvePath(progress: readonly (number | null)[]): string {
  const size = Math.ceil(progress.length / MOST_POINTS);
  let pen = 'M';
  let path = '';
  for (let from = 0; from < progress.length; from += size) {
    const read = progress.slice(from, from + size).filter((value) => value !== null);
    if (read.length === 0) {
      pen = 'M';
      continue;
    }
    const mean = read.reduce((sum, value) => sum + value, 0) / read.length;
    const x = from + Math.min(size, progress.length - from) / 2;
    path += `${pen}${x} ${(HEIGHT * (1 - Math.min(1, Math.max(0, mean)))).toFixed(1)}`;
    pen = 'L';
  }
  return path;
}
