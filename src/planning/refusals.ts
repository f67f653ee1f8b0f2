import {
  LaconicError,
  techniqueDefinition,
  type Arm,
  type FrozenSuite,
  type ModelCapabilities,
  type ModelCard,
} from '../domain/index.js';

export interface PlanModel {
  readonly card: Pick<ModelCard, 'alias' | 'think' | 'contextTokens'>;
  readonly capabilities: ModelCapabilities;
}

/** An arm that its model cannot run, with the reason and what to do. */
export interface Refusal {
  readonly arm: string;
  readonly reason: string;
  readonly hint: string;
}

/** Arms that are certain to fail, known before anything is decoded. */
export function refusals(suite: Pick<FrozenSuite, 'arms'>, models: ReadonlyMap<string, PlanModel>): Refusal[] {
  return suite.arms.flatMap((arm) => refusalOf(arm, models.get(arm.model)) ?? []);
}

/** Throws `technique-refused` naming every refused arm. */
export function refuseImpossibleArms(suite: Pick<FrozenSuite, 'arms'>, models: ReadonlyMap<string, PlanModel>): void {
  const refused = refusals(suite, models);
  const first = refused[0];
  if (!first) return;
  throw new LaconicError('technique-refused', refused.map(({ arm, reason }) => `Arm ${arm}: ${reason}`).join('\n'), {
    hint: first.hint,
    where: `arm ${first.arm}`,
  });
}

function refusalOf(arm: Arm, model: PlanModel | undefined): Refusal | null {
  if (!model) return null;
  const { card } = model;
  if (card.think === null && techniqueDefinition(arm.technique).traits.needsDelimiters(arm.params)) {
    return {
      arm: arm.name,
      reason: `${arm.technique} needs to know where the thinking starts and ends, and the card of ${card.alias} names no delimiters.`,
      hint: 'Use a model that marks its thinking, or add the delimiters to its card.',
    };
  }
  const { memory = 'attention' } = model.capabilities;
  if (memory !== 'attention' && techniqueDefinition(arm.technique).entry.ledgerColumns.includes('probe')) {
    return {
      arm: arm.name,
      reason: `${arm.technique} probes, and what a ${memory} model such as ${card.alias} has read cannot be taken back.`,
      hint: 'Leave the arm out, or use a model with attention in every layer.',
    };
  }
  const context = Math.min(card.contextTokens, model.capabilities.contextTokens);
  if (arm.sampling.maxTokens >= context) {
    return {
      arm: arm.name,
      reason: `maxTokens is ${arm.sampling.maxTokens}, and ${card.alias} has room for ${context} tokens, prompt included.`,
      hint: `Set sampling.maxTokens below ${context}, leaving room for the prompt.`,
    };
  }
  return null;
}
