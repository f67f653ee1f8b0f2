import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { ComparisonsController } from './comparisons.controller.js';
import { ComparisonsService } from './comparisons.service.js';

@Module({})
export class ComparisonsModule {
  /** `imports` must export `RunsReader`, `SamplePages` and `SamplesReader`. */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: ComparisonsModule,
      imports,
      controllers: [ComparisonsController],
      providers: [ComparisonsService],
      exports: [ComparisonsService],
    };
  }
}
