import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { ExportsService } from './exports/exports.service.js';
import { ResultsController } from './results.controller.js';
import { ResultsService } from './results.service.js';

@Module({})
export class ResultsModule {
  /** `imports` must export `RunsReader`, `SamplePages` and `SamplesReader`: the runs module and the execution module of this process. */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: ResultsModule,
      imports,
      controllers: [ResultsController],
      providers: [ResultsService, ExportsService],
      exports: [ResultsService, ExportsService],
    };
  }
}
