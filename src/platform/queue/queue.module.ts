import { BullModule } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import { createPostgresBackend, createRedisBackend, setDefaultBackendFactory, type QueueOptions } from 'bullmq';
import { QueueProbe } from './queue-probe.js';

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
  else setDefaultBackendFactory(createRedisBackend);
}

@Module({})
export class QueueModule {
  /** Nest does not start, and says why, when there is a Redis URL that leads nowhere. */
  static register(store: QueueStore): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      imports: [BullModule.forRoot({ connection: connectionOf(store) })],
      providers: [{ provide: QueueProbe, useFactory: async () => reachable(new QueueProbe(store.redisUrl)) }],
      exports: [BullModule, QueueProbe],
    };
  }

  static forQueue(name: string): DynamicModule {
    return { module: QueueModule, imports: [BullModule.registerQueue({ name })], exports: [BullModule] };
  }
}

async function reachable(probe: QueueProbe): Promise<QueueProbe> {
  await probe.ping();
  return probe;
}

function connectionOf(store: QueueStore): QueueOptions['connection'] {
  if (store.redisUrl !== null) return { url: store.redisUrl, maxRetriesPerRequest: null };
  return { connectionString: store.databaseUrl, migrate: true, max: POOL_SIZE };
}
