import type { ArmInput, SuiteInput } from './suite-input.js';
import type { Sampling } from './suite.js';
import { techniqueDefinition } from './techniques/index.js';

/** The suite's sampling with an arm's overrides, and the cap as the arm's technique has it. */
export function armSampling(suite: SuiteInput, arm: ArmInput): Sampling {
  const overrides = Object.entries(arm.sampling ?? {}).filter(([, value]) => value !== undefined);
  const asked: Sampling = { ...suite.sampling, ...Object.fromEntries(overrides) };
  const { traits } = techniqueDefinition(arm.technique);
  return { ...asked, maxTokens: traits.maxTokens(arm.params, asked.maxTokens) };
}
