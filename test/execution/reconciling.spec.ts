import { spawnSync } from 'node:child_process';
import { Queue } from 'bullmq';
import { OutboxRelay } from '../../src/execution/outbox.relay.js';
import { Reconciler } from '../../src/execution/reconciler.js';
import { RunCloser } from '../../src/execution/run-closer.js';
import { SamplesRepository } from '../../src/execution/samples.repository.js';
import { ShardsRepository, type LeasedShard } from '../../src/execution/shards.repository.js';
import { runQueue, shardJobId, type ShardJob, type WorkScope } from '../../src/execution/work-scope.js';
import { newWorkerName } from '../../src/execution/worker-name.js';
import type { LaconicDataSource } from '../../src/platform/database/data-source.js';
import { chooseQueueBackend } from '../../src/platform/queue/index.js';
import { RunsRepository, type NewRun } from '../../src/runs/runs.repository.js';
import { connect, lessee, newRun, samplesOf } from '../support/stored-run.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Bench {
  readonly run: NewRun;
  readonly queue: Queue<ShardJob>;
  readonly relay: OutboxRelay;
  readonly reconciler: Reconciler;
}

async function jobIds(queue: Queue): Promise<string[]> {
  return (await queue.getJobs(['waiting', 'prioritized'])).map((job) => String(job.id)).toSorted();
}

describe('what repairs a run from its rows', () => {
  let database: TestDatabase;
  let source: LaconicDataSource;
  let shards: ShardsRepository;
  let samples: SamplesRepository;
  let runs: RunsRepository;
  const queues: Queue[] = [];

  beforeAll(async () => {
    database = await startTestDatabase();
    source = await connect(database.url);
    shards = new ShardsRepository(source);
    samples = new SamplesRepository(source);
    runs = new RunsRepository(source);
    chooseQueueBackend({ databaseUrl: database.url, redisUrl: null });
  });

  afterAll(async () => {
    await Promise.all(queues.map(async (queue) => queue.close()));
    await source?.destroy();
    await database?.stop();
  });

  /** A run on a queue of its own, with what a process that watches it has. */
  async function bench(shape: { items?: number; timingItems?: number } = {}): Promise<Bench> {
    const planned = newRun(shape);
    const run = { ...planned, queue: runQueue(planned.id) };
    await runs.insert(run);
    const queue = new Queue<ShardJob>(run.queue, {
      connection: { connectionString: database.url, migrate: true, max: 2 },
    });
    queues.push(queue);
    const scope: WorkScope = { kind: 'run', runId: run.id };
    const relay = new OutboxRelay(source, queue, scope);
    return { run, queue, relay, reconciler: new Reconciler(source, scope, relay, shards, new RunCloser(source)) };
  }

  async function lease(shardId: string, epoch: number, worker: string): Promise<LeasedShard> {
    const outcome = await shards.lease({ shardId, epoch }, lessee(worker));
    if (outcome.kind !== 'leased') throw new Error(`not leased: ${outcome.kind}`);
    return outcome.shard;
  }

  async function finishAll(run: NewRun, kind: 'samples' | 'timing'): Promise<void> {
    for (const planned of run.shards.filter((shard) => shard.kind === kind)) {
      const shard = await lease(planned.id, 0, newWorkerName());
      const fence = { shardId: shard.id, epoch: shard.epoch };
      if (kind === 'samples') await samples.insert(run.id, fence, samplesOf(run, shard.itemNos));
      await shards.complete(shard, null);
    }
  }

  it('sends every message of the outbox once', async () => {
    const { run, queue, relay } = await bench({ items: 24 });
    const sent = await Promise.all([relay.relay(), relay.relay(), relay.relay()]);
    expect(sent.reduce((sum, each) => sum + each, 0)).toBe(run.shards.length);
    expect(await relay.relay()).toBe(0);
    expect(await jobIds(queue)).toEqual(run.shards.map(({ id }) => `${id}-0`).toSorted());
  });

  it('sends again, to no effect, when a crash came between the queue and the mark', async () => {
    const { run, queue, relay } = await bench();
    await relay.relay();
    await database.query(
      'UPDATE outbox SET published_at = NULL WHERE shard_id IN (SELECT id FROM shards WHERE run_id = $1)',
      [run.id],
    );
    expect(await relay.relay()).toBe(run.shards.length);
    expect(await jobIds(queue)).toEqual(run.shards.map(({ id }) => `${id}-0`).toSorted());
  });

  it('calls a shard again whose message the queue has lost', async () => {
    const { run, queue, reconciler } = await bench();
    await reconciler.reconcile();
    await queue.drain();
    await reconciler.reconcile();
    expect(await jobIds(queue)).toEqual([]);
    await database.query(
      `UPDATE outbox SET published_at = now() - interval '1 minute' WHERE shard_id IN (SELECT id FROM shards WHERE run_id = $1)`,
      [run.id],
    );
    await reconciler.reconcile();
    expect(await jobIds(queue)).toEqual(run.shards.map(({ id }) => shardJobId({ shardId: id, epoch: 0 })).toSorted());
  });

  it('calls a shard of a worker that was killed at once, under the epoch that fences it', async () => {
    const { run, queue, reconciler } = await bench();
    await reconciler.reconcile();
    await queue.drain();
    const ended = spawnSync(process.execPath, ['-e', '']).pid;
    const killed = await lease(run.shards[0]!.id, 0, newWorkerName().replace(/\/.*\//, `/${ended} 1/`));
    const alive = await lease(run.shards[1]!.id, 0, newWorkerName());
    await reconciler.reconcile();
    expect(await jobIds(queue)).toEqual([`${killed.id}-1`]);
    const [row] = await database.query<{ status: string }>('SELECT status FROM shards WHERE id = $1', [alive.id]);
    expect(row?.status).toBe('leased');
  });

  it('calls the timing shard only when every sample is there', async () => {
    const { run, queue, reconciler } = await bench({ items: 4, timingItems: 2 });
    const timing = run.shards.find(({ kind }) => kind === 'timing')!;
    await reconciler.reconcile();
    expect(await jobIds(queue)).not.toContain(`${timing.id}-0`);
    await finishAll(run, 'samples');
    await reconciler.reconcile();
    expect(await jobIds(queue)).toContain(`${timing.id}-0`);
    expect(await runs.view(run.id)).toMatchObject({ status: 'running' });
    await finishAll(run, 'timing');
    await reconciler.reconcile();
    expect(await runs.view(run.id)).toMatchObject({ status: 'completed' });
  });

  it('closes a run whose last worker was killed before it could', async () => {
    const { run, reconciler } = await bench();
    await finishAll(run, 'samples');
    expect(await runs.view(run.id)).toMatchObject({ status: 'running', progress: { done: 16, total: 16 } });
    await Promise.all([reconciler.reconcile(), reconciler.reconcile()]);
    expect(await runs.view(run.id)).toMatchObject({ status: 'completed', reason: null });
    await reconciler.reconcile();
    expect((await runs.events(run.id, 0)).filter(({ detail }) => detail['status'] === 'completed')).toHaveLength(1);
  });

  it('leaves the runs of other queues alone', async () => {
    const mine = await bench();
    const other = await bench();
    await finishAll(other.run, 'samples');
    await mine.reconciler.reconcile();
    expect(await runs.view(other.run.id)).toMatchObject({ status: 'running' });
    expect(await jobIds(other.queue)).toEqual([]);
  });
});
