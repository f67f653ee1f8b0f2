import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectExit, expectSameSamples, runIdOf, sampleLines, smoke } from '../support/interrupted-run.js';
import { temporaryHome } from '../support/laconic-process.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

// Whole runs in processes of their own; on a busy machine each takes a while.
jest.setTimeout(180_000);

describe('an engine process that dies', () => {
  let database: TestDatabase;
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  let out: string;
  let env: Record<string, string>;
  const suite = [...smoke(5), '--arm', 'baseline', '--arm', 'budget-64'];

  beforeAll(async () => {
    database = await startTestDatabase();
    home = await temporaryHome();
    out = await mkdtemp(join(tmpdir(), 'laconic-out-'));
    env = { LACONIC_HOME: home.home, DATABASE_URL: database.url, LACONIC_ENGINE_PROCESSES: '1' };
    await expectExit(0, ['run', ...suite, '--out', join(out, 'whole')], env);
  });

  afterAll(async () => {
    await database?.stop();
    await home?.remove();
    await rm(out, { recursive: true, force: true });
  });

  it('costs nothing but a retry when it happens once', async () => {
    const marker = join(out, 'died');
    await expectExit(0, ['run', ...suite, '--out', join(out, 'once')], {
      ...env,
      LACONIC_TEST_ENGINE_FAULT: `once:${marker}`,
    });
    expect(existsSync(marker)).toBe(true);
    const retried = await database.query(`SELECT 1 FROM run_events WHERE type = 'shard-retried'`);
    expect(retried.length).toBeGreaterThan(0);
    await expectSameSamples(join(out, 'whole'), join(out, 'once'));
  });

  it('isolates the item that kills it every time, saves the rest, and makes up for it on resume', async () => {
    const whole = await sampleLines(join(out, 'whole'));
    const deadly = whole.find(({ dataset }) => dataset === 'clock-times')!;
    const finished = await expectExit(1, ['run', ...suite, '--out', join(out, 'partial')], {
      ...env,
      LACONIC_TEST_ENGINE_FAULT: `item:${deadly.prompt}`,
    });
    const runId = runIdOf(finished.stderr);
    expect(finished.stderr).toContain(`run ${runId} is partial: 2 of 20 samples ended in an error`);
    expect(finished.stderr).toContain(`${deadly.dataset}/${deadly.item} (the engine died 3 times on this item)`);
    expect(finished.stderr).toContain(`laconic resume ${runId}`);

    const isDeadly = ({ dataset, item }: { dataset: string; item: string }): boolean =>
      dataset === deadly.dataset && item === deadly.item;
    const partial = await sampleLines(join(out, 'partial'));
    expect(partial.filter((sample) => sample.stopReason === 'error').every(isDeadly)).toBe(true);
    expect(partial.filter(isDeadly).map(({ stopReason }) => stopReason)).toEqual(['error', 'error']);
    const rest = (samples: typeof partial) => samples.filter((sample) => !isDeadly(sample));
    expect(rest(partial).map(({ prompt }) => prompt)).toEqual(rest(whole).map(({ prompt }) => prompt));

    const result = JSON.parse(await readFile(join(out, 'partial', 'result.json'), 'utf8')) as {
      run: { status: string };
      comparisons: { finding: string | null }[];
    };
    expect(result.run.status).toBe('partial');
    expect(result.comparisons.every(({ finding }) => finding === null)).toBe(true);
    const failed = await database.query<{ detail: object }>(`SELECT detail FROM run_events WHERE type = 'item-failed'`);
    expect(failed.map(({ detail }) => detail)).toEqual([
      expect.objectContaining({ dataset: deadly.dataset, item: deadly.item }),
    ]);

    await expectExit(0, ['resume', runId, '--out', join(out, 'repaired')], env);
    await expectSameSamples(join(out, 'whole'), join(out, 'repaired'));
  });
});
