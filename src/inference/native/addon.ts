import type { Generation, ModelCapabilities, PromptPiece } from '../../domain/index.js';

/**
 * The surface of engine/addon as TypeScript sees it. Marshalling only: every decision is made in C++.
 * All promises reject with an Error whose `code` is one of the `engine-*` / `model-*` error codes.
 */
export interface NativeAddon {
  /** Loads the compute backends from `libraryDirectory`; must be called once, first. */
  initialize(libraryDirectory: string): NativeInfo;
  /** Opens a model for reading only: metadata and tokenizer, no weights. */
  inspectModel(path: string): Promise<ModelCapabilities>;
  /** Maps the weights and starts the scheduler thread. */
  openEngine(options: EngineOptions): Promise<NativeEngine>;
}

export interface NativeInfo {
  readonly llamaCpp: string;
  readonly cpuVariant: string;
}

export interface EngineOptions {
  readonly modelPath: string;
  /** Sequences decoded together, each with a KV stream of its own; 1 … 256. */
  readonly streams: number;
  /** KV cells of one stream: prompt + maxTokens of the longest request. */
  readonly contextTokens: number;
  readonly threads: number;
  readonly think: EngineThink | null;
  readonly stopStrings: readonly string[];
  readonly addBos: boolean;
  /** False: every request is decoded as if it were alone, for timing. Default: true. */
  readonly sharing?: boolean;
  /** For benchmarks: every decode is told with the counters. Default: false. */
  readonly recordSteps?: boolean;
  /** Added to the weights in this order, at most 8. Default: none. */
  readonly adapters?: readonly EngineAdapter[];
  readonly steering?: EngineSteering;
  readonly progress?: EngineProgressProbe;
}

/** A GGUF LoRA file: the weights that it names become W + scale · (alpha / r) · B · A. */
export interface EngineAdapter {
  readonly path: string;
  /** -10 … 10 */
  readonly scale: number;
}

/** One decode of a row for every live path. */
export interface EngineStep {
  /** With the sampling, and with what was done to the KV cache for branches. */
  readonly seconds: number;
  readonly rows: number;
  /** Branches that got a stream in it, and streams that had to move. */
  readonly forks: number;
}

/** Added to the residual stream of every generated token, behind the feed-forward part of these layers (from 0, both included). */
export interface EngineSteering {
  /** (width), in the length that is added. */
  readonly direction: readonly number[];
  readonly firstLayer: number;
  readonly lastLayer: number;
  /** Detail of the event that every sample then begins with. */
  readonly label: string;
}

/** Read off every thinking token: intercept + direction · state, the state being that behind the final norm. */
export interface EngineProgressProbe {
  readonly direction: readonly number[];
  readonly intercept: number;
}

export interface EngineThink {
  readonly open: string;
  readonly close: string;
  readonly openedByPrompt: boolean;
}

export interface EngineSampling {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly maxTokens: number;
  readonly seed: number;
}

export type EnginePolicy =
  | { readonly technique: 'baseline' }
  | {
      readonly technique: 'nowait';
      readonly bannedIds: readonly number[];
      readonly scope: 'thinking' | 'all';
      /** Taken off the logits of the banned ids; absent: they cannot be chosen at all. */
      readonly penalty?: number;
      /** Only where the mean probability of the likeliest token over the latest `window` tokens is at least this. */
      readonly confidence?: number;
      readonly window?: number;
    }
  /** Hard stop after `tokens` sampled thinking tokens; `closing` is forced and contains the closing delimiter. */
  | { readonly technique: 'budget'; readonly tokens: number; readonly closing: readonly PromptPiece[] }
  /** The same (none where `tokens` is null), on a line of its own; the first `waits` ends of the thinking become `wait`. */
  | {
      readonly technique: 's1';
      readonly tokens: number | null;
      readonly closing: readonly PromptPiece[];
      readonly waits: number;
      readonly wait: readonly PromptPiece[];
      /** The closing delimiter; one token of the vocabulary where there are waits. */
      readonly end: string;
    }
  /** `message` is injected every `interval` sampled thinking tokens before the deadline; there `closing`, if any, is forced. */
  | {
      readonly technique: 'soft-budget';
      readonly deadline: number;
      readonly interval: number;
      /** {used} and {remaining} become numbers of tokens. */
      readonly message: readonly PromptPiece[];
      readonly closing: readonly PromptPiece[];
    }
  /** `prefill` is injected before the first sampled token and contains both delimiters. */
  | { readonly technique: 'nothinking'; readonly prefill: readonly PromptPiece[] }
  | EngineExit
  | EngineAdaptive;

/** Leaves the thinking by what probes say. All forced and probed texts are whole; `closing` contains the closing delimiter. */
export type EngineExit = EngineDeer | EngineConsensus | EngineEat | EngineConfidence;

/** The same answer so many times in a row. */
export interface EngineConsensus {
  readonly technique: 'consensus';
  /** Sampled thinking tokens from probe to probe; 0: a probe after every sentence. */
  readonly chunkTokens: number;
  readonly probe: readonly PromptPiece[];
  readonly probeTokens: number;
  /** 0: greedy. */
  readonly probeTemperature: number;
  readonly probeTopP: number;
  readonly stops: readonly string[];
  readonly window: number;
  /** Words that no agreeing probe may contain. */
  readonly doubts: readonly string[];
  /** Compared by normal form, not byte by byte. */
  readonly normalForm: boolean;
  /** `{answer}` in it becomes the answer; with `closingAnswers` the sample ends with it. */
  readonly closing: readonly PromptPiece[];
  readonly closingAnswers: boolean;
}

/** The entropy behind `probe` no longer changes. */
export interface EngineEat {
  readonly technique: 'eat';
  readonly delimiter: string;
  readonly probe: readonly PromptPiece[];
  readonly alpha: number;
  readonly threshold: number;
  readonly minProbes: number;
  readonly closing: readonly PromptPiece[];
}

/** One answer that the model is sure of, asked for every so many sampled thinking tokens. */
export interface EngineConfidence {
  readonly technique: 'confidence';
  readonly chunkTokens: number;
  readonly probe: readonly PromptPiece[];
  readonly probeTokens: number;
  readonly stops: readonly string[];
  /** Leaves above the threshold as mean probability, below it as mean entropy (nats). */
  readonly measure: 'probability' | 'entropy';
  readonly threshold: number;
  readonly closing: readonly PromptPiece[];
}

/** Thinks where the confidence of a probe behind `prefill` is at most `threshold`, or the entropy there more than it. */
export interface EngineAdaptive {
  readonly technique: 'adaptive';
  /** Finished thinking, both delimiters included; injected where no thinking is needed. */
  readonly prefill: readonly PromptPiece[];
  readonly probe: readonly PromptPiece[];
  readonly probeTokens: number;
  readonly stops: readonly string[];
  readonly signal: 'entropy' | 'confidence';
  readonly threshold: number;
}

/** A confident answer where the model is about to look back. */
export interface EngineDeer {
  readonly technique: 'deer';
  /** Ids before which the model is asked. */
  readonly triggers: readonly number[];
  readonly probe: readonly PromptPiece[];
  readonly probeTokens: number;
  /** 0: greedy. */
  readonly probeTemperature: number;
  /** Texts that end a probe; `stopNeeded`: without one of them it has no confidence. */
  readonly stops: readonly string[];
  readonly stopNeeded: boolean;
  readonly threshold: number;
  readonly confidence: 'avg1' | 'avg2' | 'min';
  readonly maxProbes: number;
  /** Sampled thinking tokens after which the thinking is left in any case; 0: none. */
  readonly thinkLimit: number;
  readonly closing: readonly PromptPiece[];
}

/** One sample to make: one arm, item and repeat. */
export interface EngineRequest {
  /** The caller's handle; comes back with the sample. */
  readonly id: number;
  readonly prompt: readonly PromptPiece[];
  readonly policy: EnginePolicy;
  readonly sampling: EngineSampling;
  /** First 16 hex digits of the item's content hash: keys the random numbers. */
  readonly itemKey: string;
  readonly repeat: number;
  /** Which of several paths of one sample, 0 … 127: each has random numbers of its own. Default: 0. */
  readonly lane?: number;
  /** Thinking to go through again instead of decoding it, until the policy leaves it; the sample ends with it otherwise. */
  readonly trace?: readonly number[];
  /** The sample is to say how certain the model was; its tokens do not depend on it. Default: false. */
  readonly certainty?: boolean;
}

/** `error` in stopReason: this request alone failed (e.g. prompt longer than the stream). */
export interface EngineSample {
  readonly id: number;
  readonly generation: Generation;
}

export interface EngineCounters {
  /** Tokens fed through the model, dummy rows included, prompt excluded. */
  readonly decodedTokens: number;
  readonly prefillTokens: number;
  /** Prompt tokens that were not fed because another arm or item had been fed the same. */
  readonly prefillSharedTokens: number;
  /** Seconds of wall time inside decode and sampling, for the job's lifetime. */
  readonly engineSeconds: number;
  /** All jobs' since the last job ended; only where they are recorded. */
  readonly steps?: readonly EngineStep[];
}

/**
 * Known ids behind a prompt are read in groups of so many, counted from the prompt's end, whole or not at all
 * (most_text_rows of engine/src/context.h). Of use for forecasts only.
 */
export const READ_TOGETHER = 63;

export interface NativeEngine {
  readonly capabilities: ModelCapabilities;
  /** `special` decides whether control tokens are recognised. */
  tokenize(text: string, special: boolean): Int32Array;
  detokenize(ids: readonly number[]): string;
  /** Text of every vocabulary entry (control tokens empty), index = token id. */
  vocabulary(): string[];
  /**
   * Reads `ids` behind the prompt, steered as generated tokens are: their states behind the final norm, row by row
   * (ids × width). Takes one more stream of KV cells from its first use on.
   */
  states(prompt: readonly PromptPiece[], ids: readonly number[]): Promise<Float32Array>;
  /**
   * Natural logarithms of the probabilities of ids[from], ids[from + 1], …, each behind the prompt and the ids before it,
   * at temperature 1 before any filter. Where a text begins like the one read before, only the rest is fed; the result is
   * the same bit by bit. Shares the stream of `states`.
   */
  logProbs(prompt: readonly PromptPiece[], ids: readonly number[], from: number): Promise<Float32Array>;
  /**
   * Adds requests to the running schedule; `onSample` is called for each as it finishes, in any order.
   * Resolves when all of them are finished. Several jobs may be in flight; the batch is shared.
   */
  submit(
    job: number,
    requests: readonly EngineRequest[],
    onSample: (sample: EngineSample) => void,
  ): Promise<EngineCounters>;
  /** Drops the unfinished requests of a job; its promise rejects with code `interrupted` and what it cost as `counters`. */
  abort(job: number): void;
  /** Stops the scheduler, frees the model. Idempotent. */
  close(): Promise<void>;
}
