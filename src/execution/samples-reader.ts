import type { ArmTiming, SampleRecord } from '../domain/index.js';

/** What later features may ask about stored samples. */
export abstract class SamplesReader {
  /**
   * All samples of a run, sorted by arm (name), dataset, item (id), repeat, in code unit order.
   * `divergedFrom` and `divergedAt` are null here: they need two samples and are filled in by results.
   */
  abstract records(runId: string): AsyncIterable<SampleRecord>;

  /** Isolated timing per arm name; arms without a finished timing pass are absent. */
  abstract timings(runId: string): Promise<ReadonlyMap<string, ArmTiming>>;
}
