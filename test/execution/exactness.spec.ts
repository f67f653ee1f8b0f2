import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectExit, expectSameSamples } from '../support/interrupted-run.js';
import { temporaryHome } from '../support/laconic-process.js';
import { smallSuite } from '../support/suites.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

/** `LACONIC_EXACTNESS_RUNS=20 npx jest … exactness` repeats the plan that often, in one shape after the other. */
const RUNS = Number(process.env['LACONIC_EXACTNESS_RUNS'] ?? 0);
jest.setTimeout(180_000 + RUNS * 30_000);

interface Shape {
  readonly processes: number;
  readonly streams: number;
}

const SHAPES: readonly Shape[] = [
  { processes: 1, streams: 1 },
  { processes: 1, streams: 4 },
  { processes: 1, streams: 32 },
  { processes: 2, streams: 4 },
  { processes: 2, streams: 16 },
];

const TECHNIQUES = [
  { technique: 'baseline' },
  { technique: 'nowait' },
  { technique: 'budget', params: { tokens: 32 } },
  { technique: 'nothinking' },
];

/** Four arms, greedy and at temperature 0.6, on 24 items. */
const SUITE = smallSuite({
  name: 'exactness',
  datasets: [
    { name: 'arithmetic', limit: 12 },
    { name: 'clock-times', limit: 12 },
  ],
  against: 'baseline-0',
  arms: [0, 0.6].flatMap((temperature) =>
    TECHNIQUES.map((arm) => ({ ...arm, name: `${arm.technique}-${temperature * 10}`, sampling: { temperature } })),
  ),
});

describe('the samples of a plan', () => {
  let database: TestDatabase;
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  let out: string;
  let made = 0;

  /** A run from plan to files in a process of its own; its folder. */
  async function run({ processes, streams }: Shape): Promise<string> {
    const folder = join(out, String(made++));
    await expectExit(0, ['run', join(out, 'suite.json'), '--token-ids', '--out', folder], {
      LACONIC_HOME: home.home,
      DATABASE_URL: database.url,
      LACONIC_ENGINE_PROCESSES: String(processes),
      LACONIC_ENGINE_STREAMS: String(streams),
    });
    return folder;
  }

  beforeAll(async () => {
    database = await startTestDatabase();
    home = await temporaryHome();
    out = await mkdtemp(join(tmpdir(), 'laconic-out-'));
    await writeFile(join(out, 'suite.json'), JSON.stringify(SUITE));
  });

  afterAll(async () => {
    await database?.stop();
    await home?.remove();
    await rm(out, { recursive: true, force: true });
  });

  it('are the same, byte for byte, with 1 and 2 engine processes and with 1, 4, 16 and 32 streams', async () => {
    const [alone, ...others] = SHAPES as [Shape, ...Shape[]];
    const first = await run(alone);
    const lines = (await readFile(join(first, 'samples.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(24 * 8);
    for (const shape of others) await expectSameSamples(first, await run(shape));
  });

  it('come again in every repetition that was asked for', async () => {
    const repetitions = Math.max(2, RUNS);
    let first: Buffer | null = null;
    let identical = 0;
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const folder = await run(SHAPES[(repetition + 4) % SHAPES.length] as Shape);
      const samples = await readFile(join(folder, 'samples.jsonl'));
      first ??= samples;
      if (samples.equals(first)) identical++;
    }
    expect(`${identical} of ${repetitions}`).toBe(`${repetitions} of ${repetitions}`);
  });

  it('are the same alone, says the self-check of every run, also where it was recorded before', async () => {
    for (let round = 0; round < 2; round++) {
      const result = JSON.parse(await readFile(join(await run(SHAPES[3] as Shape), 'result.json'), 'utf8'));
      expect(result.run.provenance.selfCheck).toEqual({ 'reference-nano': { samples: 8, identical: 8, tokens: 40 } });
    }
    const records = await database.query<{ checks: unknown }>(
      `SELECT capabilities->'selfChecks' AS checks FROM model_capabilities`,
    );
    expect(records).toEqual([{ checks: { 'separate-1': { samples: 8, identical: 8, tokens: 40 } } }]);
  });
});
