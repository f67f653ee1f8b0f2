import type { SampleRecord } from '../../domain/index.js';
import { sampleBuilder } from '../../results/testing.js';
import { markupText } from '../markup.js';
import { progressCurve } from './progress-curve.js';

function drawn(progress: readonly (number | null)[], changes: Partial<SampleRecord> = {}): string {
  const curve = progressCurve({ ...sampleBuilder(), ...changes, progress }, 100, 0.6);
  return curve === null ? '' : markupText(curve.drawing);
}

describe('progressCurve', () => {
  it('is absent when no probe has read the sample', () => {
    expect(progressCurve(sampleBuilder(), 100, 0.6)).toBeNull();
    expect(drawn([])).toBe('');
  });

  it('draws one point a token from bottom to top, on the scale of the longer trace', () => {
    const drawing = drawn([0, 0.5, 1]);
    expect(drawing).toContain('viewBox="0 0 100 40"');
    expect(drawing).toContain('class="st-read" d="M0.5 40.0L1.5 20.0L2.5 0.0"');
  });

  it('leaves a gap where nothing was read', () => {
    expect(drawn([0.25, null, 0.5, 0.75])).toContain('d="M0.5 30.0M2.5 20.0L3.5 10.0"');
    expect(drawn([null, null])).toBe('');
  });

  it('makes room for readings beyond 0 and 1, and moves the true course with it', () => {
    const drawing = drawn([-1, 1, 3]);
    expect(drawing).toContain('d="M0.5 40.0L1.5 20.0L2.5 0.0"');
    expect(drawing).toContain('d="M0 30.0L3 20.0"');
  });

  it('averages neighbours of a long thinking', () => {
    const drawing = drawn(Array.from({ length: 1000 }, (_, token) => token % 2));
    const points = /st-read" d="([^"]+)"/.exec(drawing)?.[1]?.match(/[ML]/g) ?? [];
    expect(points.length).toBeLessThanOrEqual(240);
    expect(points.length).toBeGreaterThan(150);
  });

  it('draws the true course only when the thinking ended by itself', () => {
    expect(drawn([0, 1])).toContain('st-even');
    expect(drawn([0, 1], { thinkStop: 'cap' })).not.toContain('st-even');
  });

  it('names what was read, and how good the probe is on items that it was not fitted on', () => {
    expect(progressCurve({ ...sampleBuilder(), progress: [-0.5, 1.25] }, 100, 0.6)?.words).toBe(
      'progress, read as −0.50 to 1.25 by a probe of R² 0.60 on items held out',
    );
  });
});
