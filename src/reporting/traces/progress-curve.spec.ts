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

  it('keeps readings inside the frame, and leaves a gap where nothing was read', () => {
    expect(drawn([-1, null, 2])).toContain('d="M0.5 40.0M2.5 0.0"');
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

  it('names how good the probe is on items that it was not fitted on', () => {
    expect(progressCurve({ ...sampleBuilder(), progress: [0] }, 100, 0.6)?.words).toContain('R² 0.60');
  });
});
