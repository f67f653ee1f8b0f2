import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killGroup, runLaconic, startLaconic, temporaryHome } from '../support/laconic-process.js';

const SUITE = join(__dirname, '..', '..', 'datasets', 'suites', 'smoke.yaml');

describe('a run that is killed', () => {
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  let out: string;

  beforeAll(async () => {
    home = await temporaryHome();
    out = await mkdtemp(join(tmpdir(), 'laconic-out-'));
  });

  afterAll(async () => {
    await home.remove();
    await rm(out, { recursive: true, force: true });
  });

  it('yields the same samples.jsonl, byte for byte, after kill -9 and resume', async () => {
    const env = { LACONIC_HOME: home.home };
    // Long enough to be killed in the middle: many small shards on one engine process.
    const suite = [
      SUITE,
      '--set',
      'datasets.0.limit=24',
      '--set',
      'datasets.1.limit=24',
      '--set',
      'timing.items=0',
      '--token-ids',
    ];
    const whole = join(out, 'whole');
    const undisturbed = await runLaconic(['run', ...suite, '--out', whole], env);
    expect(undisturbed).toMatchObject({ code: 0 });

    const victim = startLaconic(['run', ...suite, '--out', join(out, 'killed')], env);
    await victim.saw(/shard \d+\/\d+/);
    killGroup(victim);
    await victim.finished;
    const runs = JSON.parse((await runLaconic(['runs', 'ls', '--json'], env)).stdout) as {
      id: string;
      status: string;
      progress: { done: number; total: number };
    }[];
    const killed = runs.find((run) => run.status === 'running');
    expect(killed?.progress.done).toBeGreaterThan(0);
    expect(killed?.progress.done).toBeLessThan(killed?.progress.total ?? 0);

    const resumed = join(out, 'resumed');
    const finished = await runLaconic(['resume', killed?.id ?? '', '--token-ids', '--out', resumed], env);
    expect(finished).toMatchObject({ code: 0 });
    const [expected, actual] = await Promise.all(
      [whole, resumed].map(async (dir) => readFile(join(dir, 'samples.jsonl'))),
    );
    expect(actual?.equals(expected as Buffer)).toBe(true);
    expect(expected?.length).toBeGreaterThan(1000);
  }, 180_000);
});
