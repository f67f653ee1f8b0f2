import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Queue } from 'bullmq';
import type { DataSource } from 'typeorm';
import { queueOf, SHARD_QUEUE, shardJobId, WORK_SCOPE, type ShardJob, type WorkScope } from './work-scope.js';

const BATCH = 200;

/**
 * Carries outbox rows to the queue. A row is marked only after the queue has taken the job; a crash in between sends
 * it twice, which the job id and the shard's epoch make harmless.
 */
@Injectable()
export class OutboxRelay {
  private readonly logger = new Logger(OutboxRelay.name);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(SHARD_QUEUE) private readonly queue: Queue<ShardJob>,
    @Inject(WORK_SCOPE) private readonly scope: WorkScope,
  ) {
    // A connection that is cut opens again by itself; without a listener its stack would be printed.
    queue.on('error', (err) => this.logger.warn({ err }, 'queue: connection lost'));
  }

  /** Returns how many messages were sent. */
  async relay(): Promise<number> {
    return this.dataSource.transaction(async (tx) => {
      const rows = await tx.query<{ id: string; shard_id: string; epoch: number }[]>(
        `SELECT o.id, o.shard_id, o.epoch FROM outbox o JOIN shards s ON s.id = o.shard_id JOIN runs r ON r.id = s.run_id
          WHERE o.published_at IS NULL AND r.queue = $1 ORDER BY o.id LIMIT ${BATCH} FOR UPDATE OF o SKIP LOCKED`,
        [queueOf(this.scope)],
      );
      if (rows.length === 0) return 0;
      await this.queue.addBulk(
        rows.map((row) => {
          const data = { shardId: row.shard_id, epoch: row.epoch };
          return { name: 'shard', data, opts: { jobId: shardJobId(data), removeOnComplete: true, removeOnFail: true } };
        }),
      );
      await tx.query(`UPDATE outbox SET published_at = now() WHERE id = ANY($1)`, [rows.map((row) => row.id)]);
      return rows.length;
    });
  }
}
