export interface BuiltEngine {
  readonly addonPath: string;
  readonly libraryDirectory: string;
  /** Hash of the engine's sources and of the versions it is built against. */
  readonly buildHash: string;
}

/** Failures carry `code` (`engine-unavailable`, `engine-build-failed`) and `hint`. */
export function ensureEngine(options?: { home?: string; log?: (line: string) => void }): Promise<BuiltEngine>;
