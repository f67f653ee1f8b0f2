import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import {
  LaconicError,
  type ArmProgress,
  type EngineTotals,
  type FrozenSuite,
  type Item,
  type RunEvent,
  type RunProvenance,
  type RunStatus,
  type RunView,
} from '../domain/index.js';
import type { PlannedShard } from '../planning/index.js';
import type { RunsReader, StoredRun } from './runs-reader.js';

export interface NewRun {
  readonly id: string;
  readonly queue: string;
  readonly suite: FrozenSuite;
  readonly provenance: RunProvenance;
  readonly items: readonly Item[];
  readonly shards: readonly PlannedShard[];
  readonly expectedSamples: number;
  readonly idempotency: { readonly key: string; readonly requestHash: string } | null;
}

export interface RunFilter {
  readonly status?: RunStatus | undefined;
  readonly suite?: string | undefined;
  readonly limit: number;
  /** Id of the last run of the page before. */
  readonly after?: string | undefined;
}

interface RunRow {
  id: string;
  suite_name: string;
  status: RunStatus;
  reason: string | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  expected_samples: number;
  done: number;
}

const NO_TOTALS: EngineTotals = {
  decodedTokens: 0,
  decodedTokensKnown: true,
  chargedTokens: 0,
  sharingFactor: 1,
  prefillTokens: 0,
  prefillSharedTokens: 0,
  engineSeconds: 0,
  wallSeconds: 0,
};

const VIEW = `r.id, r.suite_name, r.status, r.reason, r.created_at, r.started_at, r.finished_at, r.expected_samples,
  (SELECT count(*)::int FROM samples s WHERE s.run_id = r.id) AS done`;

@Injectable()
export class RunsRepository implements RunsReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Run, items, shards and outbox in one transaction: a run exists whole or not at all.
   * Returns false, and writes nothing, when the idempotency key is taken.
   */
  async insert(run: NewRun): Promise<boolean> {
    return this.dataSource.transaction(async (tx) => {
      const inserted = await tx.query<unknown[]>(
        `INSERT INTO runs (id, queue, suite_name, suite, suite_sha256, status, provenance, idempotency_key, request_hash, expected_samples, created_at)
         VALUES ($1, $2, $3, $4::jsonb, $5, 'queued', $6::jsonb, $7, $8, $9, now())
         ON CONFLICT (idempotency_key) DO NOTHING RETURNING id`,
        [
          run.id,
          run.queue,
          run.suite.name,
          JSON.stringify(run.suite),
          run.suite.sha256,
          JSON.stringify(run.provenance),
          run.idempotency?.key ?? null,
          run.idempotency?.requestHash ?? null,
          run.expectedSamples,
        ],
      );
      if (inserted.length === 0) return false;
      await insertItems(tx, run);
      await insertShards(tx, run);
      await addStatusEvent(tx, run.id, 'queued');
      return true;
    });
  }

  async byIdempotencyKey(key: string): Promise<{ id: string; requestHash: string } | null> {
    const [row] = await this.dataSource.query<{ id: string; request_hash: string }[]>(
      `SELECT id, request_hash FROM runs WHERE idempotency_key = $1`,
      [key],
    );
    return row ? { id: row.id, requestHash: row.request_hash } : null;
  }

  async view(runId: string): Promise<RunView> {
    const [row] = await this.dataSource.query<RunRow[]>(`SELECT ${VIEW} FROM runs r WHERE r.id = $1`, [runId]);
    if (!row) throw unknownRun(runId);
    return viewOf(row);
  }

  /** Newest first. */
  async list(filter: RunFilter): Promise<RunView[]> {
    const rows = await this.dataSource.query<RunRow[]>(
      `SELECT ${VIEW} FROM runs r
        WHERE ($1::text IS NULL OR r.status = $1) AND ($2::text IS NULL OR r.suite_name = $2)
          AND ($3::text IS NULL OR (r.created_at, r.id) < (SELECT a.created_at, a.id FROM runs a WHERE a.id = $3))
        ORDER BY r.created_at DESC, r.id DESC LIMIT $4`,
      [filter.status ?? null, filter.suite ?? null, filter.after ?? null, filter.limit],
    );
    return rows.map(viewOf);
  }

  async stored(runId: string): Promise<StoredRun> {
    const [row] = await this.dataSource.query<
      { suite: FrozenSuite; provenance: RunProvenance; engine_totals: EngineTotals | null }[]
    >(`SELECT suite, provenance, engine_totals FROM runs WHERE id = $1`, [runId]);
    if (!row) throw unknownRun(runId);
    return {
      view: await this.view(runId),
      suite: row.suite,
      provenance: row.provenance,
      engine: row.engine_totals ?? NO_TOTALS,
    };
  }

  async items(runId: string): Promise<Item[]> {
    const rows = await this.dataSource.query<{ content: Item }[]>(
      `SELECT content FROM run_items WHERE run_id = $1 ORDER BY item_no`,
      [runId],
    );
    return rows.map((row) => row.content);
  }

  /** In the order of the suite. */
  async armProgress(runId: string): Promise<ArmProgress[]> {
    const { suite } = await this.stored(runId);
    const rows = await this.dataSource.query<{ arm: string; done: number; correct: number; tokens: string }[]>(
      `SELECT arm, count(*)::int AS done, count(*) FILTER (WHERE correct)::int AS correct, coalesce(sum(delivered), 0) AS tokens
         FROM samples WHERE run_id = $1 GROUP BY arm`,
      [runId],
    );
    const items = suite.datasets.reduce((sum, dataset) => sum + dataset.items, 0);
    return suite.arms.map((arm) => {
      const row = rows.find((each) => each.arm === arm.name);
      return {
        arm: arm.name,
        done: row?.done ?? 0,
        total: items * arm.sampling.repeats,
        correct: row?.correct ?? 0,
        deliveredTokens: Number(row?.tokens ?? 0),
      };
    });
  }

  async shardCounts(runId: string): Promise<{ done: number; total: number }> {
    const [row] = await this.dataSource.query<{ done: number; total: number }[]>(
      `SELECT count(*) FILTER (WHERE status = 'done')::int AS done, count(*) FILTER (WHERE status <> 'split')::int AS total
         FROM shards WHERE run_id = $1`,
      [runId],
    );
    return row ?? { done: 0, total: 0 };
  }

  async events(runId: string, after: number): Promise<RunEvent[]> {
    const rows = await this.dataSource.query<
      { seq: string; at: Date; type: RunEvent['type']; detail: RunEvent['detail'] }[]
    >(`SELECT seq, at, type, detail FROM run_events WHERE run_id = $1 AND seq > $2 ORDER BY seq LIMIT 500`, [
      runId,
      after,
    ]);
    return rows.map((row) => ({ seq: Number(row.seq), at: row.at.toISOString(), type: row.type, detail: row.detail }));
  }

  /** Stops a run for good; workers notice at their next write or heartbeat. False when it had ended already. */
  async cancel(runId: string): Promise<boolean> {
    return this.dataSource.transaction(async (tx) => {
      const [run] = await tx.query<{ status: RunStatus }[]>(`SELECT status FROM runs WHERE id = $1 FOR NO KEY UPDATE`, [
        runId,
      ]);
      if (!run) throw unknownRun(runId);
      if (run.status !== 'queued' && run.status !== 'running') return false;
      await tx.query(`UPDATE shards SET status = 'cancelled' WHERE run_id = $1 AND status IN ('queued', 'leased')`, [
        runId,
      ]);
      await tx.query(`UPDATE runs SET status = 'cancelled', finished_at = now() WHERE id = $1`, [runId]);
      await addStatusEvent(tx, runId, 'cancelled');
      return true;
    });
  }

  /**
   * Makes what is missing eligible again: cancelled shards, and the items that ended in an error.
   * Shards in other workers' hands stay there. False when nothing is missing.
   */
  async reopen(runId: string, queue: string): Promise<boolean> {
    return this.dataSource.transaction(async (tx) => {
      const [run] = await tx.query<{ status: RunStatus }[]>(`SELECT status FROM runs WHERE id = $1 FOR NO KEY UPDATE`, [
        runId,
      ]);
      if (!run) throw unknownRun(runId);
      if (run.status === 'completed') return false;
      const failed = await tx.query<[{ item_no: number }[], number]>(
        `DELETE FROM samples WHERE run_id = $1 AND record->>'stopReason' = 'error' RETURNING item_no`,
        [runId],
      );
      const items = failed[0].map((row) => row.item_no);
      await tx.query(
        `UPDATE shards SET status = 'queued', deaths = 0, leased_until = NULL, worker = NULL
          WHERE run_id = $1 AND (status = 'cancelled' OR (status = 'done' AND kind = 'samples' AND item_nos && $2::int[]))`,
        [runId, items],
      );
      await tx.query(`UPDATE runs SET status = 'queued', queue = $2, reason = NULL, finished_at = NULL WHERE id = $1`, [
        runId,
        queue,
      ]);
      await tx.query(
        `INSERT INTO outbox (shard_id, epoch, created_at)
         SELECT id, epoch, now() FROM shards
          WHERE run_id = $1 AND status = 'queued' AND kind = 'samples' AND waits_for = '{}' ORDER BY shard_no`,
        [runId],
      );
      await addStatusEvent(tx, runId, 'queued');
      return true;
    });
  }
}

async function insertItems(tx: EntityManager, run: NewRun): Promise<void> {
  await tx.query(
    `INSERT INTO run_items (run_id, item_no, dataset, item_id, content)
     SELECT $1, u.item_no, u.dataset, u.item_id, u.content::jsonb
       FROM unnest($2::int[], $3::text[], $4::text[], $5::text[]) AS u(item_no, dataset, item_id, content)`,
    [
      run.id,
      run.items.map((_item, itemNo) => itemNo),
      run.items.map((item) => item.dataset),
      run.items.map((item) => item.id),
      run.items.map((item) => JSON.stringify(item)),
    ],
  );
}

/** A shard that needs other samples gets no message, the timing shard among them: it is called when they are there. */
async function insertShards(tx: EntityManager, run: NewRun): Promise<void> {
  for (const shard of run.shards) {
    await tx.query(
      `INSERT INTO shards (id, run_id, shard_no, kind, model, item_nos, arms, waits_for, status, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', now())`,
      [shard.id, run.id, shard.shardNo, shard.kind, shard.model, shard.itemNos, shard.arms, shard.waitsFor],
    );
  }
  await tx.query(
    `INSERT INTO outbox (shard_id, epoch, created_at)
     SELECT id, epoch, now() FROM shards WHERE run_id = $1 AND kind = 'samples' AND waits_for = '{}' ORDER BY shard_no`,
    [run.id],
  );
}

async function addStatusEvent(tx: EntityManager, runId: string, status: RunStatus): Promise<void> {
  await tx.query(
    `INSERT INTO run_events (run_id, type, detail) VALUES ($1, 'status', jsonb_build_object('status', $2::text))`,
    [runId, status],
  );
}

function viewOf(row: RunRow): RunView {
  return {
    id: row.id,
    suite: row.suite_name,
    status: row.status,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    reason: row.reason,
    progress: { done: row.done, total: row.expected_samples },
  };
}

function unknownRun(runId: string): LaconicError {
  return new LaconicError('run-unknown', `There is no run ${runId}.`, {
    hint: 'List the runs with `laconic runs ls` or GET /api/v1/runs.',
    where: runId,
  });
}
