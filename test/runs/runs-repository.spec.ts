import { RunsRepository, type NewRun } from '../../src/runs/runs.repository.js';
import { ShardsRepository } from '../../src/execution/shards.repository.js';
import type { LaconicDataSource } from '../../src/platform/database/data-source.js';
import { connect, lessee, newRun } from '../support/stored-run.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('RunsRepository', () => {
  let database: TestDatabase;
  let source: LaconicDataSource;
  let runs: RunsRepository;

  beforeAll(async () => {
    database = await startTestDatabase();
    source = await connect(database.url);
    runs = new RunsRepository(source);
  });

  afterAll(async () => {
    await source?.destroy();
    await database?.stop();
  });

  const count = async (table: string, run: NewRun): Promise<number> => {
    const where =
      table === 'outbox'
        ? 'shard_id IN (SELECT id FROM shards WHERE run_id = $1)'
        : table === 'runs'
          ? 'id = $1'
          : 'run_id = $1';
    const [row] = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE ${where}`, [
      run.id,
    ]);
    return row?.n ?? -1;
  };

  it('stores run, items, shards and outbox together', async () => {
    const run = newRun({ items: 8, timingItems: 2 });
    expect(await runs.insert(run)).toBe(true);
    expect(await runs.view(run.id)).toMatchObject({ status: 'queued', progress: { done: 0, total: 16 } });
    expect(await count('run_items', run)).toBe(8);
    expect(await count('shards', run)).toBe(run.shards.length);
    // The timing shard is called only when all samples are there.
    expect(await count('outbox', run)).toBe(run.shards.filter(({ kind }) => kind === 'samples').length);
  });

  it.each<[string, (run: NewRun) => NewRun]>([
    ['an item', (run) => ({ ...run, items: [...run.items, run.items[0]!] })],
    ['the last shard', (run) => ({ ...run, shards: [...run.shards, { ...run.shards[0]!, shardNo: 99 }] })],
  ])('leaves nothing behind when storing %s fails', async (_what, broken) => {
    const run = broken(newRun());
    await expect(runs.insert(run)).rejects.toThrow(/duplicate key/);
    for (const table of ['runs', 'run_items', 'shards', 'outbox', 'run_events'])
      expect(await count(table, run)).toBe(0);
  });

  it('leaves nothing behind when the outbox cannot be written', async () => {
    const run = newRun();
    await database.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no outbox today'; END $$`,
    );
    await database.query(`CREATE TRIGGER refuse BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION refuse()`);
    try {
      await expect(runs.insert(run)).rejects.toThrow('no outbox today');
    } finally {
      await database.query('DROP TRIGGER refuse ON outbox');
    }
    expect(await count('runs', run)).toBe(0);
    expect(await count('shards', run)).toBe(0);
    expect(await runs.insert(run)).toBe(true);
  });

  it('stores one run when two requests with one idempotency key race', async () => {
    for (let round = 0; round < 10; round++) {
      const idempotency = { key: `key-${round}`, requestHash: 'same' };
      const both = [newRun(), newRun()].map((run) => ({ ...run, idempotency }));
      const inserted = await Promise.all(both.map(async (run) => runs.insert(run)));
      expect(inserted.filter(Boolean)).toHaveLength(1);
      const winner = both[inserted.indexOf(true)]!;
      const loser = both[inserted.indexOf(false)]!;
      expect(await runs.byIdempotencyKey(`key-${round}`)).toEqual({ id: winner.id, requestHash: 'same' });
      expect(await count('shards', loser)).toBe(0);
    }
  });

  it('cancels once and opens again what was not done', async () => {
    const run = newRun();
    await runs.insert(run);
    expect(await runs.cancel(run.id)).toBe(true);
    expect(await runs.cancel(run.id)).toBe(false);
    expect(await runs.view(run.id)).toMatchObject({ status: 'cancelled' });
    expect(await runs.reopen(run.id, 'elsewhere')).toBe(true);
    expect(await runs.view(run.id)).toMatchObject({ status: 'queued', finishedAt: null, reason: null });
    const rows = await database.query<{ queue: string; status: string }>(
      'SELECT DISTINCT r.queue, s.status FROM runs r JOIN shards s ON s.run_id = r.id WHERE r.id = $1',
      [run.id],
    );
    expect(rows).toEqual([{ queue: 'elsewhere', status: 'queued' }]);
    const statuses = (await runs.events(run.id, 0)).map(({ detail }) => detail['status']);
    expect(statuses).toEqual(['queued', 'cancelled', 'queued']);
  });

  it('leaves a shard in the hands of its worker when the run is opened again', async () => {
    const run = newRun();
    await runs.insert(run);
    const shards = new ShardsRepository(source);
    const [first] = run.shards;
    await shards.lease({ shardId: first!.id, epoch: 0 }, lessee('worker'));
    await runs.reopen(run.id, 'shards');
    const [row] = await database.query<{ status: string; worker: string }>(
      'SELECT status, worker FROM shards WHERE id = $1',
      [first!.id],
    );
    expect(row).toEqual({ status: 'leased', worker: 'worker' });
  });

  it('names a run that does not exist', async () => {
    await expect(runs.view('000000000000')).rejects.toMatchObject({ code: 'run-unknown', where: '000000000000' });
    await expect(runs.cancel('000000000000')).rejects.toMatchObject({ code: 'run-unknown' });
    await expect(runs.reopen('000000000000', 'shards')).rejects.toMatchObject({ code: 'run-unknown' });
  });
});
