import type { ArmTiming, SamplePath, SampleRecord } from '../domain/index.js';

/** The numbers of a sample, without its texts and token ids; of its events those that are counted (`route`). */
export type SampleFigures = Pick<
  SampleRecord,
  | 'arm'
  | 'dataset'
  | 'item'
  | 'repeat'
  | 'cluster'
  | 'level'
  | 'extracted'
  | 'correct'
  | 'thinkStop'
  | 'stopReason'
  | 'ledger'
  | 'measures'
  | 'replay'
  | 'events'
> & {
  /** What the paths of a vote came to, in their order. */
  readonly paths?: readonly PathFigures[];
};

export type PathFigures = Pick<SamplePath, 'extracted' | 'correct'>;

/** What later features may ask about stored samples. */
export abstract class SamplesReader {
  /**
   * All samples of a run, sorted by arm (name), dataset, item (id), repeat, in code unit order.
   * `divergedFrom` and `divergedAt` are null here: they need two samples and are filled in by results.
   */
  abstract records(runId: string): AsyncIterable<SampleRecord>;

  /** The same samples in the same order, for whoever needs their numbers only: much less to read. */
  abstract figures(runId: string): AsyncIterable<SampleFigures>;

  /** The samples of every `nth` item of the run, all arms and repeats, in the order of `records`; held in memory at once. */
  abstract recordsOfEvery(nth: number, runId: string): AsyncIterable<SampleRecord>;

  /** Isolated timing per arm name; arms without a finished timing pass are absent. */
  abstract timings(runId: string): Promise<ReadonlyMap<string, ArmTiming>>;
}
