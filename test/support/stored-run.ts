import { randomBytes } from 'node:crypto';
import {
  contentHash,
  parseTechniqueParams,
  type Arm,
  type EngineIdentity,
  type Item,
  type MachineProvenance,
  type ModelProvenance,
  type SampleRecord,
  type TechniqueName,
} from '../../src/domain/index.js';
import { EMPTY_LEDGER } from '../../src/domain/index.js';
import type { NewSample } from '../../src/execution/samples.repository.js';
import type { Fence, Lessee } from '../../src/execution/shards.repository.js';
import { planShards } from '../../src/planning/index.js';
import { dataSourceOptions, LaconicDataSource } from '../../src/platform/database/data-source.js';
import type { NewRun } from '../../src/runs/runs.repository.js';

const SHA = 'a3f5'.repeat(16);

export const IDENTITY: EngineIdentity = {
  llamaCpp: 'b7000',
  build: SHA,
  cpuVariant: 'haswell',
  backend: 'cpu',
  threads: 1,
  profile: 'separate',
};

const MACHINE: MachineProvenance = { cpu: 'x86-64', cores: 2, memoryBytes: 8_000_000_000 };

export function lessee(worker: string, changes: Partial<Lessee> = {}): Lessee {
  return { worker, identity: IDENTITY, machine: MACHINE, seconds: 30, ...changes };
}

/** The connections of one process. */
export async function connect(url: string): Promise<LaconicDataSource> {
  return new LaconicDataSource(dataSourceOptions(url, 10)).initialize();
}

export function fence({ id, epoch }: { id: string; epoch: number }): Fence {
  return { shardId: id, epoch };
}

export interface RunShape {
  readonly items?: number;
  readonly timingItems?: number;
  readonly queue?: string;
  /** Default: a baseline and an arm without thinking. */
  readonly arms?: readonly Arm[];
}

const TWO_ARMS = [someArm({ technique: 'baseline' }), someArm({ technique: 'nothinking' })];

/** A frozen run, planned as the service plans it but never given to an engine. */
export function newRun(shape: RunShape = {}): NewRun {
  const { items: count = 8, timingItems = 0, queue = 'shards', arms = TWO_ARMS } = shape;
  const id = randomBytes(6).toString('hex');
  const items = Array.from({ length: count }, (_, index) => itemOf(index));
  const datasets = [{ name: 'sums', sha256: SHA, itemSetSha256: SHA, items: count }];
  const frozen = {
    name: 'rows',
    against: 'baseline',
    nonInferiorityMargin: 0.02,
    seed: 1,
    timingItems,
    datasets,
    arms,
  };
  const suite = { ...frozen, sha256: contentHash(frozen) };
  return {
    id,
    queue,
    suite,
    items,
    shards: planShards({ runId: id, suite, items, engineProcesses: 1 }).shards,
    expectedSamples: items.length * suite.arms.length,
    idempotency: null,
    provenance: {
      laconic: '0.1.0',
      gitCommit: null,
      engine: null,
      models: [...new Set(arms.map(({ model }) => model))].map(modelOf),
      datasets,
      seed: 1,
      machine: null,
      suppression: {},
    },
  };
}

function itemOf(index: number): Item {
  const question = `${index} + 1`;
  return {
    id: `sum-${String(index).padStart(3, '0')}`,
    dataset: 'sums',
    question,
    answer: String(index + 1),
    check: { type: 'integer' },
    level: null,
    cluster: null,
    prompt: null,
    contentHash: contentHash({ question }),
  };
}

function modelOf(alias: string): ModelProvenance {
  const file = { sha256: SHA, usageSha256: 'c'.repeat(64) };
  return { alias, ...file, arch: 'qwen3', parameters: 1, quantization: 'Q8_0', adapters: [] };
}

export interface ArmShape {
  readonly technique: TechniqueName;
  readonly params?: Readonly<Record<string, unknown>>;
  /** Default: as the technique. */
  readonly name?: string;
  readonly model?: string;
}

export function someArm({ technique, params = {}, name = technique, model = 'nano' }: ArmShape): Arm {
  return {
    name,
    technique,
    params: { ...parseTechniqueParams(technique, params) },
    model,
    sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, maxTokens: 64, repeats: 1, seed: 1 },
    prompt: { system: null, prefix: null, suffix: null },
  };
}

/** Samples of every arm for some items of a run, as an engine might have made them. */
export function samplesOf(run: NewRun, itemNos: readonly number[], answer = 'right'): NewSample[] {
  return itemNos.flatMap((itemNo) =>
    run.suite.arms.map((arm) => {
      const item = run.items[itemNo] as Item;
      return { arm: arm.name, itemNo, repeat: 0, record: recordOf(arm, item, answer) };
    }),
  );
}

function recordOf(arm: Arm, item: Item, answer: string): SampleRecord {
  return {
    arm: arm.name,
    dataset: item.dataset,
    item: item.id,
    repeat: 0,
    cluster: null,
    level: null,
    question: item.question,
    prompt: item.question,
    thinking: '',
    answer,
    extracted: answer,
    correct: true,
    reasonCode: 'correct',
    reference: item.answer,
    thinkStop: 'none',
    stopReason: 'eos',
    stopDetail: null,
    ledger: { ...EMPTY_LEDGER, answerSampled: 2 },
    events: [],
    divergedFrom: null,
    divergedAt: null,
    thinkIds: [],
    answerIds: [7, 2],
  };
}
