import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { dataSourceOptions, LaconicDataSource } from './data-source.js';

const POOL_SIZE = 10;

/** Connections of one process; migrations are applied before, by `migrate`. */
@Module({})
export class DatabaseModule {
  static register(url: string, poolSize = POOL_SIZE): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({
            ...dataSourceOptions(url, poolSize),
            autoLoadEntities: true,
            retryAttempts: 3,
            retryDelay: 500,
          }),
          dataSourceFactory: async (options) => new LaconicDataSource(options as DataSourceOptions).initialize(),
        }),
      ],
    };
  }
}
