import { adaptersOf, LaconicError, techniqueDefinition, type ArmAdapter, type SuiteInput } from '../domain/index.js';
import type { AdaptersService, ResolvedModel } from '../models/index.js';

/**
 * What is added to each arm's model, by arm name. Throws what `AdaptersService.resolve` does, and `technique-refused` for a steered
 * arm: its vector was fitted on the model without adapters.
 */
export async function loadAdapters(
  suite: SuiteInput,
  adapters: AdaptersService,
  modelOf: (arm: SuiteInput['arms'][number]) => ResolvedModel,
): Promise<Record<string, readonly ArmAdapter[]>> {
  const found: Record<string, readonly ArmAdapter[]> = {};
  for (const arm of suite.arms) {
    const references = adaptersOf(arm.model ?? suite.model);
    if (references.length === 0) continue;
    if (techniqueDefinition(arm.technique).traits.steering(arm.params)) throw refuseSteering(arm.name);
    const added: ArmAdapter[] = [];
    for (const reference of references) {
      const { name, card } = await adapters.resolve(reference, modelOf(arm));
      const { sha256, rank, alpha, parameters, compression } = card;
      added.push({ name, sha256, scale: reference.scale, rank, alpha, parameters, compression });
    }
    found[arm.name] = added;
  }
  return found;
}

function refuseSteering(arm: string): LaconicError {
  return new LaconicError(
    'technique-refused',
    `Arm ${arm} is steered, and vectors are fitted on a model without adapters.`,
    { hint: 'Leave the adapters or the steering out.', where: `arm ${arm}` },
  );
}
