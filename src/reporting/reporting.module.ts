import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { CatalogueController } from './catalogue.controller.js';
import { ReportController } from './report.controller.js';
import { ReportingService } from './reporting.service.js';

@Module({})
export class ReportingModule {
  /** `imports` must export a provider of `ReportSource`. */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: ReportingModule,
      imports,
      controllers: [ReportController, CatalogueController],
      providers: [ReportingService],
      exports: [ReportingService],
    };
  }
}
