import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult, SampleRecord } from '../../src/domain/index.js';
import { loadAddon } from '../../src/inference/native/load-addon.js';
import { writeGguf } from '../../src/models/gguf-writer.js';
import { writeLora } from '../../src/models/testing/lora-file.js';
import { writePeft } from '../../src/models/testing/peft-folder.js';
import { expectExit, expectSameSamples, interruptedRun } from '../support/interrupted-run.js';
import { runLaconic } from '../support/laconic-process.js';
import { readRun, suiteRuns, type SuiteRuns } from '../support/suite-run.js';
import { smallSuite } from '../support/suites.js';
import { NANO, nanoOptions, nanoRequests, runJob } from './requests.js';

// Whole runs in processes of their own; on a busy machine each takes a while.
jest.setTimeout(300_000);

const REFERENCE = NANO.replaceAll('reference-nano', 'reference');

const adapted = (...adapters: readonly object[]): object => ({ base: 'reference-nano', adapters });

const onReference = (name: string, maxTokens: number, adapter: object): object => ({
  name,
  technique: 'baseline',
  model: { base: 'reference', adapters: [adapter] },
  sampling: { maxTokens },
});

const PLAIN_ARMS = [
  { name: 'baseline', technique: 'baseline' },
  { name: 'nowait', technique: 'nowait' },
];
const ARMS = [
  ...PLAIN_ARMS,
  { name: 'adapted', technique: 'baseline', model: adapted({ path: 'one.gguf' }) },
  { name: 'adapted-nowait', technique: 'nowait', model: adapted({ path: 'one.gguf' }) },
  { name: 'sampled', technique: 'baseline', model: adapted({ path: 'one.gguf' }), sampling: { temperature: 0.8 } },
  { name: 'off', technique: 'budget', params: { tokens: 16 }, model: adapted({ path: 'one.gguf', scale: 0 }) },
  { name: 'both', technique: 'baseline', model: adapted({ path: 'one.gguf', scale: 0.5 }, { path: 'two.gguf' }) },
];

/** Enough that it is still running when it is interrupted after its first shard. */
const SUITE = smallSuite({
  name: 'adapted',
  arms: ARMS,
  sampling: { maxTokens: 160 },
  datasets: [
    { name: 'arithmetic', limit: 8 },
    { name: 'clock-times', limit: 8 },
  ],
});

const ids = ({ thinkIds, answerIds }: SampleRecord): number[] => [...thinkIds, ...answerIds];

describe('adapters, from the suite to the report', () => {
  let runs: SuiteRuns;
  let file: string;
  let result: RunResult;
  let samples: readonly SampleRecord[];
  const of = (arm: string): SampleRecord[] => samples.filter((sample) => sample.arm === arm);
  const env = (processes: number, streams: number): Record<string, string> => ({
    LACONIC_HOME: runs.home,
    LACONIC_ENGINE_PROCESSES: String(processes),
    LACONIC_ENGINE_STREAMS: String(streams),
  });
  const laconic = async (...args: readonly string[]): ReturnType<typeof runLaconic> => runLaconic(args, env(1, 4));
  const changed = (arm: string, other: string): number =>
    of(arm).filter((sample, index) => ids(sample).join() !== ids(of(other)[index]!).join()).length;

  beforeAll(async () => {
    runs = await suiteRuns();
    writeLora(join(runs.folder, 'one.gguf'), NANO, { rank: 8, alpha: 16, strength: 0.1 });
    writeLora(join(runs.folder, 'two.gguf'), NANO, { rank: 3, alpha: 6, strength: 0.1, seed: 2 });
    file = join(runs.folder, 'adapted.json');
    await writeFile(file, JSON.stringify(SUITE));
    ({ result, samples } = await runs.run(file, { env: env(2, 16) }));
  }, 600_000);

  afterAll(async () => runs?.remove());

  it('plans an engine for each set of adapters, and the weights once', async () => {
    const { stdout } = await laconic('plan', file);
    expect(stdout).toMatch(/reference-nano: weights 4 MB, adapters 0\.\d MB, KV .*3 engines, 2 of them at a time/);
  });

  it('leaves arms on the model itself as they are without company', async () => {
    const suite = smallSuite({ name: 'adapted', arms: PLAIN_ARMS, sampling: { maxTokens: 160 } });
    const alone = await runs.run(suite, { out: 'plain', env: env(1, 4) });
    for (const sample of alone.samples) {
      const together = of(sample.arm).find(({ dataset, item }) => dataset === sample.dataset && item === sample.item);
      expect(together).toEqual({ ...sample, divergedAt: together?.divergedAt, divergedFrom: together?.divergedFrom });
    }
  });

  it('changes what is decoded, by each adapter and scale in its own way', () => {
    for (const [arm, other] of [
      ['adapted', 'baseline'],
      ['adapted-nowait', 'nowait'],
      ['both', 'baseline'],
      ['both', 'adapted'],
      ['sampled', 'adapted'],
    ] as const) {
      expect({ arm, other, changed: changed(arm, other) > 0 }).toEqual({ arm, other, changed: true });
    }
    // An adapter of scale 0 is none: the thinking is the baseline's, up to the budget.
    for (const [index, sample] of of('off').entries()) {
      expect(ids(sample).slice(0, 16)).toEqual(ids(of('baseline')[index]!).slice(0, 16));
    }
  });

  it('gives the same samples on one stream of one process, and after an interruption', async () => {
    const alone = join(runs.folder, 'alone');
    await expectExit(0, ['run', file, '--out', alone, '--token-ids', '--quiet'], env(1, 1));
    expect((await readRun(alone)).samples).toHaveLength(samples.length);
    await expectSameSamples(join(runs.folder, 'out'), alone);
    const id = await interruptedRun([file, '--out', join(runs.folder, 'broken')], env(1, 4));
    await expectExit(0, ['resume', id, '--out', join(runs.folder, 'resumed'), '--token-ids', '--quiet'], env(2, 4));
    await expectSameSamples(join(runs.folder, 'out'), join(runs.folder, 'resumed'));
  });

  it('names adapters with hash and scale in the result and in the report', async () => {
    const [model] = result.run.provenance.models;
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(model?.adapters).toEqual([
      { name: 'one', sha256, scale: 1 },
      { name: 'one', sha256, scale: 0 },
      { name: 'one', sha256, scale: 0.5 },
      { name: 'two', sha256, scale: 1 },
    ]);
    const [baseline, , one] = result.arms;
    expect(baseline).not.toHaveProperty('adapters');
    expect(one?.adapters).toEqual([expect.objectContaining({ name: 'one', scale: 1, rank: 8, alpha: 16 })]);
    const report = await readFile(join(runs.folder, 'out', 'report.html'), 'utf8');
    expect(report).toContain('two, scale 1');
    expect(report).toContain(model?.adapters[0]?.sha256);
    expect(report).toContain('with one at 0.5, with two');
  });

  it('refuses to go on with another adapter than the run was frozen with', async () => {
    const id = await interruptedRun([file, '--out', join(runs.folder, 'changed')], env(1, 1));
    const kept = join(runs.home, 'adapters', 'one.gguf');
    const original = await readFile(kept);
    writeLora(kept, NANO, { rank: 8, alpha: 16, strength: 0.1, seed: 3 });
    const { code, stderr } = await laconic('resume', id, '--out', join(runs.folder, 'changed'));
    await writeFile(kept, original);
    expect(code).toBe(1);
    expect(stderr).toContain('The file of adapter one is not the one its card describes');
  });

  it('lists, inspects and registers them from the command line', async () => {
    const listed = await laconic('adapters', 'ls');
    expect(listed.stdout).toMatch(/^one +reference-nano +rank 8, 0\.\d MB +one\.gguf$/m);
    const inspected = await laconic('adapters', 'inspect', join(runs.folder, 'two.gguf'));
    expect(JSON.parse(inspected.stdout)).toMatchObject({ arch: 'qwen3', rank: 3, alpha: 6 });
    const other = await laconic(
      'adapters',
      'add',
      join(runs.folder, 'two.gguf'),
      '--name',
      'one',
      '--base',
      'reference-nano',
    );
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('Another adapter is called one') });
    const wrong = await laconic('adapters', 'add', join(runs.folder, 'two.gguf'), '--base', 'reference');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('two.gguf does not fit the model') });
  });

  it('decodes an adapter that PEFT wrote as it does its factors in GGUF', async () => {
    const peft = join(runs.folder, 'trained');
    const factors = writePeft(peft, REFERENCE, { rank: 4, alpha: 16, strength: 0.3, type: 'BF16' });
    writeGguf(
      join(runs.folder, 'by-hand.gguf'),
      {
        'general.type': { type: 'text', value: 'adapter' },
        'general.architecture': { type: 'text', value: 'qwen3' },
        'adapter.type': { type: 'text', value: 'lora' },
        'adapter.lora.alpha': { type: 'f32', value: 16 },
      },
      factors.map(({ name, shape: [rows, columns], values }) => ({
        name: ggufName(name),
        rows,
        columns,
        values: () => values,
      })),
    );
    expect(await laconic('adapters', 'add', peft, '--base', 'reference')).toMatchObject({ code: 0 });
    const arms = [
      { name: 'baseline', technique: 'baseline', sampling: { maxTokens: 120 } },
      onReference('imported', 120, { name: 'trained' }),
      // Arms that do exactly the same are refused.
      onReference('by-hand', 121, { path: join(runs.folder, 'by-hand.gguf') }),
    ];
    const suite = smallSuite({
      name: 'imported',
      model: 'reference',
      datasets: [{ name: 'countdown', limit: 4 }],
      arms,
    });
    const output = await runs.run(suite, { out: 'imported', env: env(1, 16) });
    const [baseline, imported, byHand] = arms.map((_, index) =>
      output.samples.filter((sample) => sample.arm === output.result.arms[index]?.name).map(ids),
    );
    expect(imported).toHaveLength(4);
    expect(imported).toEqual(byHand?.map((tokens) => tokens.slice(0, 120)));
    expect(imported).not.toEqual(baseline);
  });
});

describe('an engine with adapters', () => {
  it('refuses what is none with a sentence, and opens again afterwards', async () => {
    const { addon } = await loadAddon();
    const open = async (adapters: unknown): Promise<unknown> =>
      addon.openEngine(nanoOptions({ adapters } as Parameters<typeof nanoOptions>[0]));
    await expect(open([{ path: NANO, scale: 1 }])).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining('general.type is not "adapter"'),
    });
    await expect(open([{ path: '/nowhere.gguf', scale: 1 }])).rejects.toMatchObject({ code: 'model-missing' });
    await expect(open([{ path: NANO, scale: 99 }])).rejects.toMatchObject({ code: 'usage' });
    await expect(open([{ path: NANO }])).rejects.toMatchObject({
      code: 'usage',
      message: 'adapters.scale has to be a number',
    });
    const engine = await addon.openEngine(nanoOptions({ adapters: [] }));
    const { samples } = await runJob(engine, nanoRequests(1));
    expect(samples[0]?.thinkIds.length).toBeGreaterThan(0);
    await engine.close();
  });
});

function ggufName(name: string): string {
  const [, layer, module, side] = /layers\.(\d+)\.([a-z_.]+)\.lora_([AB])/.exec(name) ?? [];
  const weight = module === 'mlp.down_proj' ? 'ffn_down' : 'attn_q';
  return `blk.${layer}.${weight}.weight.lora_${side?.toLowerCase()}`;
}
