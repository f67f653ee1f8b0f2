import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  engineTotals,
  expectExit,
  expectSameSamples,
  interruptedRun,
  smoke,
  takenOverRun,
} from '../support/interrupted-run.js';
import { killGroup, runLaconic, startLaconic, temporaryHome } from '../support/laconic-process.js';

// Whole runs in processes of their own; on a busy machine each takes a while.
jest.setTimeout(180_000);

describe('a run whose process is killed', () => {
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  let out: string;
  let whole: string;
  let env: Record<string, string>;
  // Long enough to be killed in the middle: many small shards.
  const suite = [...smoke(16), '--token-ids'];

  beforeAll(async () => {
    home = await temporaryHome();
    out = await mkdtemp(join(tmpdir(), 'laconic-out-'));
    whole = join(out, 'whole');
    env = { LACONIC_HOME: home.home, LACONIC_ENGINE_PROCESSES: '1' };
    await expectExit(0, ['run', ...suite, '--out', whole], env);
  });

  afterAll(async () => {
    await home?.remove();
    await rm(out, { recursive: true, force: true });
  });

  const runs = async () =>
    JSON.parse((await runLaconic(['runs', 'ls', '--json'], env)).stdout) as {
      id: string;
      status: string;
      progress: { done: number; total: number };
    }[];

  it('yields the same samples.jsonl, byte for byte, after kill -9 and resume', async () => {
    const victim = startLaconic(['run', ...suite, '--out', join(out, 'killed')], env);
    await victim.saw(/shard \d+\/\d+/);
    killGroup(victim);
    await victim.finished;
    const killed = (await runs()).find((run) => run.status === 'running');
    expect(killed?.progress.done).toBeGreaterThan(0);
    expect(killed?.progress.done).toBeLessThan(killed?.progress.total ?? 0);
    const resumed = join(out, 'resumed');
    await expectExit(0, ['resume', killed?.id ?? '', '--token-ids', '--out', resumed], env);
    await expectSameSamples(whole, resumed);
    expect(await engineTotals(whole)).toMatchObject({ decodedTokensKnown: true });
    expect(await engineTotals(resumed)).toMatchObject({ decodedTokensKnown: false });
  });

  it('counts what it had decoded when it was interrupted and could still say so', async () => {
    const id = await interruptedRun([...suite, '--out', join(out, 'interrupted')], env);
    const resumed = join(out, 'resumed-after-interrupt');
    await expectExit(0, ['resume', id, '--token-ids', '--out', resumed], env);
    await expectSameSamples(whole, resumed);
    const [uninterrupted, both] = await Promise.all([engineTotals(whole), engineTotals(resumed)]);
    expect(both.decodedTokensKnown).toBe(true);
    expect(both.decodedTokens).toBeGreaterThanOrEqual(uninterrupted.decodedTokens);
    expect(both.chargedTokens).toBe(uninterrupted.chargedTokens);
    expect(both.sharingFactor).toBeLessThanOrEqual(uninterrupted.sharingFactor);
  });

  it('is finished by a second worker when the first is killed, no sample lost or doubled', async () => {
    const both = join(out, 'both');
    const id = await takenOverRun(suite, both, env);
    const run = (await runs()).find((each) => each.id === id);
    expect(run).toMatchObject({ status: 'completed', progress: { done: 96, total: 96 } });
    await expectSameSamples(whole, both);
  });
});
