import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { DatasetsModule } from '../datasets/index.js';
import { InferenceModule } from '../inference/index.js';
import { ModelsModule } from '../models/index.js';
import { CompressService } from './compress.service.js';
import { ImportService } from './import/import.service.js';

@Module({})
export class CompressionModule {
  /** `imports` must export `RunsReader` and `ResultsService`. Only for processes that run engines. */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: CompressionModule,
      imports: [DatasetsModule, ModelsModule, InferenceModule, ...imports],
      providers: [CompressService, ImportService],
      exports: [CompressService, ImportService],
    };
  }
}
