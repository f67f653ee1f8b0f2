import type { Arm, SampleRecord } from '../domain/index.js';
import { meanInterval } from '../statistics/index.js';
import { budgetCurves } from './budget-curves.js';
import { columnsOf } from './columns.js';
import { sampleBuilder, someStoredRun } from './testing.js';

/** One letter per item: r right, w wrong. */
function samplesOf(arm: string, outcomes: string, thinkSampled: number): SampleRecord[] {
  return Array.from(outcomes, (letter, index) =>
    sampleBuilder({ arm, item: `i${index}`, correct: letter === 'r', ledger: { thinkSampled } }),
  );
}

function budgetArms(budgets: readonly number[]): readonly Arm[] {
  const arms = budgets.map((tokens) => ({ name: `b${tokens}`, technique: 'budget' as const, params: { tokens } }));
  return someStoredRun({ arms: [{ name: 'baseline', technique: 'baseline' }, ...arms] }).suite.arms;
}

describe('budgetCurves', () => {
  const samples = [...samplesOf('b0', 'rwww', 2), ...samplesOf('b10', 'rrww', 12), ...samplesOf('b40', 'rrrw', 42)];

  it('has the area and the metrics of s1 of a case computed by hand', () => {
    const [curve] = budgetCurves(budgetArms([40, 0, 10]), columnsOf(samples));
    expect(curve?.points.map(({ budget, accuracy }) => [budget, accuracy])).toEqual([
      [0, 0.25],
      [10, 0.5],
      [40, 0.75],
    ]);
    // (0.375 · 10 + 0.625 · 30) / 40; per item 1, (5 + 30) / 40, 15 / 40 and 0.
    expect(curve?.area).toMatchObject({ value: 0.5625, from: 0, to: 40 });
    expect(curve?.area.interval[0]).toBeCloseTo(Math.max(0, meanInterval([1, 0.875, 0.375, 0])[0]), 12);
    expect(curve?.scaling.perToken).toBeCloseTo((0.25 / 10 + 0.5 / 40 + 0.25 / 30) / 3, 14);
    expect(curve?.performance).toMatchObject({ accuracy: 0.75, arm: 'b40' });
    expect(curve?.control).toEqual({ budgets: 1, samples: 1 });
  });

  it('shows budgets that are not kept', () => {
    const broken = [...samplesOf('b0', 'rw', 2), ...samplesOf('b10', 'rw', 30)];
    expect(budgetCurves(budgetArms([0, 10]), columnsOf(broken))[0]?.control).toEqual({ budgets: 0.5, samples: 0.5 });
  });

  it('says where it begins when budget 0 was not run', () => {
    const [curve] = budgetCurves(budgetArms([10, 40]), columnsOf(samples));
    expect(curve?.area).toMatchObject({ value: 0.625, from: 10, to: 40 });
  });

  it('draws no curve through arms that differ in more than the budget, nor through one arm', () => {
    const [baseline, small, large] = budgetArms([0, 10]);
    if (!baseline || !small || !large) throw new Error('three arms');
    const other = { ...large, sampling: { ...large.sampling, maxTokens: 64 } };
    expect(budgetCurves([baseline, small, other], columnsOf(samples))).toEqual([]);
    expect(budgetCurves([baseline, small], columnsOf(samples))).toEqual([]);
  });
});
