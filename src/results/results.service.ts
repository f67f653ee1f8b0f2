import { Injectable } from '@nestjs/common';
import { FINAL_STATUSES, LaconicError, type RunResult, type RunStatus, type SampleRecord } from '../domain/index.js';
import { SamplePages, SamplesReader } from '../execution/index.js';
import { RunsReader, type StoredRun } from '../runs/index.js';
import { assembleResult } from './assemble.js';
import { DivergenceIndex, divergencePlan, withDivergence } from './divergence.js';
import { type SamplePage, type SampleQuery, samplesWanted, takePage } from './sample-page.js';

export interface ResultOptions {
  /** Figures of an unfinished run: what all arms share, without verdicts. */
  readonly allowInterim?: boolean;
}

/** What a run came to, computed from its samples each time: nothing here is stored, so nothing can be stale. */
@Injectable()
export class ResultsService {
  constructor(
    private readonly runs: RunsReader,
    private readonly samplesReader: SamplesReader,
    private readonly pages: SamplePages,
  ) {}

  /** Throws `run-unknown`, and `run-not-finished` before the end unless interim figures are allowed. */
  async result(runId: string, { allowInterim = false }: ResultOptions = {}): Promise<RunResult> {
    return this.assemble(allowInterim ? await this.runs.stored(runId) : await this.finished(runId));
  }

  /** Throws `run-unknown`, and `run-not-finished` before the end. */
  async finished(runId: string): Promise<StoredRun> {
    const stored = await this.runs.stored(runId);
    if (!isFinal(stored.view.status)) throw notFinished(stored);
    return stored;
  }

  /** The same figures again from the samples, whatever the run's status. */
  async recompute(runId: string): Promise<RunResult> {
    return this.assemble(await this.runs.stored(runId));
  }

  /** A page in the order of samples.jsonl. Throws `run-unknown`, and `usage` for a bad limit or cursor. */
  async samples(runId: string, query: SampleQuery = {}): Promise<SamplePage> {
    const { suite } = await this.runs.stored(runId);
    const page = await takePage(this.pages, runId, samplesWanted(query));
    const plan = divergencePlan(suite);
    const index = new DivergenceIndex(plan);
    const places = page.samples.filter(({ arm }) => plan.arms.has(arm));
    if (places.length === 0) return page;
    const compared = places.map(({ dataset, item, repeat }) => ({ arm: plan.against, dataset, item, repeat }));
    for (const sample of await this.pages.at(runId, compared)) index.add(sample);
    return { ...page, samples: page.samples.map((sample) => index.fill(sample)) };
  }

  /** Every sample with its divergence, sorted by arm, dataset, item, repeat. Throws `run-unknown` when first read. */
  async *allSamples(runId: string): AsyncGenerator<SampleRecord> {
    const { suite } = await this.runs.stored(runId);
    yield* withDivergence(() => this.samplesReader.records(runId), divergencePlan(suite));
  }

  /** The same for every `nth` item only: what a report of a large run can show. */
  async *samplesOfEvery(nth: number, runId: string): AsyncGenerator<SampleRecord> {
    const { suite } = await this.runs.stored(runId);
    yield* withDivergence(() => this.samplesReader.recordsOfEvery(nth, runId), divergencePlan(suite));
  }

  private async assemble(stored: StoredRun): Promise<RunResult> {
    const { id } = stored.view;
    return assembleResult(stored, this.samplesReader.figures(id), await this.samplesReader.timings(id));
  }
}

function isFinal(status: RunStatus): boolean {
  return FINAL_STATUSES.some((final) => final === status);
}

function notFinished({ view }: StoredRun): LaconicError {
  const { done, total } = view.progress;
  return new LaconicError(
    'run-not-finished',
    `Run ${view.id} is ${view.status}: ${done} of ${total} samples are there.`,
    {
      hint: 'Wait for its end (GET /api/v1/runs/<id>/events), or continue it with `laconic resume`.',
      where: view.id,
    },
  );
}
