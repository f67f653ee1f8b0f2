import { assert, asyncProperty, shuffledSubarray } from 'fast-check';
import type { Arm, Item, SampleRecord } from '../domain/index.js';
import { assembleResult } from '../results/index.js';
import { inMemoryReaders, type MemoryRun, simulatedSamples, someStoredRun } from '../results/testing.js';
import type { ArmComparison } from './comparison-document.js';
import { type ComparisonOptions, ComparisonsService } from './comparisons.service.js';
import type { ComparisonRequest } from './sides.js';
import { comparedRuns } from './testing.js';

const A = '054f19c7aaaa';
const B = '81d0c4aabbbb';
const ALL: ComparisonOptions = { allItems: true };

interface RunChanges {
  readonly samples?: readonly SampleRecord[];
  readonly changeArm?: (arm: Arm) => Arm;
  readonly status?: 'completed' | 'partial' | 'running';
  readonly items?: readonly Item[];
}

function memoryRun(id: string, { samples = simulatedSamples(), changeArm, status, items }: RunChanges = {}): MemoryRun {
  const stored = someStoredRun({ ...(changeArm && { changeArm }), ...(status && { status }) });
  const run = { stored: { ...stored, view: { ...stored.view, id } }, samples };
  return items ? { ...run, items } : run;
}

const NOWAIT: ComparisonRequest = { against: { run: A, arm: 'nowait' }, sides: [{ run: B, arm: 'nowait' }] };

/** `nowait` of two runs. */
async function overRuns(second: RunChanges, first: RunChanges = {}): Promise<ArmComparison> {
  const { compared: found } = await comparedRuns(NOWAIT, memoryRun(A, first), memoryRun(B, second));
  if (!found[0]) throw new TypeError('nothing compared');
  return found[0];
}

/** Without what names the runs and the seeds that hang on these names. */
function figures({ overall, byDataset, byLevel, outcomes, pairing }: ArmComparison): unknown {
  const plain = [overall, ...byDataset, ...byLevel].map(
    ({ dataset, group, pairs, accuracyDelta, flips, tokenRatio, means }) => ({
      dataset,
      group,
      pairs,
      accuracyDelta,
      flips,
      tokenRatio,
      means,
    }),
  );
  return { plain, outcomes, pairing };
}

const isSorted = (values: readonly number[]): boolean => values.every((value, i) => value >= (values[i - 1] ?? -1));

const isGone = ({ item }: SampleRecord): boolean => item === 'arithmetic-003' || item === 'countdown-001';

const isKept = ({ item, repeat }: SampleRecord): boolean => item !== 'arithmetic-000' && repeat === 0;

const changeArm = (arm: Arm): Arm => ({
  ...arm,
  model: 'other',
  sampling: { ...arm.sampling, temperature: 0.6, seed: 7 },
});

const capped = (maxTokens: number): RunChanges => ({
  changeArm: (arm) => ({ ...arm, sampling: { ...arm.sampling, maxTokens } }),
});

describe('arms of one run', () => {
  it('come to the figures of result.json, field by field', async () => {
    const run = memoryRun(A);
    const { compared: found } = await comparedRuns({ against: { run: A }, sides: [] }, run);
    const result = await assembleResult(run.stored, run.samples, new Map());
    expect(found).toHaveLength(3);
    for (const one of found) {
      for (const { group: _group, means: _means, ...fields } of [one.overall, ...one.byDataset]) {
        const told = result.comparisons.find(({ arm, dataset }) => arm === one.arm.arm && dataset === fields.dataset);
        expect(fields).toEqual(told);
      }
    }
  });

  it('are sorted by regression: arms, data sets, levels and items', async () => {
    const { compared: found } = await comparedRuns({ against: { run: A }, sides: [] }, memoryRun(A));
    expect(isSorted(found.map(({ overall }) => overall.accuracyDelta))).toBe(true);
    for (const { byDataset, byLevel, items, overall } of found) {
      for (const groups of [byDataset, byLevel]) expect(isSorted(groups.map((each) => each.accuracyDelta))).toBe(true);
      const lost = items.findLastIndex(({ outcome }) => outcome === 'lost');
      expect(lost).toBe(overall.flips.lost - 1);
    }
  });
});

describe('a run against itself', () => {
  it('differs by exactly 0 everywhere and in no item', async () => {
    const { compared: found } = await comparedRuns({ against: { run: A }, sides: [{ run: A }] }, memoryRun(A));
    expect(found).toHaveLength(4);
    for (const { overall, byDataset, byLevel, byLength, differences, outcomes, incomparable } of found) {
      expect({ differences, incomparable }).toEqual({ differences: [], incomparable: null });
      for (const group of [overall, ...byDataset, ...byLevel, ...byLength]) {
        expect(group).toMatchObject({
          accuracyDelta: 0,
          flips: { lost: 0, won: 0 },
          tokenRatio: 1,
          tokenRatioInterval: [1, 1],
        });
      }
      expect(outcomes['both-right'] + outcomes['both-wrong']).toBe(overall.pairs);
    }
  });
});

describe('two runs', () => {
  it('are paired by what items ask, whatever the items are called and in which order they come', async () => {
    const samples = simulatedSamples({ seed: 2 });
    const expected = figures(await overRuns({ samples }));
    await assert(
      asyncProperty(shuffledSubarray([...samples], { minLength: samples.length }), async (shuffled) => {
        const renamed = shuffled.map((sample) => ({ ...sample, item: `other-${sample.item}` }));
        expect(figures(await overRuns({ samples: renamed }))).toEqual(expected);
      }),
      { numRuns: 5 },
    );
  });

  it('name the items that only one of them has, and judge nothing then', async () => {
    const samples = simulatedSamples().filter((sample) => !isGone(sample));
    const { pairing, overall, incomparable } = await overRuns({ samples });
    expect(pairing).toMatchObject({
      pairs: 38,
      onlyArm: { count: 0, items: [] },
      onlyAgainst: {
        count: 2,
        items: [
          { dataset: 'arithmetic', item: 'arithmetic-003' },
          { dataset: 'countdown', item: 'countdown-001' },
        ],
      },
    });
    expect(incomparable).toBe('items differ, 2 have samples of only one arm');
    expect(overall).toMatchObject({ verdict: 'not-comparable', finding: `not comparable: ${incomparable}`, pairs: 38 });
  });

  it('take an item whose reference changed for another item', async () => {
    const samples = simulatedSamples().map((sample) =>
      sample.item === 'arithmetic-003' ? { ...sample, reference: '1' } : sample,
    );
    const { pairing } = await overRuns({ samples });
    expect([pairing.onlyArm, pairing.onlyAgainst].map(({ items }) => items)).toEqual([
      [{ dataset: 'arithmetic', item: 'arithmetic-003' }],
      [{ dataset: 'arithmetic', item: 'arithmetic-003' }],
    ]);
  });

  it('count items that neither answered, and repeats that only one has', async () => {
    const twice = simulatedSamples({ repeats: 2 });
    const items = await inMemoryReaders(memoryRun(A, { samples: twice })).runs.items(A);
    const samples = twice.filter(isKept);
    const first = twice.filter(({ item }) => item !== 'arithmetic-000');
    const { pairing, overall } = await overRuns({ samples, items }, { samples: first, items });
    expect(pairing.neither).toEqual({ count: 1, items: [{ dataset: 'arithmetic', item: 'arithmetic-000' }] });
    expect(pairing.unpairedSamples).toEqual({ arm: 0, against: 39 });
    expect(overall.pairs).toBe(39);
  });

  it('use item means over repeats, and show a repeat in which the grades differ', async () => {
    const one = simulatedSamples({ repeats: 3, accuracy: 0.6 });
    const two = simulatedSamples({ repeats: 3, accuracy: 0.6, seed: 2 });
    const { items, overall, outcomes } = await overRuns({ samples: two }, { samples: one });
    expect(overall.method).toBe('clustered-t');
    expect({ lost: outcomes.lost, won: outcomes.won }).toEqual(overall.flips);
    const differing = items.filter(({ arm, against }) => arm.accuracy !== against.accuracy);
    expect(differing.length).toBeGreaterThan(0);
    for (const { arm, against, text } of differing) {
      const of = (samples: readonly SampleRecord[], side: typeof arm): SampleRecord | undefined =>
        samples.find(
          ({ arm: name, item, repeat }) => name === 'nowait' && item === side.item && repeat === side.sample?.repeat,
        );
      expect(arm.sample?.repeat).toBe(against.sample?.repeat);
      expect(of(two, arm)?.correct).toBe(arm.accuracy > against.accuracy);
      expect(of(one, against)?.correct).toBe(arm.accuracy < against.accuracy);
      expect(text?.question).toBe(of(one, against)?.question);
    }
  });

  it('name what they differ in', async () => {
    const { differences } = await overRuns({ changeArm });
    expect(differences.map(({ name, against, arm }) => `${name}: ${against} → ${arm}`)).toEqual([
      'model: reference → other',
      `model file: ${'a3f5'.repeat(3)} → none`,
      `use of the model: ${'c'.repeat(12)} → none`,
      'temperature: 0 → 0.6',
      'seed: 1 → 7',
    ]);
  });

  it('are not comparable where their caps differ and a sample came up to the smaller one', async () => {
    const unfair = await overRuns(capped(64));
    expect(unfair.incomparable).toMatch(
      /^token caps differ \(64 and 1,024\), and \d+ of 80 samples come up to the smaller one$/,
    );
    expect(unfair.overall).toMatchObject({
      verdict: 'not-comparable',
      finding: `not comparable: ${unfair.incomparable}`,
    });
    const harmless = await overRuns(capped(100_000));
    expect(harmless.incomparable).toBeNull();
    expect(harmless.differences).toContainEqual({ kind: 'cap', name: 'token cap', arm: '100000', against: '1024' });
  });

  it('are not comparable where one is partial or checks answers in another way', async () => {
    const partial = await overRuns({ status: 'partial' });
    expect(partial.overall.finding).toBe(`not comparable: run ${B} is partial, 160 of 160 samples`);
    const items = await inMemoryReaders(memoryRun(A)).runs.items(A);
    const checked = items.map((item, index): Item => (index < 3 ? { ...item, check: { type: 'text' } } : item));
    const other = await overRuns({ items: checked });
    expect(other.incomparable).toBe('answers of 3 common items are checked in another way');
    expect(other.differences).toContainEqual(expect.objectContaining({ kind: 'grader', name: 'check of answers' }));
  });

  it('fall into quarters by the thinking of the reference, every item into one', async () => {
    const { byLength, overall, items } = await overRuns({ samples: simulatedSamples({ seed: 2 }) });
    expect(byLength).toHaveLength(4);
    expect(byLength.reduce((sum, { pairs }) => sum + pairs, 0)).toBe(overall.pairs);
    const means = byLength.map((group) => group.means.against.thinkTokens);
    expect(means).toEqual(means.toSorted((a, b) => a - b));
    const sum = byLength.reduce((total, group) => total + group.accuracyDelta * group.pairs, 0);
    expect(sum / items.length).toBeCloseTo(overall.accuracyDelta, 12);
  });
});

describe('what is asked for', () => {
  it('is refused where a run is unknown or still runs', async () => {
    const request = { against: { run: A }, sides: [{ run: B }] };
    await expect(comparedRuns(request, memoryRun(A))).rejects.toMatchObject({ code: 'run-unknown', where: B });
    const running = memoryRun(B, { status: 'running' });
    await expect(comparedRuns(request, memoryRun(A), running)).rejects.toMatchObject({
      code: 'run-not-finished',
      where: B,
    });
  });

  it('lists only the differences unless all items are wanted, and counts all either way', async () => {
    const { runs, samples } = inMemoryReaders(memoryRun(A));
    const service = new ComparisonsService(runs, samples, samples);
    const request = { against: { run: A }, sides: [{ run: A, arm: 'nothinking' }] };
    const [few] = (await service.compare(request)).compared;
    const [all] = (await service.compare(request, ALL)).compared;
    expect(few?.items).toEqual(all?.items.slice(0, few?.items.length));
    expect(few?.items).toHaveLength((few?.overall.flips.lost ?? 0) + (few?.overall.flips.won ?? 0));
    expect(all?.items).toHaveLength(40);
    expect(few?.outcomes).toEqual(all?.outcomes);
  });
});
