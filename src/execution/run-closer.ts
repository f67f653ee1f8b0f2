import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { unionSeconds, type EngineTotals, type RunStatus } from '../domain/index.js';
import type { BusyCounters } from '../inference/index.js';
import { addEvent, type Spending } from './shards.repository.js';

const NAMED_ITEMS = 3;

interface ShardState {
  kind: 'samples' | 'timing';
  status: string;
}

/**
 * Ends runs. Whether a run is complete is read from its rows under the run's lock, never from messages: calling this
 * twice, late, or from two processes changes nothing.
 */
@Injectable()
export class RunCloser {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Closes the run if nothing is left to do; true when this call closed it. */
  async tryClose(runId: string): Promise<boolean> {
    return this.dataSource.transaction(async (tx) => {
      const [run] = await tx.query<{ status: RunStatus; expected_samples: number }[]>(
        `SELECT status, expected_samples FROM runs WHERE id = $1 FOR NO KEY UPDATE`,
        [runId],
      );
      if (!run || !['queued', 'running'].includes(run.status)) return false;
      const shards = await tx.query<ShardState[]>(`SELECT kind, status FROM shards WHERE run_id = $1`, [runId]);
      if (shards.some((shard) => shard.status === 'queued' || shard.status === 'leased')) return false;
      await this.close(tx, runId, run.expected_samples);
      return true;
    });
  }

  /** Ends the run as failed, keeping every sample; used where going on makes no sense. */
  async fail(runId: string, reason: string): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      const [run] = await tx.query<{ status: RunStatus }[]>(`SELECT status FROM runs WHERE id = $1 FOR NO KEY UPDATE`, [
        runId,
      ]);
      if (!run || !['queued', 'running'].includes(run.status)) return;
      await tx.query(`UPDATE shards SET status = 'cancelled' WHERE run_id = $1 AND status IN ('queued', 'leased')`, [
        runId,
      ]);
      await this.finish(tx, runId, { status: 'failed', reason });
    });
  }

  private async close(tx: EntityManager, runId: string, expected: number): Promise<void> {
    const [counts] = await tx.query<{ stored: number; errors: number }[]>(
      `SELECT count(*)::int AS stored, count(*) FILTER (WHERE record->>'stopReason' = 'error')::int AS errors
         FROM samples WHERE run_id = $1`,
      [runId],
    );
    const stored = counts?.stored ?? 0;
    const errors = counts?.errors ?? 0;
    if (stored < expected) {
      await this.finish(tx, runId, {
        status: 'partial',
        reason: `${expected - stored} of ${expected} samples are missing`,
      });
    } else if (errors > 0) {
      const reason = `${errors} of ${expected} samples ended in an error: ${await failedItems(tx, runId)}`;
      await this.finish(tx, runId, { status: 'partial', reason });
    } else {
      await this.finish(tx, runId, { status: 'completed', reason: null });
    }
  }

  private async finish(
    tx: EntityManager,
    runId: string,
    end: { status: RunStatus; reason: string | null },
  ): Promise<void> {
    const totals = await engineTotals(tx, runId);
    await tx.query(
      `UPDATE runs SET status = $2, reason = $3, finished_at = now(), engine_totals = $4::jsonb WHERE id = $1`,
      [runId, end.status, end.reason, JSON.stringify(totals)],
    );
    await addEvent(tx, runId, 'status', { status: end.status, reason: end.reason });
  }
}

/** The items behind the samples that ended in an error, the first few by name with what happened to them. */
async function failedItems(tx: EntityManager, runId: string): Promise<string> {
  const rows = await tx.query<{ item: string; detail: string | null }[]>(
    `SELECT dataset || '/' || item_id AS item, min(record->>'stopDetail') AS detail
       FROM samples WHERE run_id = $1 AND record->>'stopReason' = 'error'
      GROUP BY dataset, item_id, item_no ORDER BY item_no`,
    [runId],
  );
  const named = rows.slice(0, NAMED_ITEMS).map(({ item, detail }) => (detail === null ? item : `${item} (${detail})`));
  const more = rows.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more items` : ''}`;
}

/** Of all leases of the sample shards, finished or not; the timing pass is measured apart and does not enter. */
async function engineTotals(tx: EntityManager, runId: string): Promise<EngineTotals> {
  const rows = await tx.query<{ counters: Spending[] }[]>(
    `SELECT counters FROM shards WHERE run_id = $1 AND kind = 'samples' AND counters IS NOT NULL`,
    [runId],
  );
  const [charged] = await tx.query<{ tokens: string }[]>(
    `SELECT coalesce(sum(delivered + (record->'ledger'->>'probePrompt')::int + (record->'ledger'->>'probeSampled')::int
            + (record->'ledger'->>'draftRejected')::int), 0) AS tokens FROM samples WHERE run_id = $1`,
    [runId],
  );
  const [wall] = await tx.query<{ seconds: number | null }[]>(
    `SELECT extract(epoch FROM max(s.finished_at) - min(r.started_at))::float8 AS seconds
       FROM runs r JOIN shards s ON s.run_id = r.id AND s.kind = 'samples' WHERE r.id = $1`,
    [runId],
  );
  const leases = rows.flatMap((row) => row.counters);
  const counters = leases.flatMap((spending) => spending ?? []);
  const sum = (read: (each: BusyCounters) => number): number => counters.reduce((total, each) => total + read(each), 0);
  const decodedTokens = sum((each) => each.decodedTokens);
  const chargedTokens = Number(charged?.tokens ?? 0);
  return {
    decodedTokens,
    decodedTokensKnown: leases.every((spending) => spending !== null),
    chargedTokens,
    sharingFactor: decodedTokens > 0 ? chargedTokens / decodedTokens : 1,
    prefillTokens: sum((each) => each.prefillTokens),
    prefillSharedTokens: sum((each) => each.prefillSharedTokens),
    engineSeconds: unionSeconds(counters.map(engineSpan)),
    wallSeconds: wall?.seconds ?? 0,
  };
}

/** When it was in the engine, without the pauses inside it: those would count as work of the engine. */
function engineSpan({ busyFrom, busyTo, engineSeconds }: BusyCounters): readonly [number, number] {
  return [busyFrom, Math.min(busyTo, busyFrom + engineSeconds * 1000)];
}
