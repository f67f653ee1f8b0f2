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

type Reason = Omit<Refusal, 'arm'>;

/** Read from the top; the first reason is told. */
const RULES: readonly ((arm: Arm, model: PlanModel) => Reason | null)[] = [
  withoutDelimiters,
  withoutControlToken,
  withoutReturn,
  withoutRoom,
];

function refusalOf(arm: Arm, model: PlanModel | undefined): Refusal | null {
  if (!model) return null;
  for (const rule of RULES) {
    const reason = rule(arm, model);
    if (reason) return { arm: arm.name, ...reason };
  }
  return null;
}

function withoutDelimiters({ technique, params }: Arm, { card }: PlanModel): Reason | null {
  if (card.think !== null || !techniqueDefinition(technique).traits.needsDelimiters(params)) return null;
  return {
    reason: `${technique} needs to know where the thinking starts and ends, and the card of ${card.alias} names no delimiters.`,
    hint: 'Use a model that marks its thinking, or add the delimiters to its card.',
  };
}

function withoutControlToken({ technique, params }: Arm, { card, capabilities }: PlanModel): Reason | null {
  const token = techniqueDefinition(technique).traits.controlToken(params);
  if (token === null || capabilities.ratioToken !== false) return null;
  return {
    reason: `control ${String(params['control'])} marks the ratio with the control token ${token}, and the vocabulary of ${card.alias} has none of that name.`,
    hint: 'Use control: qwen (the same as ordinary text) with a model or adapter that was trained with it.',
  };
}

function withoutReturn({ technique }: Arm, { card, capabilities }: PlanModel): Reason | null {
  const { memory = 'attention' } = capabilities;
  if (memory === 'attention' || !techniqueDefinition(technique).entry.ledgerColumns.includes('probe')) return null;
  return {
    reason: `${technique} probes, and what a ${memory} model such as ${card.alias} has read cannot be taken back.`,
    hint: 'Leave the arm out, or use a model with attention in every layer.',
  };
}

function withoutRoom({ sampling }: Arm, { card, capabilities }: PlanModel): Reason | null {
  const context = Math.min(card.contextTokens, capabilities.contextTokens);
  if (sampling.maxTokens < context) return null;
  return {
    reason: `maxTokens is ${sampling.maxTokens}, and ${card.alias} has room for ${context} tokens, prompt included.`,
    hint: `Set sampling.maxTokens below ${context}, leaving room for the prompt.`,
  };
}
