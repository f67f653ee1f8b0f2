import { Module } from '@nestjs/common';
import { ConfigModule, LaconicConfig } from '../platform/config/index.js';
import { ModelsModule } from '../models/index.js';
import { ENGINE_SETTINGS, InferenceService, type EngineSettings } from './inference.service.js';

@Module({
  imports: [ConfigModule, ModelsModule],
  providers: [
    InferenceService,
    {
      provide: ENGINE_SETTINGS,
      inject: [LaconicConfig],
      useFactory: (config: LaconicConfig): EngineSettings => ({
        processes: config.engineProcesses,
        streams: config.engineStreams,
        threads: config.engineThreads,
        memoryBytes: config.engineMemoryBytes,
        childModule: config.engineChildModule,
        fault: config.engineFault,
      }),
    },
  ],
  exports: [InferenceService],
})
export class InferenceModule {}
