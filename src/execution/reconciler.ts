import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { OutboxRelay } from './outbox.relay.js';
import { RunCloser } from './run-closer.js';
import { ShardsRepository } from './shards.repository.js';
import { workerIsGone } from './worker-name.js';
import { queueOf, WORK_SCOPE, type WorkScope } from './work-scope.js';

const RELAY_MILLISECONDS = 250;
const RECONCILE_EVERY = 8;
const RECALL_SECONDS = 20;

/**
 * Repairs from rows what messages can lose: sends the outbox, takes back leases that ran out, calls shards again whose
 * message vanished, and closes runs whose last worker died before closing them. Runs in every process; safe in many.
 */
@Injectable()
export class Reconciler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Reconciler.name);
  private timer: NodeJS.Timeout | null = null;
  private round = 0;
  private active: Promise<void> = Promise.resolve();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(WORK_SCOPE) private readonly scope: WorkScope,
    private readonly relay: OutboxRelay,
    private readonly shards: ShardsRepository,
    private readonly closer: RunCloser,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    await this.active;
  }

  /** One full round now; shards are called again whose last message is older than `recallSeconds`. */
  async reconcile(recallSeconds = RECALL_SECONDS): Promise<void> {
    const queue = queueOf(this.scope);
    const gone = (await this.shards.lessees(queue)).filter(workerIsGone);
    await this.shards.reclaim(queue, gone);
    await this.shards.recall(queue, recallSeconds);
    await this.relay.relay();
    for (const runId of await this.finishedRuns(queue)) await this.closer.tryClose(runId);
  }

  private schedule(delay: number): void {
    this.timer = setTimeout(() => {
      this.active = this.tick().finally(() => {
        if (this.timer) this.schedule(RELAY_MILLISECONDS);
      });
    }, delay);
  }

  private async tick(): Promise<void> {
    try {
      const round = this.round++;
      // A process that begins calls everything that waits: it may be the one that can do what others had to leave.
      if (round === 0) await this.reconcile(0);
      else if (round % RECONCILE_EVERY === 0) await this.reconcile();
      else await this.relay.relay();
    } catch (error) {
      // The database may be away for a while; the next round repeats everything.
      this.logger.warn({ err: error }, 'reconciling failed, trying again');
    }
  }

  private async finishedRuns(queue: string): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `SELECT r.id FROM runs r WHERE r.queue = $1 AND r.status IN ('queued', 'running')
          AND NOT EXISTS (SELECT 1 FROM shards s WHERE s.run_id = r.id AND s.status IN ('queued', 'leased'))`,
      [queue],
    );
    return rows.map((row) => row.id);
  }
}
