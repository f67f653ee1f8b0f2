import type { RunResult, SampleRecord, TokenSkipResult } from '../../domain/index.js';
import type { ReportInput } from '../report-input.js';
import { ATTACK_STRINGS } from './attack-strings.js';
import { syntheticRun } from './synthetic-run.js';
import { syntheticTokenSkip } from './synthetic-token-skip.js';

/** A run in which arms, data sets, items, questions, traces, answers, events and provenance all carry attacks. */
export function hostileRun(): ReportInput {
  const input = syntheticRun({ items: 11 });
  const arms = new Map(
    input.result.arms.map((arm, index) => [arm.name, index === 0 ? arm.name : `${arm.name} ${attack(index)}`]),
  );
  const datasets = new Map(
    input.result.run.provenance.datasets.map(({ name }, index) => [name, `${name} ${attack(20 + index)}`]),
  );
  const renamed = (name: string): string => arms.get(name) ?? datasets.get(name) ?? name;
  return {
    ...input,
    result: hostileResult(input.result, renamed),
    samples: input.samples.map((sample, index) => hostileSample(sample, index, renamed)),
    kinds: Object.fromEntries(Object.entries(input.kinds).map(([name, kind]) => [renamed(name), kind])),
  };
}

function hostileResult(result: RunResult, renamed: (name: string) => string): RunResult {
  const { run } = result;
  const { provenance } = run;
  const keyed = <Value>(values: Readonly<Record<string, Value>>): Record<string, Value> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [renamed(name), value]));
  return {
    ...result,
    run: {
      ...run,
      id: `${run.id}${attack(0)}`,
      suite: attack(1),
      provenance: {
        ...provenance,
        models: provenance.models.map((model) => ({ ...model, alias: attack(2), arch: attack(3) })),
        datasets: provenance.datasets.map((dataset) => ({ ...dataset, name: renamed(dataset.name) })),
        machine: { cpu: attack(4), cores: 2, memoryBytes: 1 },
        suppression: keyed(provenance.suppression),
      },
    },
    arms: result.arms.map((arm, index) => ({
      ...arm,
      name: renamed(arm.name),
      model: attack(30 + index),
      params: { [attack(10 + index)]: attack(11 + index) },
      differences: [attack(12 + index)],
      byDataset: keyed(arm.byDataset),
    })),
    tokenSkip: hostileTokenSkip(),
    comparisons: result.comparisons.map((one) => ({ ...one, arm: renamed(one.arm), dataset: renamed(one.dataset) })),
  };
}

/** What adapters say of themselves comes out of their files. */
function hostileTokenSkip(): TokenSkipResult {
  const { curves = [], scorers = [] } = syntheticTokenSkip({ adapters: true }).result.tokenSkip ?? {};
  return {
    curves: curves.map((curve, index) => ({
      ...curve,
      adapter: curve.adapter && { ...curve.adapter, name: attack(index), scorer: attack(index + 7) },
    })),
    unmatched: [attack(5)],
    scorers: scorers.map((one, index) => ({
      ...one,
      scorer: attack(index),
      control: attack(index + 9),
      sentence: attack(index + 14),
    })),
  };
}

function hostileSample(sample: SampleRecord, index: number, renamed: (name: string) => string): SampleRecord {
  const text = attack(index);
  return {
    ...sample,
    arm: renamed(sample.arm),
    dataset: renamed(sample.dataset),
    item: `${sample.item} ${attack(Number(sample.item.slice(-3)))}`,
    question: `${text} ${sample.question}`,
    thinking: `${text}\n${sample.thinking}\n${attack(index + 1)}`,
    answer: `${attack(index + 2)} ${sample.answer}`,
    extracted: attack(index + 3),
    reference: attack(index + 4),
    stopReason: index % 7 === 0 ? 'error' : sample.stopReason,
    stopDetail: attack(index + 5),
    events: [...sample.events, { at: 3, type: 'suppressed', detail: attack(index + 6) }],
  };
}

function attack(index: number): string {
  return ATTACK_STRINGS[index % ATTACK_STRINGS.length] ?? '';
}
