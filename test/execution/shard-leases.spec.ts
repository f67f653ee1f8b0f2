import { RunCloser } from '../../src/execution/run-closer.js';
import type { SamplesRepository } from '../../src/execution/samples.repository.js';
import type { LeasedShard, ShardsRepository } from '../../src/execution/shards.repository.js';
import type { NewRun, RunsRepository } from '../../src/runs/runs.repository.js';
import { fence, IDENTITY, lessee, newRun, samplesOf, type RunShape } from '../support/stored-run.js';
import { twoProcesses, type TwoProcesses } from '../support/stores.js';
import type { TestDatabase } from '../support/test-database.js';

describe('shards and their leases', () => {
  let database: TestDatabase;
  let processes: TwoProcesses;
  let shards: ShardsRepository;
  let neighbour: ShardsRepository;
  let samples: SamplesRepository;
  let runs: RunsRepository;

  beforeAll(async () => {
    processes = await twoProcesses();
    ({ database } = processes);
    ({ shards, samples, runs } = processes.own);
    neighbour = processes.other.shards;
  });

  afterAll(async () => {
    await processes?.stop();
  });

  async function storedRun(shape: RunShape = {}): Promise<NewRun> {
    const run = newRun(shape);
    await runs.insert(run);
    return run;
  }

  async function leaseOf(shardId: string, epoch: number, worker = 'worker', seconds = 30): Promise<LeasedShard> {
    const outcome = await shards.lease({ shardId, epoch }, lessee(worker, { seconds }));
    if (outcome.kind !== 'leased') throw new Error(`not leased: ${outcome.kind}`);
    return outcome.shard;
  }

  async function state(shardId: string): Promise<{ status: string; epoch: number; worker: string | null }> {
    const [row] = await database.query<{ status: string; epoch: number; worker: string | null }>(
      'SELECT status, epoch, worker FROM shards WHERE id = $1',
      [shardId],
    );
    return row!;
  }

  async function stored(run: NewRun): Promise<{ item_no: number; arm: string; answer: string }[]> {
    return database.query(
      `SELECT item_no, arm, record->>'answer' AS answer FROM samples WHERE run_id = $1 ORDER BY item_no, arm`,
      [run.id],
    );
  }

  it('gives a shard to one of two workers that race for it', async () => {
    const run = await storedRun({ items: 96 });
    for (const { id } of run.shards) {
      const outcomes = await Promise.all([
        shards.lease({ shardId: id, epoch: 0 }, lessee('one')),
        neighbour.lease({ shardId: id, epoch: 0 }, lessee('two')),
      ]);
      expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['gone', 'leased']);
      const winner = outcomes[0].kind === 'leased' ? 'one' : 'two';
      expect(await state(id)).toEqual({ status: 'leased', epoch: 1, worker: winner });
    }
  });

  it('refuses a message that is older than the shard', async () => {
    const run = await storedRun();
    const first = await leaseOf(run.shards[0]!.id, 0);
    await shards.release(first);
    expect(await shards.lease({ shardId: first.id, epoch: 0 }, lessee('late'))).toEqual({ kind: 'gone' });
    expect((await leaseOf(first.id, 1)).epoch).toBe(2);
  });

  it('refuses everything a zombie does after its lease ran out', async () => {
    const run = await storedRun();
    const zombie = await leaseOf(run.shards[0]!.id, 0, 'zombie', 0);
    expect(await shards.reclaim(run.queue, [])).toBeGreaterThan(0);
    const write = samples.insert(run.id, fence(zombie), samplesOf(run, zombie.itemNos, 'zombie'));
    await expect(write).rejects.toMatchObject({ code: 'interrupted' });
    expect(await shards.renew(fence(zombie), 30)).toBe(false);

    const heir = await leaseOf(zombie.id, zombie.epoch, 'heir');
    await expect(samples.insert(run.id, fence(zombie), samplesOf(run, zombie.itemNos, 'zombie'))).rejects.toMatchObject(
      { code: 'interrupted' },
    );
    await expect(
      samples.insertTimings(run.id, fence(zombie), [{ arm: 'baseline', itemNo: 0, tokens: 1, seconds: 1 }]),
    ).rejects.toMatchObject({ code: 'interrupted' });
    await shards.complete(zombie, null);
    await shards.release(zombie);
    await shards.split(zombie, [{ id: `${zombie.id}-half`, itemNos: [0] }]);
    await shards.recordDeath(zombie);
    expect(await state(heir.id)).toEqual({ status: 'leased', epoch: 2, worker: 'heir' });
    expect(await stored(run)).toEqual([]);
    expect(await database.query('SELECT 1 FROM shards WHERE id = $1', [`${zombie.id}-half`])).toEqual([]);

    await samples.insert(run.id, fence(heir), samplesOf(run, heir.itemNos, 'heir'));
    await shards.complete(heir, null);
    expect(await state(heir.id)).toMatchObject({ status: 'done', epoch: 2 });
    expect((await stored(run)).map(({ answer }) => answer)).toEqual(heir.itemNos.flatMap(() => ['heir', 'heir']));
  });

  it('keeps the first of two samples with one arm, item and repeat', async () => {
    const run = await storedRun();
    const shard = await leaseOf(run.shards[0]!.id, 0);
    const [itemNo] = shard.itemNos;
    await samples.insert(run.id, fence(shard), samplesOf(run, [itemNo!], 'first'));
    await samples.insert(run.id, fence(shard), samplesOf(run, shard.itemNos, 'second'));
    const rows = await stored(run);
    expect(rows).toHaveLength(shard.itemNos.length * 2);
    for (const row of rows) expect(row.answer).toBe(row.item_no === itemNo ? 'first' : 'second');
  });

  it('takes back leases that ran out or whose worker is gone, and no others', async () => {
    const run = await storedRun({ items: 96 });
    const [expired, dead, alive] = await Promise.all([
      leaseOf(run.shards[0]!.id, 0, 'slow', 0),
      leaseOf(run.shards[1]!.id, 0, 'dead'),
      leaseOf(run.shards[2]!.id, 0, 'alive'),
    ]);
    await shards.reclaim(run.queue, ['dead']);
    expect(await state(expired.id)).toEqual({ status: 'queued', epoch: 1, worker: null });
    expect(await state(dead.id)).toEqual({ status: 'queued', epoch: 1, worker: null });
    expect(await state(alive.id)).toEqual({ status: 'leased', epoch: 1, worker: 'alive' });
    const messages = await database.query<{ shard_id: string }>(
      'SELECT shard_id FROM outbox WHERE epoch = 1 AND published_at IS NULL AND shard_id = ANY($1)',
      [[expired.id, dead.id, alive.id]],
    );
    expect(messages.map(({ shard_id }) => shard_id).toSorted()).toEqual([expired.id, dead.id].toSorted());
  });

  it('takes back each lease once when two processes reconcile together', async () => {
    const run = await storedRun({ items: 96 });
    for (const { id } of run.shards) await leaseOf(id, 0, 'dead', 0);
    await Promise.all([shards.reclaim(run.queue, []), neighbour.reclaim(run.queue, [])]);
    const [row] = await database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM outbox WHERE epoch = 1 AND shard_id IN (SELECT id FROM shards WHERE run_id = $1)`,
      [run.id],
    );
    expect(row?.n).toBe(run.shards.length);
  });

  it('pins the engine of the first lease and says what another one has to do with it', async () => {
    const run = await storedRun();
    const shard = await leaseOf(run.shards[0]!.id, 0);
    await shards.release(shard);
    const other = { ...IDENTITY, build: 'b'.repeat(64) };
    expect(await shards.lease(fence(shard), lessee('other', { identity: other }))).toEqual({
      kind: 'other-engine',
      runId: run.id,
      pinned: IDENTITY,
    });
    await shards.explainWait(shard.id, 'another engine is needed');
    await shards.explainWait(shard.id, 'another engine is needed');
    expect(await runs.view(run.id)).toMatchObject({ status: 'running', reason: 'another engine is needed' });
    const told = (await runs.events(run.id, 0)).filter(({ detail }) => detail['reason'] === 'another engine is needed');
    expect(told).toHaveLength(1);
    await leaseOf(shard.id, 1);
    expect(await runs.view(run.id)).toMatchObject({ status: 'running', reason: null });
  });

  it('numbers the halves of shards that are split at the same time', async () => {
    const run = await storedRun({ items: 96 });
    const leases = await Promise.all(run.shards.map(async ({ id }) => leaseOf(id, 0)));
    await Promise.all(
      leases.map(async (shard, index) =>
        (index % 2 === 0 ? shards : neighbour).split(shard, [
          { id: `${shard.id.slice(0, 22)}-a`, itemNos: shard.itemNos.slice(0, 1) },
          { id: `${shard.id.slice(0, 22)}-b`, itemNos: shard.itemNos.slice(1) },
        ]),
      ),
    );
    const rows = await database.query<{ status: string; shard_no: number }>(
      'SELECT status, shard_no FROM shards WHERE run_id = $1 ORDER BY shard_no',
      [run.id],
    );
    expect(rows.map(({ shard_no }) => shard_no)).toEqual(
      Array.from({ length: leases.length * 3 }, (_, index) => index),
    );
    expect(rows.filter(({ status }) => status === 'split')).toHaveLength(leases.length);
    expect(await runs.shardCounts(run.id)).toEqual({ done: 0, total: leases.length * 2 });
  });

  it('goes on after a cancelled run is opened again, and refuses whoever held the shard before', async () => {
    const run = await storedRun();
    const before = await leaseOf(run.shards[0]!.id, 0, 'before');
    await samples.insert(run.id, fence(before), samplesOf(run, before.itemNos.slice(0, 1), 'before'));
    await runs.cancel(run.id);
    const late = samples.insert(run.id, fence(before), samplesOf(run, before.itemNos, 'late'));
    await expect(late).rejects.toMatchObject({ code: 'interrupted' });
    await runs.reopen(run.id, run.queue);
    const laterStill = samples.insert(run.id, fence(before), samplesOf(run, before.itemNos, 'late'));
    await expect(laterStill).rejects.toMatchObject({ code: 'interrupted' });
    for (const { id } of run.shards) {
      const shard = await leaseOf(id, (await state(id)).epoch, 'after');
      await samples.insert(run.id, fence(shard), samplesOf(run, shard.itemNos, 'after'));
      await shards.complete(shard, null);
    }
    expect(await new RunCloser(processes.own.source).tryClose(run.id)).toBe(true);
    expect(await runs.view(run.id)).toMatchObject({ status: 'completed', progress: { done: 16, total: 16 } });
    expect((await stored(run)).filter(({ answer }) => answer === 'before')).toHaveLength(2);
  });
});
