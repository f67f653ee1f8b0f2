import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ComparisonDocument } from '../../src/comparisons/index.js';
import { runLaconic } from '../support/laconic-process.js';
import { suiteRuns, type RunOutput, type SuiteRuns } from '../support/suite-run.js';

const SUITE = {
  name: 'compared',
  model: 'reference-nano',
  datasets: [
    { name: 'arithmetic', limit: 8 },
    { name: 'clock-times', limit: 8 },
  ],
  sampling: { maxTokens: 256 },
  timing: { items: 0 },
  arms: [
    { name: 'baseline', technique: 'baseline' },
    { name: 'nowait', technique: 'nowait' },
  ],
};

/** Real runs of the smallest model, compared by the shipped command. */
describe('laconic compare', () => {
  let suites: SuiteRuns;
  let first: RunOutput;

  async function compare(...args: readonly string[]): Promise<ComparisonDocument> {
    const { code, stdout, stderr } = await runLaconic(['compare', ...args, '--json'], { LACONIC_HOME: suites.home });
    if (code !== 0) throw new TypeError(`laconic compare ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as ComparisonDocument;
  }

  async function another(changes: object): Promise<RunOutput> {
    return suites.run({ ...SUITE, ...changes });
  }

  beforeAll(async () => {
    suites = await suiteRuns();
    first = await suites.run(SUITE);
  });
  afterAll(async () => {
    await suites.remove();
  });

  it('comes to the figures of result.json for two arms of a run', async () => {
    const { compared } = await compare(first.result.run.id, '--arm', 'nowait', '--against', 'baseline');
    expect(compared).toHaveLength(1);
    const { overall, byDataset } = compared[0] as ComparisonDocument['compared'][number];
    for (const { group: _group, means: _means, ...figures } of [overall, ...byDataset]) {
      expect(figures).toEqual(first.result.comparisons.find(({ dataset }) => dataset === figures.dataset));
    }
    const correct = first.samples.filter(({ arm }) => arm === 'nowait').filter((sample) => sample.correct).length;
    expect(overall.means.arm.accuracy).toBeCloseTo(correct / 16, 12);
  });

  it('finds no difference between a greedy run, itself and the same run again', async () => {
    const again = await another({});
    for (const other of [first, again]) {
      const { compared } = await compare(first.result.run.id, other.result.run.id, '--all-items');
      expect(compared.map(({ arm }) => arm.arm).toSorted()).toEqual(['baseline', 'nowait']);
      for (const { overall, byDataset, byLength, items, differences, incomparable } of compared) {
        expect({ differences, incomparable }).toEqual({ differences: [], incomparable: null });
        for (const { accuracyDelta, tokenRatio, thinkRatio, flips } of [overall, ...byDataset, ...byLength]) {
          expect({ accuracyDelta, tokenRatio, thinkRatio, flips }).toEqual({
            accuracyDelta: 0,
            tokenRatio: 1,
            thinkRatio: 1,
            flips: { lost: 0, won: 0 },
          });
        }
        expect(items).toHaveLength(16);
      }
    }
  });

  it('names two seeds, and shows for every flip samples that the runs hold', async () => {
    const sampling = { maxTokens: 256, temperature: 1 };
    const one = await another({ sampling: { ...sampling, seed: 1 } });
    const two = await another({ sampling: { ...sampling, seed: 2 } });
    const { compared } = await compare(one.result.run.id, two.result.run.id, '--arm', 'baseline');
    const { differences, items, overall, outcomes } = compared[0] as ComparisonDocument['compared'][number];
    expect(differences).toEqual([{ kind: 'sampling', name: 'seed', arm: '2', against: '1' }]);
    expect(items).toHaveLength(overall.flips.lost + overall.flips.won);
    expect({ lost: outcomes.lost, won: outcomes.won }).toEqual(overall.flips);
    for (const { arm, against, text } of items) {
      for (const [{ sample }, run] of [
        [arm, two],
        [against, one],
      ] as const) {
        const stored = run.samples.find(({ arm: name, item }) => name === 'baseline' && item === sample?.item);
        expect(sample).toMatchObject({ correct: stored?.correct, extracted: stored?.extracted });
        expect(text).toEqual({ question: expect.stringMatching(/\d/), reference: stored?.reference });
      }
    }
  });

  it('judges another model, names what it is, and lists the items that only one run has', async () => {
    const datasets = [{ name: 'arithmetic', limit: 6 }];
    const other = await another({ model: 'reference', datasets, arms: SUITE.arms.slice(0, 1) });
    const short = await another({ datasets, arms: SUITE.arms.slice(0, 1) });
    const models = await compare(short.result.run.id, other.result.run.id);
    expect(models.compared[0]).toMatchObject({ incomparable: null, pairing: { pairs: 6 } });
    expect(models.compared[0]?.differences.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['model', 'model file']),
    );
    const { compared, armsLeftOut } = await compare(first.result.run.id, short.result.run.id);
    const names = new Set(first.samples.map(({ dataset, item }) => `${dataset}/${item}`));
    for (const { dataset, item } of short.samples) names.delete(`${dataset}/${item}`);
    const { pairing, overall, incomparable } = compared[0] as ComparisonDocument['compared'][number];
    expect(pairing.onlyAgainst.items.map(({ dataset, item }) => `${dataset}/${item}`)).toEqual([...names]);
    expect(pairing.onlyAgainst.count).toBe(16 - pairing.pairs);
    expect(overall).toMatchObject({ verdict: 'not-comparable', finding: `not comparable: ${incomparable}` });
    expect(armsLeftOut).toEqual([{ run: first.result.run.id, arm: 'nowait' }]);
  });

  it('does not judge caps that one side runs into, and writes the page', async () => {
    const capped = await another({ sampling: { maxTokens: 64 } });
    const page = join(suites.folder, 'comparison.html');
    const args = ['compare', first.result.run.id, capped.result.run.id, '--arm', 'baseline', '--out', page];
    const { code, stdout } = await runLaconic(args, { LACONIC_HOME: suites.home });
    expect(code).toBe(0);
    expect(stdout).toContain('not comparable: token caps differ (64 and 256)');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(page);
    expect(await readFile(page, 'utf8')).toContain('token caps differ (64 and 256)');
  });

  it('exits with 2 where a run or an arm is unknown', async () => {
    const unknown = await runLaconic(['compare', '0123456789ab'], { LACONIC_HOME: suites.home });
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    const arm = await runLaconic(['compare', first.result.run.id, '--arm', 'nowiat'], { LACONIC_HOME: suites.home });
    expect(arm.code).toBe(2);
    expect(arm.stderr).toContain('Did you mean nowait?');
  });
});
