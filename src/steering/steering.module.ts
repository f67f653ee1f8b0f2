import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { DatasetsModule } from '../datasets/index.js';
import { InferenceModule } from '../inference/index.js';
import { ModelsModule } from '../models/index.js';
import { OverclockFit } from './overclock-fit.service.js';

@Module({})
export class SteeringModule {
  /** `imports` must export `RunsReader` and `ResultsService`. Only for processes that run engines. */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: SteeringModule,
      imports: [DatasetsModule, ModelsModule, InferenceModule, ...imports],
      providers: [OverclockFit],
      exports: [OverclockFit],
    };
  }
}
