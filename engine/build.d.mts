export interface BuiltEngine {
  readonly addonPath: string;
  readonly libraryDirectory: string;
  /** Hash of the engine's sources and of the versions it is built against. */
  readonly buildHash: string;
}

/** Failures carry `code` (`engine-unavailable`, `engine-build-failed`) and `hint`. */
export function ensureEngine(options?: { home?: string; log?: (line: string) => void }): Promise<BuiltEngine>;

export interface BuiltPeers {
  /** Greedy decoding on llama.cpp: talks in lines, see its source. */
  readonly llamaLoop: string;
  /** Writes a model with random weights: VOCABULARY.gguf OUT.gguf. */
  readonly randomModel: string;
  readonly libraryDirectory: string;
  readonly llamaCpp: string;
  /** A vocabulary without weights. */
  readonly vocabulary: string;
}

/** Builds what benchmarks compare with; fails as `ensureEngine` does. */
export function buildPeers(): Promise<BuiltPeers>;

/** Builds llama.cpp's own benchmark and resolves to its program; fails as `ensureEngine` does. */
export function buildLlamaBench(): Promise<string>;
