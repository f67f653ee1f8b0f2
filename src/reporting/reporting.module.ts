import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { CatalogueController } from './catalogue.controller.js';
import { ComparisonPageController } from './comparison/comparison-page.controller.js';
import { ReportController } from './report.controller.js';
import { ReportingService } from './reporting.service.js';

@Module({})
export class ReportingModule {
  /** `imports` must export providers of `ReportSource` and `ComparisonsService`. */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: ReportingModule,
      imports,
      controllers: [ReportController, CatalogueController, ComparisonPageController],
      providers: [ReportingService],
      exports: [ReportingService],
    };
  }
}
