import type { FrozenModelFile, InferenceService, ReadCall, Reading } from '../../inference/index.js';

/** The evaluated model, as far as it says how likely a text is. */
export interface LogProbReader {
  readonly read: (calls: readonly ReadCall[], reading: Reading) => Promise<void>;
  /** So many engines share so many calls. */
  readonly engines: (calls: number) => number;
}

export function logProbReader(inference: InferenceService, model: FrozenModelFile): LogProbReader {
  return {
    read: async (calls, reading) => inference.readLogProbs(model, calls, reading),
    engines: (calls) => inference.readers(calls),
  };
}

/** What is timed has at least so many ids, where there are so many. */
const TIMED_IDS = 256;

/** Ids per second of one engine, timed once, on calls that are really to be read. */
export class ReadingSpeed {
  private known: number | null = null;

  constructor(private readonly reader: LogProbReader) {}

  async of(calls: readonly ReadCall[], signal: AbortSignal): Promise<number> {
    this.known ??= await this.time(calls, signal);
    return this.known;
  }

  private async time(calls: readonly ReadCall[], signal: AbortSignal): Promise<number> {
    const timed: ReadCall[] = [];
    for (let ids = 0; ids < TIMED_IDS && timed.length < calls.length; ids += timed.at(-1)?.ids.length ?? 0)
      timed.push(calls[timed.length] as ReadCall);
    const reading = { signal, take: () => {} };
    // Opens the engine; backwards, so that nothing of it is known when the clock runs.
    await this.reader.read(
      timed.slice(0, 1).map(({ task, ids }) => ({ task, ids: ids.toReversed() })),
      reading,
    );
    const start = performance.now();
    await this.reader.read(timed, reading);
    return countIds(timed) / ((performance.now() - start) / 1000);
  }
}

export function countIds(calls: readonly ReadCall[]): number {
  return calls.reduce((sum, { ids }) => sum + ids.length, 0);
}
