import type { Generation, SelfCheck } from '../domain/index.js';
import type { SuppressionProvenance } from '../domain/techniques/index.js';
import type { Tenancy } from './engine-pool.js';
import type { BusyCounters } from './engine-protocol.js';
import type { GenerationTask } from './generation-work.js';
import type { TokenEnds } from './text-positions.js';

/** What became of a task, not scored yet. */
export interface FinishedSample {
  /** The very object that was asked for. */
  readonly task: GenerationTask;
  readonly prompt: string;
  readonly generation: Generation;
  /** Where its tokens end in its texts. */
  readonly ends: TokenEnds;
  /** Wall time; meaningful only under `solo` tenancy. */
  readonly seconds: number;
}

export interface GenerateOptions {
  readonly tenancy: Tenancy;
  /** For benchmarks: `onSpent` is told every step of the engine, too. */
  readonly recordSteps?: boolean;
  readonly signal: AbortSignal;
  /**
   * Takes finished samples and returns the further tasks that they call for, if any. Those are decoded by the same engine
   * beside what is left of the others; neither their prompts nor their maxTokens may exceed the largest of `tasks`.
   */
  readonly onSamples: (samples: readonly FinishedSample[]) => readonly GenerationTask[];
  /**
   * Told what the engine spent, once for the tasks and once for each batch of further ones, also where they were
   * interrupted; never where it died.
   */
  readonly onSpent?: (counters: BusyCounters) => void;
  /** Told once, before the first sample, what each nowait arm bans on this model. */
  readonly onSuppression?: (suppression: RunSuppression) => void;
  /** Told after the last sample whether this model's samples are the same alone; not where that is unknown. */
  readonly onSelfCheck?: (check: SelfCheck) => void;
}

/** A model as a run's provenance names it: an alias may stand for another file by now. */
export interface FrozenModelFile {
  readonly alias: string;
  readonly sha256: string;
  readonly usageSha256: string;
}

/** A call whose tokens are known. */
export interface KnownCall {
  readonly task: GenerationTask;
  readonly ids: readonly number[];
}

export interface ReadCall extends KnownCall {
  /** The first id of interest; default 0. */
  readonly from?: number;
}

export interface Reading {
  readonly signal: AbortSignal;
  readonly take: (call: number, values: Float32Array) => void;
}

/** A model's tokens, without decoding any. */
export interface Tokenizer {
  /** Text per token id: control tokens empty, U+FFFD for bytes that are no whole character. */
  readonly vocabulary: readonly string[];
  /** Nothing in the texts becomes a control token. */
  readonly tokenize: (texts: readonly string[]) => Promise<readonly Int32Array[]>;
}

export type RunSuppression = Readonly<Record<string, SuppressionProvenance>>;
