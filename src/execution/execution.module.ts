import { getQueueToken } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import type { MachineProvenance } from '../domain/index.js';
import { InferenceModule } from '../inference/index.js';
import { LaconicConfig } from '../platform/config/index.js';
import { QueueModule } from '../platform/queue/index.js';
import { EXECUTION_SETTINGS, type ExecutionSettings } from './execution-settings.js';
import { OutboxRelay } from './outbox.relay.js';
import { Reconciler } from './reconciler.js';
import { RunCloser } from './run-closer.js';
import { SamplePages } from './sample-pages.js';
import { SamplePagesRepository } from './sample-pages.repository.js';
import { SamplesReader } from './samples-reader.js';
import { SamplesRepository } from './samples.repository.js';
import { ShardExecutor } from './shard-executor.js';
import { shardProcessor } from './shard.processor.js';
import { ShardsRepository } from './shards.repository.js';
import { newWorkerName } from './worker-name.js';
import { queueOf, SHARD_QUEUE, WORK_SCOPE, type WorkScope } from './work-scope.js';

export interface ExecutionOptions {
  readonly scope: WorkScope;
  /** Shards worked on at a time; 0 = this process only watches and relays. */
  readonly concurrency: number;
  readonly machine: MachineProvenance;
}

@Module({})
export class ExecutionModule {
  static register(options: ExecutionOptions): DynamicModule {
    const queue = queueOf(options.scope);
    const working = options.concurrency > 0;
    return {
      module: ExecutionModule,
      imports: [QueueModule.forQueue(queue), ...(working ? [InferenceModule] : [])],
      providers: [
        { provide: WORK_SCOPE, useValue: options.scope },
        { provide: SHARD_QUEUE, useExisting: getQueueToken(queue) },
        {
          provide: EXECUTION_SETTINGS,
          inject: [LaconicConfig],
          useFactory: (config: LaconicConfig): ExecutionSettings => ({
            worker: newWorkerName(),
            leaseSeconds: config.leaseSeconds,
            machine: options.machine,
          }),
        },
        OutboxRelay,
        Reconciler,
        RunCloser,
        SamplePagesRepository,
        SamplesRepository,
        ShardsRepository,
        { provide: SamplePages, useExisting: SamplePagesRepository },
        { provide: SamplesReader, useExisting: SamplesRepository },
        ...(working ? [ShardExecutor, shardProcessor(queue, options.concurrency)] : []),
      ],
      exports: [SamplePages, SamplesReader],
    };
  }
}
