import type { AdapterUse } from './adapter.js';
import type { EngineShape } from './engine-shape.js';
import type { DatasetProvenance } from './item.js';
import type { SelfCheck } from './model.js';
import type { ArmSteering } from './steering.js';
import type { SuppressionProvenance } from './techniques/suppression.js';

export type RunStatus = 'queued' | 'running' | 'completed' | 'partial' | 'failed' | 'cancelled';

/** Statuses after which nothing is written to the run any more. */
export const FINAL_STATUSES = ['completed', 'partial', 'failed', 'cancelled'] as const satisfies readonly RunStatus[];

/** What must be equal for two processes to produce the same tokens. */
export interface EngineIdentity {
  readonly llamaCpp: string;
  /** sha256 over the engine's sources. */
  readonly build: string;
  readonly cpuVariant: string;
  readonly backend: 'cpu';
  readonly threads: number;
  readonly profile: 'separate' | 'unified';
}

export interface ModelProvenance {
  readonly alias: string;
  readonly sha256: string;
  /** Of what the card says about prompts and thinking (`usageHash`): it decides the tokens as much as the file does. */
  readonly usageSha256: string;
  readonly arch: string;
  readonly parameters: number;
  readonly quantization: string;
  /** Absent in runs made before. */
  readonly fileBytes?: number;
  /** All that any arm adds to it. */
  readonly adapters: readonly AdapterUse[];
  /** False where every arm was decoded alone, and why; absent in runs made before. */
  readonly sharing?: boolean;
  readonly sharingReason?: string;
}

export interface MachineProvenance {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** How the first worker divided it; samples do not depend on it. Absent in runs made before. */
  readonly engines?: EngineShape;
}

export interface RunProvenance {
  readonly laconic: string;
  readonly gitCommit: string | null;
  /** Null until a worker has leased the first shard. */
  readonly engine: EngineIdentity | null;
  readonly models: readonly ModelProvenance[];
  readonly datasets: readonly DatasetProvenance[];
  readonly seed: number;
  readonly machine: MachineProvenance | null;
  /** Per nowait arm: which ids it holds down, and how. */
  readonly suppression: Readonly<Record<string, SuppressionProvenance>>;
  /** By model alias: whether samples are the same alone and in company; absent where it was not checked. */
  readonly selfCheck?: Readonly<Record<string, SelfCheck>>;
  /** Per few-shot arm and data set: the calibration items that it shows, and the sha256 over their content hashes. */
  readonly examples?: Readonly<Record<string, Readonly<Record<string, ExamplesProvenance>>>>;
  /** Per steered arm: its vector, and how that was fitted. */
  readonly steering?: Readonly<Record<string, ArmSteering>>;
}

export interface ExamplesProvenance {
  readonly items: number;
  readonly itemSetSha256: string;
}

/** A run as API, CLI and pages show it. */
export interface RunView {
  readonly id: string;
  readonly suite: string;
  readonly status: RunStatus;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** Why the run failed, is partial, or waits for another worker; null otherwise. */
  readonly reason: string | null;
  /** Samples stored and samples expected. */
  readonly progress: { readonly done: number; readonly total: number };
}

/** Interim figures of one arm while a run goes on. */
export interface ArmProgress {
  readonly arm: string;
  readonly done: number;
  readonly total: number;
  readonly correct: number;
  /** Delivered tokens of the samples stored so far. */
  readonly deliveredTokens: number;
}

export interface RunProgress extends RunView {
  readonly arms: readonly ArmProgress[];
  readonly shards: { readonly done: number; readonly total: number };
}

/** One entry of a run's event stream; `seq` grows by row and is the SSE event id. */
export interface RunEvent {
  readonly seq: number;
  readonly at: string;
  readonly type:
    | 'status'
    | 'shard-started'
    | 'shard-done'
    | 'shard-retried'
    | 'shard-split'
    | 'item-failed'
    | 'timing-done';
  readonly detail: Readonly<Record<string, unknown>>;
}
