import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Injectable, Logger, type BeforeApplicationShutdown, type Type } from '@nestjs/common';
import type { Job } from 'bullmq';
import { ShardExecutor } from './shard-executor.js';
import type { ShardJob } from './work-scope.js';

/**
 * The processor of one queue. A class per queue, because the decorator binds a class to a queue's name and
 * `laconic run` works on a queue of its own. A job whose worker was killed before it leased the shard comes back after
 * the lock and one interval; both are short, because taking a job twice is harmless: the shard's epoch decides.
 */
export function shardProcessor(queue: string, concurrency: number): Type<WorkerHost & BeforeApplicationShutdown> {
  @Injectable()
  @Processor(queue, { concurrency, lockDuration: 10_000, stalledInterval: 3_000 })
  class ShardProcessor extends WorkerHost implements BeforeApplicationShutdown {
    private readonly logger = new Logger('ShardProcessor');
    private readonly stop = new AbortController();

    constructor(private readonly executor: ShardExecutor) {
      super();
    }

    override async process(job: Job<ShardJob>): Promise<void> {
      await this.executor.execute(job.data, this.stop.signal);
    }

    /** A connection that is cut opens again by itself; without a listener its stack would be printed. */
    @OnWorkerEvent('error')
    onError(error: Error): void {
      this.logger.warn({ err: error }, 'queue: connection lost');
    }

    /** Work in hand is given back to the outbox; what the engine has finished is stored. */
    async beforeApplicationShutdown(): Promise<void> {
      this.stop.abort();
      await this.worker.close();
    }
  }
  return ShardProcessor;
}
