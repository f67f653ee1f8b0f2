import type { ErrorCode, ModelCapabilities, PromptPiece } from '../domain/index.js';
import type { EngineCounters, EngineOptions, EngineRequest, EngineSample } from './native/addon.js';

/**
 * Messages between a worker and its engine process. `call` numbers a request; every call is answered by exactly one
 * `result` or `failure` with the same number. Samples of a `submit` call arrive in between.
 */
export type EngineCommand =
  | { readonly type: 'inspect'; readonly call: number; readonly path: string }
  | { readonly type: 'open'; readonly call: number; readonly options: EngineOptions }
  | {
      readonly type: 'submit';
      readonly call: number;
      readonly engine: number;
      readonly requests: readonly EngineRequest[];
      /** One request at a time, nothing else running: for the timing pass. */
      readonly sequential: boolean;
    }
  | {
      readonly type: 'states';
      readonly call: number;
      readonly engine: number;
      readonly prompt: readonly PromptPiece[];
      readonly ids: readonly number[];
    }
  | {
      readonly type: 'log-probs';
      readonly call: number;
      readonly engine: number;
      readonly prompt: readonly PromptPiece[];
      readonly ids: readonly number[];
      readonly from: number;
    }
  | { readonly type: 'tokenize'; readonly call: number; readonly engine: number; readonly texts: readonly string[] }
  | { readonly type: 'abort'; readonly call: number }
  | { readonly type: 'close-engine'; readonly call: number; readonly engine: number }
  | { readonly type: 'shutdown' };

export interface HelloMessage {
  readonly type: 'hello';
  readonly llamaCpp: string;
  readonly cpuVariant: string;
  readonly build: string;
}

export type EngineReply =
  | HelloMessage
  | { readonly type: 'result'; readonly call: number; readonly value: EngineCallValue }
  | { readonly type: 'failure'; readonly call: number; readonly error: EngineFailure }
  | { readonly type: 'samples'; readonly call: number; readonly samples: readonly TimedSample[] };

/** Seconds from submission to the finished sample; meaningful for sequential submissions only. */
export interface TimedSample extends EngineSample {
  readonly seconds: number;
}

export type EngineCallValue =
  | { readonly kind: 'capabilities'; readonly capabilities: ModelCapabilities }
  | {
      readonly kind: 'engine';
      readonly engine: number;
      readonly capabilities: ModelCapabilities;
      readonly vocabulary: readonly string[];
    }
  /** `failure`: why the engine stopped before the end. */
  | { readonly kind: 'spent'; readonly counters: BusyCounters; readonly failure: EngineFailure | null }
  | { readonly kind: 'states'; readonly states: Float32Array }
  | { readonly kind: 'log-probs'; readonly logProbs: Float32Array }
  /** Of each text in order. */
  | { readonly kind: 'tokens'; readonly ids: readonly Int32Array[] }
  | { readonly kind: 'closed' };

/** Counters of one submission with the wall-clock span (ms since the epoch) in which its work was in the engine. */
export interface BusyCounters extends EngineCounters {
  readonly busyFrom: number;
  readonly busyTo: number;
}

/** An error in a form that survives the process boundary. */
export interface EngineFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}
