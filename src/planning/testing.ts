import { parseSuiteInput, sha256Hex, type FrozenSuite, type Item, type ModelCapabilities } from '../domain/index.js';
import { freezeSuite } from './freeze.js';
import type { PlanModel } from './refusals.js';

/** Builders for tests of planning and of what comes after it. */
export function someItems(counts: Readonly<Record<string, number>>): Item[] {
  return Object.entries(counts).flatMap(([dataset, count]) =>
    Array.from({ length: count }, (_, index) => ({
      dataset,
      id: `${dataset}-${index}`,
      question: `What is ${index} + 1?`,
      answer: String(index + 1),
      check: { type: 'integer' as const },
      level: 1 + (index % 5),
      cluster: null,
      prompt: null,
      contentHash: sha256Hex(`${dataset}/${index}`),
    })),
  );
}

/** A frozen suite of the changes to a small two-arm one. */
export function someSuite(changes: Readonly<Record<string, unknown>> = {}): FrozenSuite {
  const input = parseSuiteInput(
    {
      name: 'demo',
      model: 'reference',
      datasets: [{ name: 'arithmetic' }],
      arms: [
        { name: 'baseline', technique: 'baseline' },
        { name: 'budget-64', technique: 'budget', params: { tokens: 64 } },
      ],
      ...changes,
    },
    'test suite',
  );
  return freezeSuite(input, {
    datasets: input.datasets.map(({ name }) => ({ name: name ?? '', sha256: 'f', itemSetSha256: 's', items: 1 })),
    aliasOf: (reference) => (typeof reference === 'string' ? reference : JSON.stringify(reference)),
  });
}

/** A baseline, and an arm for each strength that one vector is added with. */
export function steeredSuite(strengths: readonly number[]): FrozenSuite {
  const fit = {
    ridge: 1000,
    items: 300,
    itemSetSha256: 'i',
    samples: 290,
    tokens: 77_000,
    folds: 5,
    seed: 1,
    r2: 0.61,
    heldOutR2: 0.6,
  };
  const way = { vector: 'reference', vectorSha256: 'v', firstLayer: 1, lastLayer: 11, fit };
  const steered = strengths.map((strength, index) => ({
    name: `steered-${index}`,
    technique: 'overclock',
    params: { strength },
    sampling: { maxTokens: 500 + index },
  }));
  const suite = someSuite({ arms: [{ name: 'baseline', technique: 'baseline' }, ...steered] });
  const arms = suite.arms.map((arm, index) =>
    index === 0 ? arm : { ...arm, steering: { ...way, strength: strengths[index - 1] ?? 0 } },
  );
  return { ...suite, arms };
}

/** A baseline, and an arm for each set of scales of one adapter. */
export function adaptedSuite(sets: readonly (readonly number[])[]): FrozenSuite {
  const names = sets.map((_, index) => ({
    name: `adapted-${index}`,
    technique: 'baseline',
    sampling: { seed: 2 + index },
  }));
  const suite = someSuite({ arms: [{ name: 'baseline', technique: 'baseline' }, ...names] });
  const facts = { name: 'mine', sha256: 'a', rank: 8, alpha: 16, parameters: 1000, compression: null };
  const arms = suite.arms.map((arm, index) =>
    index === 0 ? arm : { ...arm, adapters: (sets[index - 1] ?? []).map((scale) => ({ ...facts, scale })) },
  );
  return { ...suite, arms };
}

export function someModel(
  changes: { think?: null; contextTokens?: number; capabilities?: Partial<ModelCapabilities> } = {},
): PlanModel {
  const contextTokens = changes.contextTokens ?? 2048;
  const think = { open: '<think>', close: '</think>', afterClose: '\n\n', openedByPrompt: false };
  return {
    card: { alias: 'reference', think: changes.think === null ? null : think, contextTokens },
    capabilities: {
      arch: 'qwen3',
      parameters: 20e6,
      quantization: 'Q8_0',
      vocabularySize: 1664,
      contextTokens,
      layers: 12,
      kvBytesPerToken: 6144,
      fileBytes: 20_800_000,
      ...changes.capabilities,
    },
  };
}
