import type { EngineTotals } from '../../src/domain/index.js';
import type { RunCloser } from '../../src/execution/run-closer.js';
import type { SamplesRepository } from '../../src/execution/samples.repository.js';
import type { LeasedShard, ShardsRepository } from '../../src/execution/shards.repository.js';
import type { BusyCounters } from '../../src/inference/index.js';
import type { NewRun, RunsRepository } from '../../src/runs/runs.repository.js';
import { fence, lessee, newRun, samplesOf } from '../support/stored-run.js';
import { twoProcesses, type TwoProcesses } from '../support/stores.js';
import type { TestDatabase } from '../support/test-database.js';

const ROUNDS = 40;

describe('closing a run', () => {
  let database: TestDatabase;
  let processes: TwoProcesses;
  let shards: ShardsRepository;
  let samples: SamplesRepository;
  let runs: RunsRepository;
  /** The closer of another process. */
  let closer: RunCloser;

  beforeAll(async () => {
    processes = await twoProcesses();
    ({ database } = processes);
    ({ shards, samples } = processes.own);
    ({ runs, closer } = processes.other);
  });

  afterAll(async () => {
    await processes?.stop();
  });

  async function leasedRun(items = 8): Promise<{ run: NewRun; leases: LeasedShard[] }> {
    const run = newRun({ items });
    await runs.insert(run);
    const leases: LeasedShard[] = [];
    for (const { id } of run.shards) {
      const outcome = await shards.lease({ shardId: id, epoch: 0 }, lessee('worker'));
      if (outcome.kind === 'leased') leases.push(outcome.shard);
    }
    expect(leases).toHaveLength(run.shards.length);
    return { run, leases };
  }

  async function finish(run: NewRun, shard: LeasedShard): Promise<void> {
    await samples.insert(run.id, fence(shard), samplesOf(run, shard.itemNos));
    await shards.complete(shard, null);
  }

  async function endEvents(run: NewRun): Promise<unknown[]> {
    const events = await runs.events(run.id, 0);
    const ends = ['completed', 'partial', 'failed', 'cancelled'];
    return events.map(({ detail }) => detail['status']).filter((status) => ends.includes(String(status)));
  }

  it('waits for the last shard, then happens once however many ask for it', async () => {
    const { run, leases } = await leasedRun();
    const [last, ...others] = leases;
    for (const shard of others) await finish(run, shard);
    expect(await closer.tryClose(run.id)).toBe(false);
    expect(await runs.view(run.id)).toMatchObject({ status: 'running', finishedAt: null });
    await finish(run, last!);
    const asked = await Promise.all(Array.from({ length: 6 }, async () => closer.tryClose(run.id)));
    expect(asked.filter(Boolean)).toHaveLength(1);
    expect(await endEvents(run)).toEqual(['completed']);
  });

  it('never overtakes a late insert', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { run, leases } = await leasedRun(4);
      const [shard] = leases as [LeasedShard];
      const half = Math.ceil(shard.itemNos.length / 2);
      await samples.insert(run.id, fence(shard), samplesOf(run, shard.itemNos.slice(0, half)));
      const late = samples.insert(run.id, fence(shard), samplesOf(run, shard.itemNos.slice(half))).then(
        () => true,
        () => false,
      );
      if (round % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
      const [stored] = await Promise.all([late, shards.complete(shard, null), closer.tryClose(run.id)]);
      await closer.tryClose(run.id);
      const view = await runs.view(run.id);
      // Stored before the end and counted, or refused and missing: nothing in between.
      expect(view.progress.done).toBe(stored ? 8 : half * 2);
      expect(view.status).toBe(stored ? 'completed' : 'partial');
      const counted = /^(\d+) of 8 samples are missing$/.exec(view.reason ?? '')?.[1] ?? '0';
      expect(Number(counted)).toBe(8 - view.progress.done);
    }
  });

  it('stands still after a cancel that races with inserts, finished shards and events', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { run, leases } = await leasedRun(24);
      const working = leases.map(async (shard, index) => {
        for (const itemNo of shard.itemNos) await samples.insert(run.id, fence(shard), samplesOf(run, [itemNo]));
        if (index % 2 === 0) await shards.complete(shard, null);
        else await shards.recordDeath(shard);
      });
      const cancel = new Promise((resolve) => setTimeout(resolve, round % 8)).then(async () => runs.cancel(run.id));
      const [cancelled, ...works] = await Promise.allSettled([cancel, ...working]);
      expect(cancelled).toEqual({ status: 'fulfilled', value: true });
      // A lost lease is the only reason not to have finished.
      const reasons = works.flatMap((work) => (work.status === 'rejected' ? [work.reason as { code?: unknown }] : []));
      expect(reasons.filter(({ code }) => code !== 'interrupted')).toEqual([]);
      const before = await runs.view(run.id);
      expect(before.status).toBe('cancelled');
      for (const shard of leases) {
        const late = samples.insert(run.id, fence(shard), samplesOf(run, shard.itemNos));
        await expect(late).rejects.toMatchObject({ code: 'interrupted' });
      }
      expect(await closer.tryClose(run.id)).toBe(false);
      expect((await runs.view(run.id)).progress).toEqual(before.progress);
    }
  });

  it('fails a run with its reason and keeps its samples', async () => {
    const { run, leases } = await leasedRun();
    await samples.insert(run.id, fence(leases[0]!), samplesOf(run, leases[0]!.itemNos));
    await closer.fail(run.id, 'the model file is another one');
    await closer.fail(run.id, 'a second reason');
    const view = await runs.view(run.id);
    expect(view).toMatchObject({ status: 'failed', reason: 'the model file is another one' });
    expect(view.progress.done).toBe(leases[0]!.itemNos.length * 2);
    expect(await endEvents(run)).toEqual(['failed']);
  });

  const COUNTERS: BusyCounters = {
    decodedTokens: 8,
    prefillTokens: 40,
    prefillSharedTokens: 30,
    engineSeconds: 1,
    busyFrom: 1000,
    busyTo: 3500,
  };

  async function totals(run: NewRun): Promise<EngineTotals> {
    expect(await closer.tryClose(run.id)).toBe(true);
    return (await runs.stored(run.id)).engine;
  }

  it('counts only what its samples were charged, without pauses and the timing pass', async () => {
    const { run, leases } = await leasedRun(4);
    const [shard] = leases as [LeasedShard];
    await samples.insert(run.id, fence(shard), samplesOf(run, shard.itemNos));
    await shards.complete(shard, [COUNTERS]);
    expect(await totals(run)).toMatchObject({
      decodedTokens: 8,
      decodedTokensKnown: true,
      chargedTokens: 16,
      sharingFactor: 2,
      prefillTokens: 40,
      prefillSharedTokens: 30,
      engineSeconds: 1,
    });
  });

  async function leasedAgain(shard: LeasedShard): Promise<LeasedShard> {
    const outcome = await shards.lease(fence(shard), lessee('worker'));
    if (outcome.kind !== 'leased') throw new Error(outcome.kind);
    return outcome.shard;
  }

  it('counts what was decoded under leases that were given back, cancelled or found nothing to do', async () => {
    const { run, leases } = await leasedRun(4);
    const [first] = leases as [LeasedShard];
    await shards.recordSpending(first, [{ ...COUNTERS, decodedTokens: 5 }]);
    await shards.release(first);
    const second = await leasedAgain(first);
    await runs.cancel(run.id);
    await shards.recordSpending(second, [{ ...COUNTERS, decodedTokens: 3, busyFrom: 5000, busyTo: 5500 }]);
    await runs.reopen(run.id, run.queue);
    const third = await leasedAgain(second);
    await samples.insert(run.id, fence(third), samplesOf(run, third.itemNos));
    await shards.complete(third, []);
    expect(await totals(run)).toMatchObject({
      decodedTokens: 8,
      decodedTokensKnown: true,
      chargedTokens: 16,
      engineSeconds: 1.5,
    });
  });

  it('says that it does not know what an engine or a worker had decoded when it died', async () => {
    for (const unknown of ['engine', 'worker'] as const) {
      const { run, leases } = await leasedRun(4);
      const [first] = leases as [LeasedShard];
      if (unknown === 'engine') {
        await shards.recordDeath(first);
        await shards.release(first);
      } else {
        await database.query(`UPDATE shards SET leased_until = now() - interval '1 second' WHERE id = $1`, [first.id]);
        await shards.reclaim(run.queue, []);
      }
      const second = await leasedAgain(first);
      await samples.insert(run.id, fence(second), samplesOf(run, second.itemNos));
      await shards.complete(second, [COUNTERS]);
      expect(await totals(run)).toMatchObject({ decodedTokens: 8, decodedTokensKnown: false });
    }
  });
});
