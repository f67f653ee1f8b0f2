import { join } from 'node:path';
import { LEDGER_KEYS, sumLedgers, tokenTotals, voteOf, type SampleRecord } from '../../src/domain/index.js';
import { expectExit, expectSameSamples, runIdOf } from '../support/interrupted-run.js';
import { killGroup, startLaconic } from '../support/laconic-process.js';
import { type RunOutput, suiteRuns, type SuiteRuns } from '../support/suite-run.js';

const SUITE = {
  name: 'voting',
  model: 'reference',
  datasets: [
    { name: 'arithmetic', limit: 3 },
    { name: 'countdown', limit: 3 },
  ],
  sampling: { temperature: 0.6, maxTokens: 500 },
  timing: { items: 1 },
  against: 'sampled',
  arms: [
    { name: 'sampled', technique: 'baseline' },
    { name: 'repeated', technique: 'baseline', sampling: { repeats: 2 } },
    { name: 'vote', technique: 'self-consistency' },
    { name: 'full', technique: 'self-consistency', params: { early: false } },
    { name: 'best', technique: 'best-of-n' },
    { name: 'limited', technique: 'self-consistency', params: { paths: 32, thinking: 'none', maxTotal: 200 } },
  ],
};

const ITEMS = 6;

function shape(processes: number, streams: number): Record<string, string> {
  return { LACONIC_ENGINE_PROCESSES: String(processes), LACONIC_ENGINE_STREAMS: String(streams) };
}

/** A run of the shipped command line on the real engine and database. */
describe('voting among sampled paths, in a run', () => {
  let runs: SuiteRuns;
  let made: RunOutput;
  const of = (arm: string): SampleRecord[] => made.samples.filter((sample) => sample.arm === arm);
  const beside = (arm: string, { dataset, item }: SampleRecord): SampleRecord => {
    const found = of(arm).find((one) => one.dataset === dataset && one.item === item);
    if (!found) throw new Error(`no sample of ${arm}`);
    return found;
  };

  beforeAll(async () => {
    runs = await suiteRuns();
    made = await runs.run(SUITE, { out: 'many', env: shape(2, 16) });
  }, 600_000);
  afterAll(async () => {
    await runs?.remove();
  });

  it('charges every path, and each path its own tokens', () => {
    for (const arm of ['vote', 'full', 'best', 'limited']) {
      expect(of(arm)).toHaveLength(ITEMS);
      for (const { paths = [], ledger } of of(arm)) {
        expect(LEDGER_KEYS.map((key) => ledger[key])).toEqual(
          LEDGER_KEYS.map((key) => sumLedgers(paths.map((path) => path.ledger))[key]),
        );
        for (const path of paths) {
          expect(tokenTotals(path.ledger).delivered).toBe(path.thinkIds.length + path.answerIds.length);
        }
      }
    }
  });

  it('has the sampled baseline for its first path, token for token, and other paths behind it', () => {
    for (const sample of of('full')) {
      const [first, ...others] = sample.paths ?? [];
      const { thinkIds, answerIds, ledger, extracted } = beside('sampled', sample);
      expect(first).toMatchObject({ thinkIds, answerIds, ledger, extracted });
      expect(others).toHaveLength(4);
      const different = new Set(sample.paths?.map((path) => [...path.thinkIds, ...path.answerIds].join()));
      expect(different.size).toBeGreaterThan(1);
      expect(beside('best', sample).paths?.map((path) => path.thinkIds)).toEqual(
        sample.paths?.map((path) => path.thinkIds),
      );
    }
  });

  it('ends early with the winner of the whole vote, on the beginning of its paths', () => {
    for (const sample of of('vote')) {
      const full = beside('full', sample);
      expect(sample.extracted).toBe(full.extracted);
      expect(full.paths?.slice(0, sample.paths?.length)).toEqual(sample.paths);
    }
    expect(of('vote').some(({ paths }) => (paths?.length ?? 0) < 5)).toBe(true);
    expect(of('vote').every(({ paths }) => (paths?.length ?? 0) >= 3)).toBe(true);
  });

  it('takes the most certain path for the best', () => {
    for (const { paths = [], thinkIds, answerIds, events } of of('best')) {
      const scores = paths.map(({ extracted, certainty }) =>
        extracted === null ? -1 : (certainty?.selfCertainty ?? -1),
      );
      const chosen = scores.indexOf(Math.max(...scores));
      expect(voteOf(events)?.chosen).toBe(Math.max(0, chosen));
      expect([thinkIds, answerIds]).toEqual([paths[chosen]?.thinkIds, paths[chosen]?.answerIds]);
    }
  });

  it('votes without thinking until the tokens are delivered', () => {
    for (const { paths = [], events } of of('limited')) {
      const tokens = paths.map(({ ledger }) => tokenTotals(ledger).delivered);
      const spent = tokens.reduce((sum, count) => sum + count, 0);
      expect(spent - (tokens.at(-1) ?? 0)).toBeLessThan(200);
      expect(voteOf(events)?.ended === 'max-total').toBe(spent >= 200);
      expect(paths.every(({ ledger }) => ledger.thinkSampled === 0 && ledger.thinkInjected > 0)).toBe(true);
    }
  });

  it('shows pass@k where the number of samples is fixed, and the paths that ran', () => {
    const arm = (name: string) => made.result.arms.find((one) => one.name === name);
    expect(arm('repeated')?.passAtK).toMatchObject({ of: 'repeats', samples: 2, items: ITEMS });
    expect(arm('full')?.passAtK).toMatchObject({ of: 'paths', samples: 5 });
    expect(arm('vote')?.passAtK).toBeUndefined();
    expect(arm('full')?.paths?.run.value).toBe(5);
    const mean = of('vote').reduce((sum, { paths }) => sum + (paths?.length ?? 0), 0) / ITEMS;
    expect(arm('vote')?.paths?.run.value).toBeCloseTo(mean, 12);
    // A vote is timed with all its paths.
    expect(arm('full')?.timing?.items).toBe(1);
    const { engineSeconds, wallSeconds } = made.result.engine;
    expect(engineSeconds).toBeGreaterThan(0);
    expect(engineSeconds).toBeLessThanOrEqual(wallSeconds);
  });

  it('makes the same samples when it is killed in the middle of votes and resumed', async () => {
    const env = { LACONIC_HOME: runs.home, LACONIC_ENGINE_PROCESSES: '1' };
    const changes = ['model=reference-nano', 'datasets.0.limit=12', 'datasets.1.limit=12', 'timing.items=0'];
    const args = [
      join(runs.folder, 'suite.json'),
      '--token-ids',
      '--arm',
      'sampled',
      '--arm',
      'vote',
      ...changes.flatMap((change) => ['--set', change]),
    ];
    const [whole, resumed] = [join(runs.folder, 'whole'), join(runs.folder, 'resumed')];
    await expectExit(0, ['run', ...args, '--out', whole], env);
    const victim = startLaconic(['run', ...args, '--out', resumed], env);
    await victim.saw(/shard [1-9]\d*\/\d+/);
    killGroup(victim);
    const { stderr } = await victim.finished;
    await expectExit(0, ['resume', runIdOf(stderr), '--token-ids', '--out', resumed], env);
    await expect(expectSameSamples(whole, resumed)).resolves.toBeUndefined();
  }, 600_000);

  it('makes the same samples on one stream of one process', async () => {
    const one = await runs.run(SUITE, { out: 'one', env: shape(1, 1) });
    await expect(expectSameSamples(made.folder, one.folder)).resolves.toBeUndefined();
  }, 600_000);
});
