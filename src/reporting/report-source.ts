import type { RunResult, SampleRecord } from '../domain/index.js';

/** Where reports get their figures and samples from; the composition root binds it to the results of runs. */
export abstract class ReportSource {
  /** Throws `run-unknown`, and `run-not-finished` where there is nothing to report yet. */
  abstract result(runId: string): Promise<RunResult>;

  /** Every sample of the run, divergence filled in. */
  abstract samples(runId: string): AsyncIterable<SampleRecord>;

  /** The samples of every `nth` item. */
  abstract samplesOfEvery(nth: number, runId: string): AsyncIterable<SampleRecord>;
}
