import type { ArmAdapter } from './adapter.js';
import type { DatasetProvenance } from './item.js';
import type { ArmSteering } from './steering.js';
import type { Example, TechniqueName } from './techniques/index.js';

export interface Sampling {
  /** 0 = greedy. */
  readonly temperature: number;
  readonly topP: number;
  /** 0 = off. */
  readonly topK: number;
  readonly minP: number;
  /** Cap on delivered tokens, injected ones included. */
  readonly maxTokens: number;
  readonly repeats: number;
  readonly seed: number;
}

/** Text around the question inside the user turn, and the system turn; null = none. */
export interface PromptSpec {
  readonly system: string | null;
  readonly prefix: string | null;
  readonly suffix: string | null;
}

/** An arm with every default filled in: what is frozen with the run. */
export interface Arm {
  readonly name: string;
  readonly technique: TechniqueName;
  /** Validated, defaults filled in; shape per technique (catalogue). */
  readonly params: Readonly<Record<string, unknown>>;
  /** Model alias; a CLI suite's path is registered under an alias before freezing. */
  readonly model: string;
  /** LoRA adapters that are added to the model, in this order; absent where there are none. */
  readonly adapters?: readonly ArmAdapter[];
  readonly sampling: Sampling;
  readonly prompt: PromptSpec;
  /** Solved examples by data set, for techniques that show some; calibration items, frozen with the run. */
  readonly examples?: Readonly<Record<string, readonly Example[]>>;
  /** What its generated tokens are steered by; absent where they are not. */
  readonly steering?: ArmSteering;
}

/** A suite after validation, defaults and hashing; a run never sees anything else. */
export interface FrozenSuite {
  readonly name: string;
  readonly against: string;
  readonly nonInferiorityMargin: number;
  readonly seed: number;
  /** Items per arm of the isolated timing pass; 0 = off. */
  readonly timingItems: number;
  readonly datasets: readonly DatasetProvenance[];
  readonly arms: readonly Arm[];
  /** sha256 over the canonical JSON of everything above. */
  readonly sha256: string;
}
