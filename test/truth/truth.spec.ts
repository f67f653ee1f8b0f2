import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { TruthFigures } from './figures.js';

/** LACONIC_TRUTH=long simulates as many suites as docs/truth.md shows. */
const amount = process.env['LACONIC_TRUTH'] === 'long' ? 'long' : 'quick';

jest.setTimeout(1_800_000);

describe('what a run is judged by', () => {
  let figures: TruthFigures;
  beforeAll(() => {
    const script = [join(__dirname, '../support/run-typescript.cjs'), join(__dirname, 'measure.ts'), amount];
    figures = JSON.parse(execFileSync(process.execPath, script, { encoding: 'utf8' })) as TruthFigures;
  });

  it('calls an arm worse than itself in at most 5 % of suites, and better as rarely', () => {
    expect(figures.itself).toHaveLength(5);
    expect(figures.scale.suites).toBeGreaterThanOrEqual(2000);
    for (const { worse, better } of figures.itself) {
      expect(worse).toBeLessThanOrEqual(0.05);
      expect(better).toBeLessThanOrEqual(0.05);
    }
  });

  it('hardly ever calls an arm worse than itself in what was really run', () => {
    const { baseline, nowait } = figures.real;
    expect(baseline.count + nowait.count).toBeGreaterThanOrEqual(20);
    expect(baseline.worse + nowait.worse).toBeLessThanOrEqual(0.05 * (baseline.count + nowait.count));
  });

  it('has intervals that hold the truth in at least 93 % of suites', () => {
    expect(figures.coverage).toHaveLength(12);
    for (const { wilson, tango, tangoOfLoss, repeated } of figures.coverage) {
      expect(Math.min(wilson, tango, tangoOfLoss, repeated)).toBeGreaterThanOrEqual(0.93);
    }
  });

  it('has intervals of single draws that are not too wide: above 97 % only where few items are wrong', () => {
    const noise = 3 * Math.sqrt((0.05 * 0.95) / figures.scale.suites);
    for (const { items, accuracy, wilson, tango, tangoOfLoss } of figures.coverage) {
      if (items * (1 - accuracy) < 5) continue;
      expect(wilson).toBeLessThanOrEqual(0.97);
      expect(Math.max(tango, tangoOfLoss)).toBeLessThanOrEqual(0.97 + noise);
    }
  });

  it('has intervals of the ratio of tokens that hold the truth from 100 items on', () => {
    const noise = 3 * Math.sqrt((0.05 * 0.95) / figures.scale.ratioSuites);
    const large = figures.ratios.filter(({ items }) => items >= 100);
    expect(large).toHaveLength(3);
    for (const { held } of large) expect(held).toBeGreaterThanOrEqual(0.93 - noise);
  });

  it('finds a loss of 5 points among 500 items with 80 % power where up to a tenth of the items flips besides', () => {
    const found = figures.power.filter(({ flips }) => flips !== null && flips <= 0.1);
    expect(found).toHaveLength(3);
    for (const { worse } of found) expect(worse).toBeGreaterThanOrEqual(0.8);
  });

  it('is surer with common random numbers, in what was really run', () => {
    const { same, other } = figures.real;
    expect(same.count).toBe(other.count);
    expect(same.meanWidth).toBeLessThan(other.meanWidth);
  });
});
