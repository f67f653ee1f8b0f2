import { type ComparisonDocument } from '../../comparisons/index.js';
import { comparedRuns, simulatedRun } from '../../comparisons/testing.js';
import type { SampleRecord } from '../../domain/index.js';
import type { MemoryRun } from '../../results/testing.js';
import { ATTACK_STRINGS } from './attack-strings.js';

/** Two runs compared whose suite, arms, models, data sets, items, questions, references and answers all carry attacks. */
export async function hostileComparison(): Promise<ComparisonDocument> {
  const [first, second] = [hostileRun('054f19c7aaaa', 1), hostileRun('81d0c4aabbbb', 2)];
  return comparedRuns({ against: { run: '054f19c7aaaa' }, sides: [{ run: '81d0c4aabbbb' }] }, first, second);
}

function hostileRun(id: string, seed: number): MemoryRun {
  const { stored, samples } = simulatedRun(id, seed);
  const renamed = new Map(stored.suite.arms.map(({ name }, index) => [name, `${name} ${attack(index)}`]));
  const arms = stored.suite.arms.map((arm, index) => ({
    ...arm,
    name: renamed.get(arm.name) ?? arm.name,
    model: attack(index + seed),
    prompt: { system: attack(index + seed * 3), prefix: null, suffix: null },
  }));
  return {
    stored: {
      ...stored,
      view: { ...stored.view, suite: attack(seed) },
      suite: { ...stored.suite, name: attack(seed + 5), arms },
      provenance: {
        ...stored.provenance,
        laconic: attack(seed + 7),
        machine: { cpu: attack(seed + 9), cores: 2, memoryBytes: 1 },
      },
    },
    // Half of the items are asked in one run only, so that their names are listed.
    samples: samples.map((sample, index) => hostileSample(sample, { index, seed, arm: renamed.get(sample.arm) ?? '' })),
  };
}

function hostileSample(
  sample: SampleRecord,
  { index, seed, arm }: { readonly index: number; readonly seed: number; readonly arm: string },
): SampleRecord {
  const place = Number(sample.item.slice(-3));
  const question = `${attack(place)} ${sample.question} ${place % 5 === 0 ? seed : ''}`;
  return {
    ...sample,
    arm,
    dataset: `${sample.dataset} ${attack(20)}`,
    item: `${sample.item} ${attack(place + 7)}`,
    question,
    reference: attack(place + 3),
    extracted: attack(index + seed),
  };
}

function attack(index: number): string {
  return ATTACK_STRINGS[index % ATTACK_STRINGS.length] ?? '';
}
