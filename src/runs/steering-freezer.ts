import {
  LaconicError,
  steeredRange,
  techniqueDefinition,
  type ArmSteering,
  type ModelCapabilities,
  type SteeringRequest,
  type SuiteInput,
} from '../domain/index.js';
import type { ResolvedModel, VectorsService } from '../models/index.js';

export interface SteerableModel {
  readonly resolved: ResolvedModel;
  readonly capabilities: ModelCapabilities;
}

/**
 * What each steered arm is steered by, by arm name. Throws `model-unknown` for a vector that is not there, and
 * `technique-refused` for one that was fitted on another model.
 */
export async function loadSteering(
  suite: SuiteInput,
  vectors: VectorsService,
  modelOf: (arm: SuiteInput['arms'][number]) => SteerableModel,
): Promise<Record<string, ArmSteering>> {
  const steering: Record<string, ArmSteering> = {};
  for (const arm of suite.arms) {
    const request = techniqueDefinition(arm.technique).traits.steering(arm.params);
    if (request) steering[arm.name] = await armSteering(arm.name, request, vectors, modelOf(arm));
  }
  return steering;
}

async function armSteering(
  arm: string,
  { vector: name, strength, layers }: SteeringRequest,
  vectors: VectorsService,
  { resolved, capabilities }: SteerableModel,
): Promise<ArmSteering> {
  const { vector, sha256 } = await vectors.get(name);
  if (vector.model.sha256 !== resolved.sha256) {
    throw new LaconicError(
      'technique-refused',
      `Arm ${arm}: the vector ${name} was fitted on ${vector.model.alias} (sha256 ${vector.model.sha256}), not on ${resolved.card.alias} (${resolved.sha256}).`,
      {
        hint: `Run the baseline of ${resolved.card.alias} on calibration items and fit one with \`laconic fit overclock\`.`,
        where: `arm ${arm}`,
      },
    );
  }
  const range = steeredRange(layers, capabilities);
  if (range === null) {
    throw new LaconicError(
      'technique-refused',
      `Arm ${arm}: ${resolved.card.alias} has no layer that can be steered.`,
      {
        hint: 'Use a model with at least two layers.',
        where: `arm ${arm}`,
      },
    );
  }
  return { vector: name, strength, vectorSha256: sha256, ...range, fit: vector.fit };
}
