import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectExit, expectSameSamples, runIdOf, sampleLines, takenOverRun } from '../support/interrupted-run.js';
import { killGroup, startLaconic, temporaryHome } from '../support/laconic-process.js';
import { smallSuite } from '../support/suites.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

// Whole runs in processes of their own; on a busy machine each takes a while.
jest.setTimeout(240_000);

const SUITE = smallSuite({
  name: 'dependent',
  datasets: [
    { name: 'arithmetic', limit: 16 },
    { name: 'clock-times', limit: 16 },
  ],
  against: 'baseline',
  arms: [
    { name: 'again', technique: 'eat', params: { delimiter: '\n', minProbes: 2, delta: 0.05, replay: 'baseline' } },
    { name: 'cascade', technique: 'cascade', params: { first: 'nothinking', threshold: 0.9 } },
    { name: 'baseline', technique: 'baseline' },
    { name: 'nothinking', technique: 'nothinking' },
  ],
});

function samplesOf(arms: string): string {
  return `(SELECT count(*) FROM samples s WHERE s.run_id = runs.id AND s.arm IN (${arms}))`;
}

describe('a run with arms that depend on others', () => {
  let database: TestDatabase;
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  let out: string;
  let whole: string;
  let env: Record<string, string>;
  let suite: string[];

  beforeAll(async () => {
    database = await startTestDatabase();
    home = await temporaryHome();
    out = await mkdtemp(join(tmpdir(), 'laconic-out-'));
    whole = join(out, 'whole');
    await writeFile(join(out, 'suite.json'), JSON.stringify(SUITE));
    suite = [join(out, 'suite.json'), '--token-ids'];
    env = { LACONIC_HOME: home.home, DATABASE_URL: database.url, LACONIC_ENGINE_PROCESSES: '1' };
    await expectExit(0, ['run', ...suite, '--out', whole], env);
  });

  afterAll(async () => {
    await database?.stop();
    await home?.remove();
    await rm(out, { recursive: true, force: true });
  });

  /** Resolves when the run's rows say so. */
  async function until(condition: string): Promise<void> {
    for (;;) {
      const [row] = await database.query<{ met: boolean }>(
        `SELECT ${condition} AS met FROM runs ORDER BY created_at DESC LIMIT 1`,
      );
      if (row?.met) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it('yields the same samples with two engine processes and other streams', async () => {
    const other = join(out, 'two');
    await expectExit(0, ['run', ...suite, '--out', other], {
      ...env,
      LACONIC_ENGINE_PROCESSES: '2',
      LACONIC_ENGINE_STREAMS: '3',
    });
    await expectSameSamples(whole, other);
    expect(await sampleLines(other)).toHaveLength(128);
  });

  it.each([
    ['between an arm and those that are made from it', `${samplesOf("'baseline'")} > 0`],
    ['while the second arms are made', `${samplesOf("'again', 'cascade'")} > 0`],
  ])('yields the same samples when it is killed %s, and resumed', async (_when, condition) => {
    const { length } = await database.query('SELECT 1 FROM runs');
    const victim = startLaconic(['run', ...suite, '--out', join(out, 'killed')], env);
    await until(`(SELECT count(*) FROM runs) > ${length} AND ${condition}`);
    killGroup(victim);
    await victim.finished;
    const id = runIdOf(victim.output().stderr);
    const [left] = await database.query<{ done: number }>(
      'SELECT count(*)::int AS done FROM samples WHERE run_id = $1',
      [id],
    );
    expect(left!.done).toBeLessThan(128);
    const resumed = join(out, `resumed-${id}`);
    await expectExit(0, ['resume', id, '--token-ids', '--out', resumed], env);
    await expectSameSamples(whole, resumed);
  });

  it('is finished by a second worker when the first is killed', async () => {
    const both = join(out, 'both');
    await takenOverRun(suite, both, env);
    await expect(expectSameSamples(whole, both)).resolves.toBeUndefined();
  });

  it('says of a sample whose source ended in an error that this is why, and makes up for both on resume', async () => {
    const deadly = (await sampleLines(whole)).find(({ dataset }) => dataset === 'clock-times')!;
    const finished = await expectExit(1, ['run', ...suite, '--out', join(out, 'partial')], {
      ...env,
      LACONIC_TEST_ENGINE_FAULT: `item:${deadly.prompt}`,
    });
    const errors = (await sampleLines(join(out, 'partial'))).filter(({ stopReason }) => stopReason === 'error');
    expect(errors.map(({ arm, item }) => [arm, item])).toEqual(
      ['again', 'baseline', 'cascade', 'nothinking'].map((arm) => [arm, deadly.item]),
    );
    const died = 'the engine died 3 times on this item';
    const made = (of: string): string => `the sample of ${of} that it is made from ended in an error: ${died}`;
    expect(errors.map(({ stopDetail }) => stopDetail)).toEqual([made('baseline'), died, made('nothinking'), died]);
    await expectExit(0, ['resume', runIdOf(finished.stderr), '--token-ids', '--out', join(out, 'repaired')], env);
    await expectSameSamples(whole, join(out, 'repaired'));
  });
});
