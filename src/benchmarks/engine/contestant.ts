/** A text with its ids, so that everybody feeds the model the same tokens. */
export interface BenchPrompt {
  readonly text: string;
  readonly ids: readonly number[];
}

/**
 * One way to run a model. What it does between being asked and answering is timed from outside, by one clock for all,
 * unless it resolves to seconds of its own.
 */
export interface Contestant {
  readonly name: string;
  /** Sequences that it can decode together; a case with more is not asked of it. */
  readonly maxSequences: number;
  /** Gets ready for a case: contexts are made here, outside the measurement. */
  prepare(sequences: number, cells: number): Promise<void>;
  /** Makes `tokens` tokens after each prompt, greedily, going on past ends of generation. */
  decode(prompts: readonly BenchPrompt[], tokens: number): Promise<number | void>;
  /** Reads the prompt and makes one token. */
  prefill(prompt: BenchPrompt): Promise<number | void>;
  close(): Promise<void>;
}

export async function secondsOf(work: () => Promise<number | void>): Promise<number> {
  const start = performance.now();
  const own = await work();
  return own ?? (performance.now() - start) / 1000;
}
