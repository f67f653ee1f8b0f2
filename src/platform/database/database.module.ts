import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

/** Connections of one process; migrations are applied before, by `migrate`. */
@Module({})
export class DatabaseModule {
  static register(url: string): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url,
          autoLoadEntities: true,
          retryAttempts: 3,
          retryDelay: 500,
          uuidExtension: 'pgcrypto',
          installExtensions: false,
          extra: { max: 10, connectionTimeoutMillis: 10_000 },
        }),
      ],
    };
  }
}
