import { Redis } from 'ioredis';
import { LaconicError } from '../../domain/index.js';

const CONNECT_MILLISECONDS = 3000;

/** Whether the queue can be reached; one that lives in PostgreSQL goes with the database and has no probe of its own. */
export class QueueProbe {
  constructor(private readonly redisUrl: string | null) {}

  get separate(): boolean {
    return this.redisUrl !== null;
  }

  /** Throws `queue-unavailable`. Over a connection of its own: the queues' connections would wait for Redis to come back. */
  async ping(): Promise<void> {
    if (this.redisUrl === null) return;
    const client = new Redis(this.redisUrl, {
      lazyConnect: true,
      retryStrategy: null,
      maxRetriesPerRequest: 0,
      connectTimeout: CONNECT_MILLISECONDS,
    });
    let reason = '';
    client.on('error', (error: Error) => {
      reason = error.message || (error as NodeJS.ErrnoException).code || '';
    });
    try {
      await client.connect();
      await client.ping();
    } catch (cause) {
      throw new LaconicError('queue-unavailable', `Redis cannot be reached: ${reason || (cause as Error).message}`, {
        hint: 'Check that Redis runs and that REDIS_URL names it, or unset REDIS_URL to keep the queue in PostgreSQL.',
        where: 'REDIS_URL',
        cause,
      });
    } finally {
      client.disconnect();
    }
  }
}
