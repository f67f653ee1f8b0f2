import { Inject, Injectable, Logger } from '@nestjs/common';
import { contentHash, engineMismatch, LaconicError, type EngineIdentity, type SelfCheck } from '../domain/index.js';
import {
  InferenceService,
  type BusyCounters,
  type FinishedSample,
  type GenerateOptions,
  type GenerationTask,
  type RunSuppression,
} from '../inference/index.js';
import { MetricsService } from '../platform/metrics/index.js';
import { RunCloser } from './run-closer.js';
import { SampleWriter } from './sample-writer.js';
import { SamplesRepository, type NewSample, type NewTiming } from './samples.repository.js';
import { errorRecords } from './sample-record.js';
import { callsOf, missingCalls } from './missing-calls.js';
import { newSamples, ShardWork, summedTimings } from './shard-work.js';
import { ShardsRepository, type LeasedShard } from './shards.repository.js';
import { EXECUTION_SETTINGS, type ExecutionSettings } from './execution-settings.js';
import type { ShardJob } from './work-scope.js';

const DEATHS_BEFORE_SPLIT = 3;

type Watch = Required<Pick<GenerateOptions, 'signal' | 'onSpent'>>;

/** Carries one shard from lease to done: engine, scoring, rows. */
@Injectable()
export class ShardExecutor {
  private readonly logger = new Logger(ShardExecutor.name);

  constructor(
    private readonly shards: ShardsRepository,
    private readonly samples: SamplesRepository,
    private readonly inference: InferenceService,
    private readonly closer: RunCloser,
    private readonly metrics: MetricsService,
    @Inject(EXECUTION_SETTINGS) private readonly settings: ExecutionSettings,
  ) {}

  async execute(job: ShardJob, stop: AbortSignal): Promise<void> {
    const shard = await this.lease(job);
    if (!shard) return;
    const lost = new AbortController();
    const heartbeat = this.keepLease(shard, lost);
    const spent: BusyCounters[] = [];
    try {
      const signal = AbortSignal.any([stop, lost.signal]);
      await this.work(shard, { signal, onSpent: (counters) => void spent.push(counters) });
      await this.shards.complete(shard, spent);
      if (shard.kind === 'samples') this.metrics.shardDone();
      await this.closer.tryClose(shard.runId);
    } catch (error) {
      await this.recover(shard, error, spent);
    } finally {
      clearInterval(heartbeat);
    }
  }

  /** Null where there is nothing to do here; a shard that waits for another worker's engine says so on its run. */
  private async lease(job: ShardJob): Promise<LeasedShard | null> {
    let identity: EngineIdentity;
    try {
      identity = await this.inference.identity();
    } catch (error) {
      if (error instanceof LaconicError) await this.wait(job, error);
      throw error;
    }
    const { worker, machine, leaseSeconds: seconds } = this.settings;
    const outcome = await this.shards.lease(job, { worker, identity, machine, seconds });
    switch (outcome.kind) {
      case 'leased':
        return outcome.shard;
      case 'gone':
        return null;
      case 'other-engine': {
        const mismatch = engineMismatch(outcome.runId, outcome.pinned, identity);
        if (mismatch) await this.wait(job, mismatch);
        return null;
      }
    }
  }

  private async wait(job: ShardJob, error: LaconicError): Promise<void> {
    this.logger.error({ err: error, shard: job.shardId }, error.message);
    await this.shards.explainWait(job.shardId, `${error.message} ${error.hint}`);
  }

  private keepLease(shard: LeasedShard, lost: AbortController): NodeJS.Timeout {
    const fence = { shardId: shard.id, epoch: shard.epoch };
    return setInterval(() => {
      this.shards
        .renew(fence, this.settings.leaseSeconds)
        .then((held) => held || lost.abort())
        // A database that is away for a moment is no reason to stop; the insert's fence decides.
        .catch((error: unknown) => this.logger.warn({ err: error }, 'lease not renewed'));
    }, this.settings.leaseSeconds * 250);
  }

  private async work(shard: LeasedShard, watch: Watch): Promise<void> {
    const { calls, ready } = await missingCalls(shard, this.samples);
    const fence = { shardId: shard.id, epoch: shard.epoch };
    const work = new ShardWork(calls);
    if (shard.kind === 'samples' && ready.length > 0) {
      await this.samples.insert(shard.runId, fence, ready);
      for (const { record } of ready) this.metrics.sampleDone(record);
    }
    if (work.tasks.length === 0) return;
    if (shard.kind === 'timing') return this.time(shard, work, watch);
    let suppression: RunSuppression = {};
    const checks: SelfCheck[] = [];
    const writer = new SampleWriter(this.samples, { runId: shard.runId, ...fence });
    await this.inference
      .generate(shard.model, work.tasks, {
        ...watch,
        tenancy: shard.deaths > 0 ? 'exclusive' : 'shared',
        signal: AbortSignal.any([watch.signal, writer.failed]),
        onSamples: (finished) => this.score(finished, work, (samples) => writer.add(samples)),
        onSuppression: (found) => {
          suppression = found;
        },
        onSelfCheck: (check) => checks.push(check),
      })
      .catch(async (error: unknown) => {
        // What the engine finished before it failed is kept.
        await writer.drain();
        throw error;
      });
    await writer.drain();
    await this.shards.recordSuppression(shard.runId, suppression);
    for (const check of checks) await this.shards.recordSelfCheck(shard.runId, shard.model.alias, check);
  }

  /** Scores finished samples for `store`; what they call for. */
  private score(
    finished: readonly FinishedSample[],
    work: ShardWork,
    store: (samples: readonly NewSample[]) => void,
  ): readonly GenerationTask[] {
    const taken = finished.map((sample) => work.take(sample));
    const made = taken.flatMap(({ samples }) => samples);
    for (const { record } of made) this.metrics.sampleDone(record);
    if (made.length > 0) store(made);
    return taken.flatMap(({ next }) => next);
  }

  private async time(shard: LeasedShard, work: ShardWork, watch: Watch): Promise<void> {
    const timings: NewTiming[] = [];
    await this.inference.generate(shard.model, work.tasks, {
      ...watch,
      tenancy: 'solo',
      onSamples: (finished) => {
        timings.push(...finished.flatMap((sample) => work.timings(sample)));
        return finished.flatMap((sample) => work.take(sample).next);
      },
    });
    const fence = { shardId: shard.id, epoch: shard.epoch };
    await this.samples.insertTimings(shard.runId, fence, summedTimings(timings));
  }

  private async recover(shard: LeasedShard, error: unknown, spent: readonly BusyCounters[]): Promise<void> {
    const code = error instanceof LaconicError ? error.code : 'internal';
    this.logger.warn({ err: error, shard: shard.id }, `shard not finished: ${code}`);
    switch (code) {
      case 'interrupted':
        await this.shards.recordSpending(shard, spent);
        return this.shards.release(shard);
      case 'engine-died':
        return this.afterDeath(shard);
      case 'database-unavailable':
        // The lease runs out and the reconciler queues the shard again.
        return;
      default:
        await this.shards.recordSpending(shard, spent);
        return this.closer.fail(shard.runId, (error as Error).message);
    }
  }

  private async afterDeath(shard: LeasedShard): Promise<void> {
    const deaths = await this.shards.recordDeath(shard);
    if (deaths < DEATHS_BEFORE_SPLIT) return this.shards.release(shard);
    if (shard.kind === 'timing') {
      await this.shards.complete(shard, null);
      await this.closer.tryClose(shard.runId);
      return;
    }
    const groups = callsOf(shard, await this.samples.items(shard.runId, shard.itemNos));
    if (groups.length > 1) return this.shards.split(shard, halves(shard, groups));
    await this.giveUp(shard);
  }

  /** The one call that kills the engine: its missing samples are stored as errors, the rest of the run is unharmed. */
  private async giveUp(shard: LeasedShard): Promise<void> {
    const { calls, ready } = await missingCalls(shard, this.samples);
    const detail = `the engine died ${DEATHS_BEFORE_SPLIT} times on this item`;
    const rows = [...ready, ...calls.flatMap((call) => newSamples(call, errorRecords(call.task, detail)))];
    if (rows.length > 0) await this.samples.insert(shard.runId, { shardId: shard.id, epoch: shard.epoch }, rows);
    for (const item of calls[0]?.task.items ?? []) await this.shards.recordItemFailure(shard, item, detail);
    await this.shards.complete(shard, null);
    await this.closer.tryClose(shard.runId);
  }
}

function halves(shard: LeasedShard, groups: readonly number[][]): { id: string; itemNos: readonly number[] }[] {
  const middle = Math.ceil(groups.length / 2);
  return [groups.slice(0, middle), groups.slice(middle)].map((half) => {
    const itemNos = half.flat();
    return { id: contentHash({ parent: shard.id, itemNos }).slice(0, 24), itemNos };
  });
}
