import type { EntityManager } from 'typeorm';

/**
 * Whether shard `s` (joined with its run `r`) has all that it needs: a timing pass every sample of the run, other shards
 * the samples of the same items that theirs are made from. Samples that ended in an error are there, too.
 */
export const IS_READY = `((s.kind = 'samples' AND s.waits_for = '{}') OR NOT EXISTS (
  SELECT 1 FROM shards o WHERE o.run_id = s.run_id AND o.kind = 'samples' AND o.status IN ('queued', 'leased')
     AND (s.kind = 'timing' OR (o.arms && s.waits_for AND o.item_nos && s.item_nos))))`;

/**
 * Messages for the shards that waited for this one last. Precondition: the caller holds the run's lock, so that of two
 * shards that are done at the same time the later one sees the other.
 */
export async function callWaiting(tx: EntityManager, shardId: string): Promise<void> {
  await tx.query(
    `INSERT INTO outbox (shard_id, epoch, created_at)
     SELECT s.id, s.epoch, now() FROM shards d JOIN shards s ON s.run_id = d.run_id
      WHERE d.id = $1 AND s.status = 'queued' AND s.kind = 'samples'
        AND s.waits_for && d.arms AND s.item_nos && d.item_nos AND ${IS_READY}
      ORDER BY s.shard_no`,
    [shardId],
  );
}
