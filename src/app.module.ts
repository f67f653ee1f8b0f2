import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { EngineShape } from './domain/index.js';
import { ComparisonsModule } from './comparisons/index.js';
import { CompressionModule } from './compression/index.js';
import { DatasetsModule } from './datasets/index.js';
import { ExecutionModule, runQueue, SERVICE_QUEUE, type WorkScope } from './execution/index.js';
import { InferenceModule } from './inference/index.js';
import { ModelsModule } from './models/index.js';
import {
  ConfigModule,
  gitCommit,
  machineProvenance,
  packageVersion,
  type LaconicConfig,
} from './platform/config/index.js';
import { DatabaseModule } from './platform/database/index.js';
import { HttpModule } from './platform/http/index.js';
import { LoggingModule } from './platform/logging/index.js';
import { MetricsModule } from './platform/metrics/index.js';
import { QueueModule } from './platform/queue/index.js';
import { ReportingModule, ReportSource } from './reporting/index.js';
import { ResultsModule, ResultsService } from './results/index.js';
import { RUN_SETTINGS, RunsModule, type RunSettings } from './runs/index.js';
import { SteeringModule } from './steering/index.js';
import { SuitesModule } from './suites/index.js';

export interface AppOptions {
  readonly config: LaconicConfig;
  readonly databaseUrl: string;
  readonly scope: WorkScope;
  /** Whether this process runs engines. An API process does not, and never opens a model file. */
  readonly works: boolean;
}

/** Two shards per engine process: while one drains, the next fills the batch. */
const SHARDS_PER_PROCESS = 2;

/** The composition root: which modules a process is made of, and which port is bound to what. */
@Module({})
export class AppModule {
  static register(options: AppOptions): DynamicModule {
    const { config, databaseUrl, scope, works } = options;
    const execution = ExecutionModule.register({
      scope,
      concurrency: works ? config.engineProcesses * SHARDS_PER_PROCESS : 0,
      machine: { ...machineProvenance(), engines: enginesOf(config) },
    });
    const results = ResultsModule.register([RunsModule, execution]);
    const comparisons = ComparisonsModule.register([RunsModule, execution]);
    return {
      module: AppModule,
      imports: [
        ConfigModule.register(config),
        LoggingModule.register(config),
        MetricsModule,
        DatabaseModule.register(databaseUrl),
        QueueModule.register({ databaseUrl, redisUrl: config.redisUrl }),
        HttpModule.register(config),
        RunSettingsModule.register(runSettings(config)),
        DatasetsModule,
        ModelsModule,
        SuitesModule,
        RunsModule,
        execution,
        ...(works
          ? [
              InferenceModule,
              SteeringModule.register([RunsModule, results]),
              CompressionModule.register([RunsModule, results]),
            ]
          : []),
        results,
        comparisons,
        ReportingModule.register([ReportSourceModule.register(results), comparisons]),
      ],
    };
  }
}

function runSettings(config: LaconicConfig): RunSettings {
  return {
    version: packageVersion(),
    gitCommit: gitCommit(),
    engines: enginesOf(config),
    queueOf: (origin, runId) => (origin === 'rest' ? SERVICE_QUEUE : runQueue(runId)),
  };
}

function enginesOf(config: LaconicConfig): EngineShape {
  return {
    processes: config.engineProcesses,
    threads: config.engineThreads,
    streams: config.engineStreams,
    memoryBytes: config.engineMemoryBytes,
  };
}

@Global()
@Module({})
class RunSettingsModule {
  static register(settings: RunSettings): DynamicModule {
    return {
      module: RunSettingsModule,
      providers: [{ provide: RUN_SETTINGS, useValue: settings }],
      exports: [RUN_SETTINGS],
    };
  }
}

/** Reports read what results computes. */
@Module({})
class ReportSourceModule {
  static register(results: DynamicModule): DynamicModule {
    return {
      module: ReportSourceModule,
      imports: [results],
      providers: [
        {
          provide: ReportSource,
          inject: [ResultsService],
          useFactory: (service: ResultsService): ReportSource => ({
            result: async (runId) => service.result(runId),
            samples: (runId) => service.allSamples(runId),
            samplesOfEvery: (nth, runId) => service.samplesOfEvery(nth, runId),
          }),
        },
      ],
      exports: [ReportSource],
    };
  }
}
