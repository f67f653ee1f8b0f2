import { parseTechniqueParams, type Arm } from '../../domain/index.js';

/** A frozen arm named after its technique, with the parameters' defaults filled in. */
export function armOf(
  technique: Arm['technique'],
  params: Readonly<Record<string, unknown>>,
  temperature: number,
): Arm {
  return {
    name: technique,
    technique,
    params: { ...parseTechniqueParams(technique, params) },
    model: 'm',
    sampling: { temperature, topP: 1, topK: 0, minP: 0, maxTokens: 64, repeats: 1, seed: 1 },
    prompt: { system: null, prefix: null, suffix: null },
  };
}
