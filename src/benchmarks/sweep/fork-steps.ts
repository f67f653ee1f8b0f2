import type { EngineStep } from '../../inference/index.js';
import { quantile } from '../../statistics/index.js';

/** 99th percentiles of step time ÷ the median time of the steps with as many rows. */
export interface ForkDelay {
  /** Of the steps in which a branch got a stream; NaN where there were none. */
  readonly withFork: number;
  readonly without: number;
  readonly forkSteps: number;
  readonly steps: number;
}

/** How much longer a decode takes when KV streams are copied or cut for branches before and after it. */
export function forkDelay(steps: readonly EngineStep[]): ForkDelay {
  const delays: Record<'forked' | 'plain', number[]> = { forked: [], plain: [] };
  for (const alike of Map.groupBy(steps, ({ rows }) => rows).values()) {
    const seconds = alike.map((step) => step.seconds);
    const median = quantile(seconds, 0.5);
    for (const step of alike) delays[step.forks > 0 ? 'forked' : 'plain'].push(step.seconds / median);
  }
  return {
    withFork: p99(delays.forked),
    without: p99(delays.plain),
    forkSteps: delays.forked.length,
    steps: steps.length,
  };
}

function p99(values: readonly number[]): number {
  return values.length > 0 ? quantile(values, 0.99) : Number.NaN;
}
