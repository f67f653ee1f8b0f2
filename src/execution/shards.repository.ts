import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { EngineIdentity, FrozenSuite, MachineProvenance, RunEvent, SelfCheck } from '../domain/index.js';
import type { BusyCounters, FrozenModelFile, RunSuppression } from '../inference/index.js';
import { callWaiting, IS_READY } from './shard-readiness.js';

export interface LeasedShard {
  readonly id: string;
  readonly runId: string;
  /** The fence: rows written under an older epoch are refused. */
  readonly epoch: number;
  readonly kind: 'samples' | 'timing';
  readonly model: FrozenModelFile;
  readonly itemNos: readonly number[];
  readonly arms: readonly string[];
  readonly deaths: number;
  readonly suite: FrozenSuite;
}

/** What the engine spent under one lease of a shard; null where nobody can say, because engine or worker died. */
export type Spending = readonly BusyCounters[] | null;

export type LeaseOutcome =
  | { readonly kind: 'leased'; readonly shard: LeasedShard }
  /** Done, cancelled, leased by another worker, waiting for samples, or the message is older than the shard. */
  | { readonly kind: 'gone' }
  /** The run is pinned to another engine identity. */
  | { readonly kind: 'other-engine'; readonly runId: string; readonly pinned: EngineIdentity };

export interface Lessee {
  readonly worker: string;
  readonly identity: EngineIdentity;
  readonly machine: MachineProvenance;
  readonly seconds: number;
}

export interface Fence {
  readonly shardId: string;
  readonly epoch: number;
}

interface LeasedRunRow {
  id: string;
  status: string;
  suite: FrozenSuite;
  engine_identity: EngineIdentity | null;
  models: FrozenModelFile[];
  same_engine: boolean;
}

interface ShardRow {
  id: string;
  run_id: string;
  epoch: number;
  kind: 'samples' | 'timing';
  model: string;
  item_nos: number[];
  arms: string[];
  deaths: number;
}

/**
 * Shards change hands here and nowhere else. Lock order everywhere: run row, then shard row. A run row is locked
 * FOR NO KEY UPDATE: the foreign keys of samples and events take a key share on it while they hold their shard, and
 * the stronger lock would wait for them in a circle.
 */
@Injectable()
export class ShardsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Takes the shard if it still stands at `epoch`; the first lease of a run pins the engine identity. What the lease
   * spends is unknown until its holder says so.
   */
  async lease(fence: Fence, lessee: Lessee): Promise<LeaseOutcome> {
    return this.dataSource.transaction(async (tx) => {
      const [run] = await tx.query<LeasedRunRow[]>(
        `SELECT r.id, r.status, r.suite, r.engine_identity, r.provenance->'models' AS models,
                (r.engine_identity IS NULL OR r.engine_identity = $2::jsonb) AS same_engine
           FROM runs r JOIN shards s ON s.run_id = r.id WHERE s.id = $1 FOR NO KEY UPDATE OF r`,
        [fence.shardId, JSON.stringify(lessee.identity)],
      );
      if (!run || !['queued', 'running'].includes(run.status)) return { kind: 'gone' };
      if (run.engine_identity && !run.same_engine)
        return { kind: 'other-engine', runId: run.id, pinned: run.engine_identity };
      const shard = await one<ShardRow>(
        tx,
        `UPDATE shards s SET status = 'leased', epoch = epoch + 1, worker = $3, leased_until = now() + make_interval(secs => $4),
                counters = coalesce(counters, '[]') || 'null'
          WHERE id = $1 AND epoch = $2 AND status = 'queued' AND ${IS_READY}
        RETURNING id, run_id, epoch, kind, model, item_nos, arms, deaths`,
        [fence.shardId, fence.epoch, lessee.worker, lessee.seconds],
      );
      if (!shard) return { kind: 'gone' };
      await tx.query(
        `UPDATE runs SET status = 'running', reason = NULL, started_at = coalesce(started_at, now()),
                provenance = CASE WHEN engine_identity IS NULL THEN provenance || jsonb_build_object('engine', $2::jsonb, 'machine', $3::jsonb)
                                  ELSE provenance END,
                engine_identity = coalesce(engine_identity, $2::jsonb) WHERE id = $1`,
        [run.id, JSON.stringify(lessee.identity), JSON.stringify(lessee.machine)],
      );
      await addEvent(tx, run.id, 'shard-started', { shard: shard.id, worker: lessee.worker });
      return { kind: 'leased', shard: leased(shard, run) };
    });
  }

  /** Says on the run why its shards wait, once per reason; the next lease takes it back. */
  async explainWait(shardId: string, reason: string): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      const run = await one<{ id: string; status: string }>(
        tx,
        `UPDATE runs r SET reason = $2 FROM shards s WHERE s.id = $1 AND r.id = s.run_id
            AND r.status IN ('queued', 'running') AND r.reason IS DISTINCT FROM $2 RETURNING r.id, r.status`,
        [shardId, reason],
      );
      if (run) await addEvent(tx, run.id, 'status', { status: run.status, reason });
    });
  }

  /** False when the lease was lost: the caller must stop. */
  async renew(fence: Fence, seconds: number): Promise<boolean> {
    const row = await one(
      this.dataSource.manager,
      `UPDATE shards SET leased_until = now() + make_interval(secs => $3)
        WHERE id = $1 AND epoch = $2 AND status = 'leased' RETURNING id`,
      [fence.shardId, fence.epoch, seconds],
    );
    return row !== undefined;
  }

  /** Ends the shard's work, and calls the shards that have waited for it. */
  async complete(shard: LeasedShard, spending: Spending): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      await tx.query(`SELECT 1 FROM runs WHERE id = $1 FOR NO KEY UPDATE`, [shard.runId]);
      await recordSpending(tx, shard, spending);
      const done = await one(
        tx,
        `UPDATE shards SET status = 'done', finished_at = now(), leased_until = NULL
          WHERE id = $1 AND epoch = $2 AND status = 'leased' RETURNING id`,
        [shard.id, shard.epoch],
      );
      if (!done) return;
      await addEvent(tx, shard.runId, shard.kind === 'timing' ? 'timing-done' : 'shard-done', { shard: shard.id });
      await callWaiting(tx, shard.id);
    });
  }

  /** What a lease spent that did not finish its shard, also where the run was cancelled meanwhile. */
  async recordSpending(shard: LeasedShard, spending: Spending): Promise<void> {
    await recordSpending(this.dataSource.manager, shard, spending);
  }

  /** What a run's nowait arms ban; every shard finds the same, so the last one may win. */
  async recordSuppression(runId: string, suppression: RunSuppression): Promise<void> {
    if (Object.keys(suppression).length === 0) return;
    await this.dataSource.query(
      `UPDATE runs SET provenance = jsonb_set(provenance, '{suppression}', coalesce(provenance->'suppression', '{}') || $2::jsonb)
        WHERE id = $1`,
      [runId, JSON.stringify(suppression)],
    );
  }

  /** Whether the model's samples are the same alone; every shard finds the same. */
  async recordSelfCheck(runId: string, alias: string, check: SelfCheck): Promise<void> {
    await this.dataSource.query(
      `UPDATE runs SET provenance = jsonb_set(provenance, '{selfCheck}',
              coalesce(provenance->'selfCheck', '{}') || jsonb_build_object($2::text, $3::jsonb)) WHERE id = $1`,
      [runId, alias, JSON.stringify(check)],
    );
  }

  /** Gives the shard back unharmed, e.g. at shutdown; another worker finds it through the outbox. */
  async release(shard: LeasedShard): Promise<void> {
    await this.dataSource.transaction(async (tx) => requeue(tx, { shardId: shard.id, epoch: shard.epoch }));
  }

  /** Counts a death of the engine under this shard and queues it again; returns the deaths so far. */
  async recordDeath(shard: LeasedShard): Promise<number> {
    return this.dataSource.transaction(async (tx) => {
      const row = await one<{ deaths: number }>(
        tx,
        `UPDATE shards SET deaths = deaths + 1 WHERE id = $1 AND epoch = $2 AND status = 'leased' RETURNING deaths`,
        [shard.id, shard.epoch],
      );
      if (!row) return shard.deaths;
      await addEvent(tx, shard.runId, 'shard-retried', { shard: shard.id, deaths: row.deaths });
      return row.deaths;
    });
  }

  /** For whoever follows the run: the item that the engine could not survive. */
  async recordItemFailure(shard: LeasedShard, item: { dataset: string; id: string }, detail: string): Promise<void> {
    await addEvent(this.dataSource.manager, shard.runId, 'item-failed', {
      shard: shard.id,
      dataset: item.dataset,
      item: item.id,
      detail,
    });
  }

  /** Replaces a shard by two halves of its items; samples that exist stay valid. */
  async split(shard: LeasedShard, halves: readonly { id: string; itemNos: readonly number[] }[]): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      // One split at a time: the halves are numbered after the run's last shard.
      await tx.query(`SELECT 1 FROM runs WHERE id = $1 FOR NO KEY UPDATE`, [shard.runId]);
      const parent = await one(
        tx,
        `UPDATE shards SET status = 'split', finished_at = now() WHERE id = $1 AND epoch = $2 AND status = 'leased' RETURNING id`,
        [shard.id, shard.epoch],
      );
      if (!parent) return;
      for (const half of halves) {
        await tx.query(
          `INSERT INTO shards (id, run_id, shard_no, kind, model, item_nos, arms, waits_for, status, created_at)
           SELECT $1, run_id, (SELECT max(shard_no) + 1 FROM shards WHERE run_id = $2), kind, model, $3, arms, waits_for, 'queued', now()
             FROM shards WHERE id = $4
           ON CONFLICT (id) DO NOTHING`,
          [half.id, shard.runId, half.itemNos, shard.id],
        );
        await tx.query(`INSERT INTO outbox (shard_id, epoch, created_at) VALUES ($1, 0, now())`, [half.id]);
      }
      await addEvent(tx, shard.runId, 'shard-split', { shard: shard.id, into: halves.map((half) => half.id) });
    });
  }

  /** Queued again: leases that ran out, and those of `deadWorkers`. */
  async reclaim(queue: string, deadWorkers: readonly string[]): Promise<number> {
    return this.dataSource.transaction(async (tx) => {
      const rows = await tx.query<{ id: string; epoch: number }[]>(
        `SELECT s.id, s.epoch FROM shards s JOIN runs r ON r.id = s.run_id
          WHERE r.queue = $1 AND s.status = 'leased' AND (s.leased_until < now() OR s.worker = ANY($2))
          FOR UPDATE OF s SKIP LOCKED`,
        [queue, deadWorkers],
      );
      for (const row of rows) await requeue(tx, { shardId: row.id, epoch: row.epoch });
      return rows.length;
    });
  }

  /** Workers that hold leases of this queue's runs. */
  async lessees(queue: string): Promise<string[]> {
    const rows = await this.dataSource.query<{ worker: string }[]>(
      `SELECT DISTINCT s.worker FROM shards s JOIN runs r ON r.id = s.run_id WHERE r.queue = $1 AND s.status = 'leased'`,
      [queue],
    );
    return rows.map((row) => row.worker);
  }

  /**
   * Messages for queued shards whose last message is older than `seconds` (the queue may have lost it).
   * A shard that needs others' samples is called only when they are there.
   */
  async recall(queue: string, seconds: number): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO outbox (shard_id, epoch, created_at)
       SELECT s.id, s.epoch, now() FROM shards s JOIN runs r ON r.id = s.run_id
        WHERE r.queue = $1 AND r.status IN ('queued', 'running') AND s.status = 'queued'
          AND ${IS_READY}
          AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.shard_id = s.id AND o.epoch = s.epoch
                             AND (o.published_at IS NULL OR o.published_at > now() - make_interval(secs => $2)))`,
      [queue, seconds],
    );
  }
}

export async function addEvent(
  tx: EntityManager,
  runId: string,
  type: RunEvent['type'],
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  await tx.query(`INSERT INTO run_events (run_id, type, detail) VALUES ($1, $2, $3::jsonb)`, [
    runId,
    type,
    JSON.stringify(detail),
  ]);
}

/** A shard's counters hold one entry per lease, in order. */
async function recordSpending(
  tx: EntityManager,
  { id, epoch }: Pick<LeasedShard, 'id' | 'epoch'>,
  spending: Spending,
): Promise<void> {
  await tx.query(
    `UPDATE shards SET counters = jsonb_set(counters, ARRAY[(epoch - 1)::text], $3::jsonb) WHERE id = $1 AND epoch = $2`,
    [id, epoch, JSON.stringify(spending)],
  );
}

async function requeue(tx: EntityManager, fence: Fence): Promise<void> {
  const row = await one(
    tx,
    `UPDATE shards SET status = 'queued', worker = NULL, leased_until = NULL
      WHERE id = $1 AND epoch = $2 AND status = 'leased' RETURNING id`,
    [fence.shardId, fence.epoch],
  );
  if (row)
    await tx.query(`INSERT INTO outbox (shard_id, epoch, created_at) VALUES ($1, $2, now())`, [
      fence.shardId,
      fence.epoch,
    ]);
}

/** TypeORM answers `UPDATE … RETURNING` with [rows, count]; this hides the difference. */
async function one<T = Record<string, unknown>>(
  tx: EntityManager,
  sql: string,
  params: unknown[],
): Promise<T | undefined> {
  const answer = await tx.query<[T[], number]>(sql, params);
  return answer[0][0];
}

function leased(row: ShardRow, run: Pick<LeasedRunRow, 'suite' | 'models'>): LeasedShard {
  return {
    id: row.id,
    runId: row.run_id,
    epoch: row.epoch,
    kind: row.kind,
    // The run's provenance names every model of its shards.
    model: run.models.find(({ alias }) => alias === row.model) as FrozenModelFile,
    itemNos: row.item_nos,
    arms: row.arms,
    deaths: row.deaths,
    suite: run.suite,
  };
}
