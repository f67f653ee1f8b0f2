import { Global, Module, type DynamicModule } from '@nestjs/common';
import { LaconicConfig } from './config.js';

/** Registered once by the composition root; everybody injects `LaconicConfig`. */
@Global()
@Module({})
export class ConfigModule {
  static register(config: LaconicConfig): DynamicModule {
    return {
      module: ConfigModule,
      providers: [{ provide: LaconicConfig, useValue: config }],
      exports: [LaconicConfig],
    };
  }
}
