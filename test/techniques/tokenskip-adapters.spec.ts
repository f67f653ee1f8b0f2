import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult, SampleRecord, TokenSkipResult } from '../../src/domain/index.js';
import { NANO, writeLora } from '../../src/models/testing/lora-file.js';
import { suiteRuns, type RunOutput, type SuiteRuns } from '../support/suite-run.js';

const SCORERS = ['self-information', 'random'] as const;
const SEEDS = [1, 2] as const;
const RATIOS = [0.4, 1] as const;

const ADAPTERS = SCORERS.flatMap((scorer) => SEEDS.map((seed) => ({ scorer, seed, file: `${scorer}-${seed}.gguf` })));

const ARMS = [
  { name: 'baseline', technique: 'baseline' },
  ...RATIOS.map((ratio) => ({ name: `native-${ratio}`, technique: 'tokenskip', params: { ratio } })),
  ...ADAPTERS.flatMap(({ scorer, seed, file }) =>
    RATIOS.map((ratio) => ({
      name: `${scorer}-${seed}-${ratio}`,
      technique: 'tokenskip',
      params: { ratio },
      model: { base: 'reference-nano', adapters: [{ path: file }] },
    })),
  ),
];

const SUITE = {
  name: 'trained',
  model: 'reference-nano',
  datasets: [
    { name: 'arithmetic', limit: 4 },
    { name: 'word-problems', limit: 4 },
  ],
  sampling: { maxTokens: 500 },
  timing: { items: 0 },
  arms: ARMS,
};

/** Adapters of random factors, which say that they were trained: what becomes of that on the way to the report. */
describe('ratios on adapters, from the suite to the report', () => {
  let runs: SuiteRuns;
  let made: RunOutput;
  let result: RunResult;
  let tokenSkip: TokenSkipResult;
  const of = (arm: string): readonly SampleRecord[] => made.samples.filter((sample) => sample.arm === arm);

  beforeAll(async () => {
    runs = await suiteRuns();
    for (const [index, { scorer, seed, file }] of ADAPTERS.entries()) {
      writeLora(join(runs.folder, file), NANO, {
        strength: 0.02,
        seed: index,
        metadata: {
          'laconic.tokenskip.scorer': { type: 'text', value: scorer },
          'laconic.tokenskip.seed': { type: 'u32', value: seed },
          'laconic.tokenskip.control': { type: 'text', value: 'reference' },
        },
      });
    }
    made = await runs.run(SUITE);
    ({ result } = made);
    tokenSkip = result.tokenSkip!;
  }, 600_000);
  afterAll(async () => {
    await runs?.remove();
  });

  it('makes a curve of the plain model, and one of every adapter, against the same baseline without any', () => {
    expect(tokenSkip.unmatched).toEqual([]);
    expect(tokenSkip.curves.map(({ adapter, against }) => [adapter?.scorer, adapter?.seed, against])).toEqual([
      [undefined, undefined, 'baseline'],
      ...ADAPTERS.map(({ scorer, seed }) => [scorer, seed, 'baseline']),
    ]);
    for (const { points } of tokenSkip.curves) expect(points.map(({ ratio }) => ratio)).toEqual([1, 0.4]);
  });

  it('has actual ratios that the samples give', () => {
    for (const { arm, actRatio, items } of tokenSkip.curves.flatMap(({ points }) => points)) {
      expect(items).toBe(8);
      const [own = 0, plain = 0] = [arm, 'baseline'].map((name) => of(name).flatMap(({ thinkIds }) => thinkIds).length);
      expect(actRatio).toBeCloseTo(own / plain, 12);
    }
  });

  it('compares the scorers over both seeds where their lengths overlap', () => {
    expect(tokenSkip.scorers).toHaveLength(1);
    const [compared] = tokenSkip.scorers;
    expect(compared).toMatchObject({ scorer: 'self-information', control: 'random', seeds: [2, 2], items: 8 });
    expect(compared!.targets.length).toBeGreaterThan(0);
    for (const { actRatio, bySeed } of compared!.targets) {
      expect(bySeed).toHaveLength(2);
      for (const { points } of tokenSkip.curves.slice(1)) {
        const lengths = points.map((point) => point.actRatio);
        expect(actRatio).toBeGreaterThanOrEqual(Math.min(...lengths) - 1e-9);
        expect(actRatio).toBeLessThanOrEqual(Math.max(...lengths) + 1e-9);
      }
    }
  });

  it('stands in the report with what came of it', async () => {
    const html = await readFile(join(made.folder, 'report.html'), 'utf8');
    expect(html).toContain('id="token-skip"');
    expect(html).toContain('self-information, seed 2');
    expect(html).toContain('Does importance beat chance, at equal length?');
  });
});
