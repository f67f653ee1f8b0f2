import type { ArmInput, SuiteInput } from './suite-input.js';
import type { Sampling } from './suite.js';

/** The suite's sampling with an arm's overrides. */
export function armSampling(suite: SuiteInput, arm: ArmInput): Sampling {
  const overrides = Object.entries(arm.sampling ?? {}).filter(([, value]) => value !== undefined);
  return { ...suite.sampling, ...Object.fromEntries(overrides) };
}
