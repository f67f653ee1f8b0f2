import { BullModule } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import { createPostgresBackend, setDefaultBackendFactory, type QueueOptions } from 'bullmq';

/** Where jobs are kept: in PostgreSQL beside the rows, or in Redis. */
export interface QueueStore {
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
}

/** Every queue, worker and listener opens a pool of its own; two connections each are enough. */
const POOL_SIZE = 2;

/** Must be called before the Nest application is created: the backend is chosen per process. */
export function chooseQueueBackend(store: QueueStore): void {
  if (store.redisUrl === null) setDefaultBackendFactory(createPostgresBackend);
}

@Module({})
export class QueueModule {
  static register(store: QueueStore): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      imports: [BullModule.forRoot({ connection: connectionOf(store) })],
      exports: [BullModule],
    };
  }

  static forQueue(name: string): DynamicModule {
    return { module: QueueModule, imports: [BullModule.registerQueue({ name })], exports: [BullModule] };
  }
}

function connectionOf(store: QueueStore): QueueOptions['connection'] {
  if (store.redisUrl !== null) return { url: store.redisUrl, maxRetriesPerRequest: null };
  return { connectionString: store.databaseUrl, migrate: true, max: POOL_SIZE };
}
