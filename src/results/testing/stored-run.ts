import { type Arm, parseTechniqueParams, type RunStatus, type TechniqueName } from '../../domain/index.js';
import type { StoredRun } from '../../runs/index.js';

export interface StoredRunChanges {
  readonly status?: RunStatus;
  readonly arms?: readonly { readonly name: string; readonly technique: TechniqueName; readonly params?: unknown }[];
  readonly datasets?: readonly string[];
  readonly items?: number;
  readonly repeats?: number;
  readonly margin?: number;
  readonly changeArm?: (arm: Arm) => Arm;
}

const SHA = 'a3f5'.repeat(16);

const ARMS = [
  { name: 'baseline', technique: 'baseline' },
  { name: 'nowait', technique: 'nowait' },
  { name: 'budget-64', technique: 'budget', params: { tokens: 64 } },
  { name: 'nothinking', technique: 'nothinking' },
] as const;

/** A run of the demo's shape on the reference model, finished unless said otherwise. */
export function someStoredRun(changes: StoredRunChanges = {}): StoredRun {
  const { status = 'completed', arms = ARMS, datasets = ['arithmetic', 'countdown'], items = 20 } = changes;
  const samples = arms.length * datasets.length * items * (changes.repeats ?? 1);
  const finished = status !== 'running' && status !== 'queued';
  const provenanceOfDatasets = datasets.map((name) => ({ name, sha256: SHA, itemSetSha256: SHA, items }));
  return {
    view: {
      id: '054f19c7',
      suite: 'demo',
      status,
      createdAt: '2026-01-02T10:00:00.000Z',
      startedAt: status === 'queued' ? null : '2026-01-02T10:00:01.000Z',
      finishedAt: finished ? '2026-01-02T10:02:31.000Z' : null,
      reason: status === 'partial' ? 'item countdown-003 killed the engine three times' : null,
      progress: { done: finished ? samples : Math.floor(samples / 2), total: samples },
    },
    suite: {
      name: 'demo',
      against: 'baseline',
      nonInferiorityMargin: changes.margin ?? 0.02,
      seed: 1,
      timingItems: 0,
      datasets: provenanceOfDatasets,
      arms: arms.map((arm) => armOf(arm, changes)),
      sha256: SHA,
    },
    provenance: {
      laconic: '0.1.0',
      gitCommit: null,
      engine: { llamaCpp: 'b7000', build: SHA, cpuVariant: 'haswell', backend: 'cpu', threads: 1, profile: 'separate' },
      models: [
        {
          alias: 'reference',
          sha256: SHA,
          usageSha256: 'c'.repeat(64),
          arch: 'qwen3',
          parameters: 19_500_000,
          quantization: 'Q8_0',
          adapters: [],
        },
      ],
      datasets: provenanceOfDatasets,
      seed: 1,
      machine: { cpu: 'x86-64', cores: 2, memoryBytes: 8_000_000_000 },
      suppression: { nowait: { vocabulary: 'whole-word', ids: 61, sha256: SHA } },
    },
    engine: {
      decodedTokens: 9_000,
      chargedTokens: 18_000,
      sharingFactor: 2,
      prefillTokens: 3_840,
      prefillSharedTokens: 2_880,
      engineSeconds: 41.5,
      wallSeconds: 48.25,
    },
  };
}

function armOf(
  { name, technique, params }: { name: string; technique: TechniqueName; params?: unknown },
  { repeats = 1, changeArm = (arm) => arm }: StoredRunChanges,
): Arm {
  return changeArm({
    name,
    technique,
    params: { ...parseTechniqueParams(technique, params) },
    model: 'reference',
    sampling: { temperature: repeats > 1 ? 0.6 : 0, topP: 1, topK: 0, minP: 0, maxTokens: 1024, repeats, seed: 1 },
    prompt: { system: null, prefix: null, suffix: null },
  });
}
