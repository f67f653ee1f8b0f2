import type { RunCloser } from '../../src/execution/run-closer.js';
import type { SamplesRepository } from '../../src/execution/samples.repository.js';
import type { LeasedShard, ShardsRepository } from '../../src/execution/shards.repository.js';
import type { NewRun, RunsRepository } from '../../src/runs/runs.repository.js';
import { fence, lessee, newRun, samplesOf, someArm } from '../support/stored-run.js';
import { twoProcesses, type TwoProcesses } from '../support/stores.js';
import type { TestDatabase } from '../support/test-database.js';

/** Of two models, so that the shard of the last two waits for two shards of the same items. */
const ARMS = [
  someArm({ technique: 'eat', name: 'again', params: { replay: 'baseline' } }),
  someArm({ technique: 'baseline' }),
  someArm({ technique: 'baseline', name: 'small', model: 'micro' }),
  someArm({ technique: 'cascade', params: { first: 'small' } }),
];

function shardsOf(run: NewRun, arm: string): readonly string[] {
  return run.shards.filter((shard) => shard.arms.includes(arm)).map((shard) => shard.id);
}

describe('shards that wait for other arms', () => {
  let database: TestDatabase;
  let processes: TwoProcesses;
  let shards: ShardsRepository;
  let neighbour: ShardsRepository;
  let samples: SamplesRepository;
  let runs: RunsRepository;
  let closer: RunCloser;

  beforeAll(async () => {
    processes = await twoProcesses();
    ({ database } = processes);
    ({ shards, samples, runs, closer } = processes.own);
    neighbour = processes.other.shards;
  });

  afterAll(async () => {
    await processes?.stop();
  });

  async function storedRun(items = 48): Promise<NewRun> {
    const run = newRun({ items, arms: ARMS });
    await runs.insert(run);
    return run;
  }

  /** Ids with a message that nobody has taken yet. */
  async function called(run: NewRun): Promise<Set<string>> {
    const rows = await database.query<{ shard_id: string }>(
      `SELECT o.shard_id FROM outbox o JOIN shards s ON s.id = o.shard_id AND s.epoch = o.epoch
        WHERE s.run_id = $1 AND o.published_at IS NULL AND s.status = 'queued'`,
      [run.id],
    );
    return new Set(rows.map((row) => row.shard_id));
  }

  async function epochOf(shardId: string): Promise<number> {
    const [row] = await database.query<{ epoch: number }>('SELECT epoch FROM shards WHERE id = $1', [shardId]);
    return row!.epoch;
  }

  async function lease(shardId: string, worker = 'worker', seconds = 30): Promise<LeasedShard> {
    const outcome = await shards.lease({ shardId, epoch: await epochOf(shardId) }, lessee(worker, { seconds }));
    if (outcome.kind !== 'leased') throw new Error(`not leased: ${outcome.kind}`);
    return outcome.shard;
  }

  async function finish(run: NewRun, shard: LeasedShard, by: ShardsRepository = shards): Promise<void> {
    const own = samplesOf(run, shard.itemNos).filter(({ arm }) => shard.arms.includes(arm));
    await samples.insert(run.id, fence(shard), own);
    await by.complete(shard, null);
  }

  it('are called when the last shard of the same items that they need is done, and no sooner', async () => {
    const run = await storedRun();
    const waiting = shardsOf(run, 'again');
    expect(waiting).toEqual(shardsOf(run, 'cascade'));
    expect(waiting.length).toBeGreaterThan(1);
    const first = [...shardsOf(run, 'baseline'), ...shardsOf(run, 'small')];
    expect(await called(run)).toEqual(new Set(first));

    const needed = run.shards.find((shard) => shard.id === waiting[0])!.itemNos;
    const before = run.shards.filter((shard) => first.includes(shard.id) && shard.itemNos[0] === needed[0]);
    expect(before).toHaveLength(2);
    await finish(run, await lease(before[0]!.id));
    expect((await called(run)).has(waiting[0]!)).toBe(false);
    expect(await shards.lease({ shardId: waiting[0]!, epoch: 0 }, lessee('early'))).toEqual({ kind: 'gone' });
    await finish(run, await lease(before[1]!.id));
    expect([...(await called(run))].filter((id) => waiting.includes(id))).toEqual([waiting[0]]);
    expect((await lease(waiting[0]!)).arms).toEqual(['again', 'cascade']);
  });

  it('are called even where the two shards before them are done at the same moment', async () => {
    const run = await storedRun(96);
    const waiting = shardsOf(run, 'cascade');
    for (const id of waiting) {
      const [item] = run.shards.find((shard) => shard.id === id)!.itemNos;
      const before = run.shards.filter((shard) => shard.id !== id && shard.itemNos[0] === item);
      const leases = await Promise.all(before.map(async (shard) => lease(shard.id)));
      await Promise.all(leases.map(async (shard, index) => finish(run, shard, index === 0 ? shards : neighbour)));
    }
    expect([...(await called(run))].toSorted()).toEqual(waiting.toSorted());
  });

  it('wait for both halves of a shard that was split', async () => {
    const run = await storedRun(4);
    const [waiting] = shardsOf(run, 'again');
    const small = await lease(shardsOf(run, 'small')[0]!);
    await finish(run, small);
    const parent = await lease(shardsOf(run, 'baseline')[0]!);
    const middle = parent.itemNos.length / 2;
    const halves = [parent.itemNos.slice(0, middle), parent.itemNos.slice(middle)];
    await shards.split(
      parent,
      halves.map((itemNos, index) => ({ id: `${parent.id}-${index}`, itemNos })),
    );
    await finish(run, await lease(`${parent.id}-0`));
    expect((await called(run)).has(waiting!)).toBe(false);
    await finish(run, await lease(`${parent.id}-1`));
    expect((await called(run)).has(waiting!)).toBe(true);

    // Their own halves wait for nothing any more.
    const own = await lease(waiting!);
    await shards.split(own, [{ id: `${own.id}-0`, itemNos: own.itemNos }]);
    expect((await lease(`${own.id}-0`)).arms).toEqual(['again', 'cascade']);
  });

  it('go to another worker when theirs is gone, and are called again when their message is lost', async () => {
    const run = await storedRun(4);
    const [waiting] = shardsOf(run, 'again');
    await finish(run, await lease(shardsOf(run, 'baseline')[0]!));
    await database.query("UPDATE outbox SET published_at = now() - interval '1 hour'");
    await shards.recall(run.queue, 20);
    expect(await called(run)).toEqual(new Set(shardsOf(run, 'small')));

    await finish(run, await lease(shardsOf(run, 'small')[0]!));
    await database.query("UPDATE outbox SET published_at = now() - interval '1 hour'");
    await shards.recall(run.queue, 20);
    expect(await called(run)).toEqual(new Set([waiting]));

    await lease(waiting!, 'dead');
    await shards.reclaim(run.queue, ['dead']);
    expect(await called(run)).toEqual(new Set([waiting]));
    await finish(run, await lease(waiting!, 'heir'));
    expect(await closer.tryClose(run.id)).toBe(true);
    expect(await runs.view(run.id)).toMatchObject({ status: 'completed' });
  });

  it('keep the run open while they wait, and wait again after it was cancelled and resumed', async () => {
    const run = await storedRun(4);
    const [waiting] = shardsOf(run, 'cascade');
    await finish(run, await lease(shardsOf(run, 'baseline')[0]!));
    expect(await closer.tryClose(run.id)).toBe(false);
    await runs.cancel(run.id);
    expect(await shards.lease({ shardId: waiting!, epoch: 0 }, lessee('late'))).toEqual({ kind: 'gone' });
    await database.query('DELETE FROM outbox');
    await runs.reopen(run.id, run.queue);
    expect(await called(run)).toEqual(new Set(shardsOf(run, 'small')));
    await finish(run, await lease(shardsOf(run, 'small')[0]!));
    expect(await called(run)).toEqual(new Set([waiting]));
  });

  it('are made again with the samples that they are made from where these ended in an error', async () => {
    const run = await storedRun(4);
    for (const arm of ['baseline', 'small', 'again']) await finish(run, await lease(shardsOf(run, arm)[0]!));
    await database.query(
      `UPDATE samples SET record = jsonb_set(record, '{stopReason}', '"error"') WHERE run_id = $1 AND item_no = 3 AND arm IN ('small', 'cascade')`,
      [run.id],
    );
    await closer.tryClose(run.id);
    expect(await runs.view(run.id)).toMatchObject({ status: 'partial' });
    await runs.reopen(run.id, run.queue);
    const open = await called(run);
    expect(open.has(shardsOf(run, 'small')[0]!)).toBe(true);
    expect(open.has(shardsOf(run, 'cascade')[0]!)).toBe(false);
    for (const arm of ['baseline', 'small', 'again']) await finish(run, await lease(shardsOf(run, arm)[0]!));
    expect(await closer.tryClose(run.id)).toBe(true);
    expect(await runs.view(run.id)).toMatchObject({ status: 'completed', progress: { done: 16, total: 16 } });
  });
});
