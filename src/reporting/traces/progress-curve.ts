import type { SampleRecord } from '../../domain/index.js';
import { decimal } from '../format.js';
import { element, NOTHING, type TrustedMarkup } from '../markup.js';

/** How far along the thinking seems, by token, on the token scale of the strips. */
export interface ProgressCurve {
  readonly drawing: TrustedMarkup;
  readonly words: string;
}

interface Reading {
  /** Middle of the tokens that it stands for. */
  readonly at: number;
  /** Null where nothing was read. */
  readonly value: number | null;
}

const HEIGHT = 40;
/** More would be finer than a screen. */
const MOST_POINTS = 240;

/**
 * Null where nothing was read. `scale`: tokens of the longer trace; `heldOutR2`: of the probe, on items that it was not
 * fitted on. The frame reaches from 0 to 1, or further where readings do, as steering makes them; the broken line is the
 * true relative position j / N.
 */
export function progressCurve(sample: SampleRecord, scale: number, heldOutR2: number): ProgressCurve | null {
  const { progress = [] } = sample;
  const readings = readingsOf(progress);
  const values = readings.flatMap(({ value }) => (value === null ? [] : [value]));
  if (values.length === 0) return null;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const top = Math.max(1, most);
  const place = (value: number): string => ((HEIGHT * (top - value)) / (top - Math.min(0, least))).toFixed(1);
  return {
    words: `progress, read as ${decimal(least, 2)} to ${decimal(most, 2)} by a probe of R² ${decimal(heldOutR2, 2)} on items held out`,
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
        ? element('path', { class: 'st-even', d: `M0 ${place(0)}L${progress.length} ${place(1)}` })
        : NOTHING,
      element('path', { class: 'st-read', d: pathOf(readings, place) }),
    ),
  };
}

/** Means of neighbours where there are many. */
function readingsOf(progress: readonly (number | null)[]): readonly Reading[] {
  const size = Math.max(1, Math.ceil(progress.length / MOST_POINTS));
  return Array.from({ length: Math.ceil(progress.length / size) }, (_, index) => {
    const part = progress.slice(index * size, (index + 1) * size);
    const read = part.filter((value) => value !== null);
    const mean = read.reduce((sum, value) => sum + value, 0) / read.length;
    return { at: index * size + part.length / 2, value: read.length === 0 ? null : mean };
  });
}

/** A new line begins behind a gap. */
function pathOf(readings: readonly Reading[], place: (value: number) => string): string {
  return readings
    .map(({ at, value }, index) => {
      if (value === null) return '';
      const continues = (readings[index - 1]?.value ?? null) !== null;
      return `${continues ? 'L' : 'M'}${at} ${place(value)}`;
    })
    .join('');
}
