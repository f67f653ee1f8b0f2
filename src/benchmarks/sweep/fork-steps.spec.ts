import type { EngineStep } from '../../inference/index.js';
import { forkDelay } from './fork-steps.js';

function stepsOf(rows: number, seconds: readonly number[], forks = 0): EngineStep[] {
  return seconds.map((each) => ({ rows, seconds: each, forks }));
}

describe(forkDelay.name, () => {
  it('compares a step with the median of those with as many rows', () => {
    const steps = [
      ...stepsOf(1, [1, 1, 1, 1]),
      ...stepsOf(16, [8, 8, 8, 8]),
      ...stepsOf(16, [12], 2),
      ...stepsOf(1, [3], 1),
    ];
    const { withFork, without, ...counts } = forkDelay(steps);
    // Delays 1.5 and 3.
    expect(withFork).toBeCloseTo(1.5 + 0.99 * 1.5, 9);
    expect(without).toBe(1);
    expect(counts).toEqual({ forkSteps: 2, steps: 10 });
  });

  it('has no figure for steps with a fork where there were none', () => {
    expect(forkDelay(stepsOf(4, [1, 2, 3])).withFork).toBeNaN();
  });
});
