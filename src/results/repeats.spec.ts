import type { RunResult, SampleRecord } from '../domain/index.js';
import { generalPassAtK, majorityAtK, passAtK } from '../statistics/index.js';
import { assembleResult } from './assemble.js';
import { resultJson } from './result-json.js';
import { resultProblems } from './result-schema.js';
import { sampleBuilder, someStoredRun } from './testing.js';

type PathsOfSample = readonly (readonly [extracted: string | null, correct: boolean])[];

const VOTE = { name: 'vote', technique: 'self-consistency' } as const;

function sample(arm: string, item: string, changes: Partial<SampleRecord>): SampleRecord {
  return { ...sampleBuilder({ arm, dataset: 'arithmetic', item }), ...changes };
}

function voted(item: string, paths: PathsOfSample): SampleRecord {
  const { certainty: _certainty, ...path } = sampleBuilder();
  const made = paths.map(([extracted, correct]) => ({ ...path, extracted, correct }));
  return sample('vote', item, { paths: made });
}

async function resultOf(
  samples: readonly SampleRecord[],
  changes: Parameters<typeof someStoredRun>[0],
): Promise<RunResult> {
  return assembleResult(someStoredRun({ datasets: ['arithmetic'], ...changes }), samples, new Map());
}

describe('several samples of an item', () => {
  it('give pass@k, maj@k and G-Pass@k as means over items of the estimators', async () => {
    const answers: readonly PathsOfSample[] = [
      [
        ['7', true],
        ['7.0', true],
        ['8', false],
        [null, false],
      ],
      [
        ['1', false],
        ['1', false],
        ['2', true],
        ['x', false],
      ],
    ];
    const samples = answers.flatMap((of, item) =>
      of.map(([extracted, correct], repeat) => sample('baseline', `i${item}`, { repeat, extracted, correct })),
    );
    const arms = [{ name: 'baseline', technique: 'baseline' }] as const;
    const { passAtK: found, paths } = (await resultOf(samples, { arms, repeats: 4 })).arms[0] ?? {};
    expect(paths).toBeUndefined();
    expect(found).toMatchObject({ of: 'repeats', samples: 4, items: 2 });
    expect(found?.points.map(({ k }) => k)).toEqual([1, 2, 4]);
    for (const { k, pass, majority, general } of found?.points ?? []) {
      expect(pass.value).toBeCloseTo((passAtK(4, 2, k) + passAtK(4, 1, k)) / 2, 12);
      const first = majorityAtK([group(2, true), group(1, false)], 1, k);
      const second = majorityAtK([group(2, false), group(1, true), group(1, false)], 0, k);
      expect(majority.value).toBeCloseTo((first + second) / 2, 12);
      const all = (generalPassAtK(4, 2, { k, tau: 1 }) + generalPassAtK(4, 1, { k, tau: 1 })) / 2;
      expect(general.find(({ tau }) => tau === 1)?.value).toBeCloseTo(all, 12);
    }
  });

  it('come from the paths of votes that run all of them', async () => {
    const samples = [
      voted('i0', [
        ['4', true],
        ['5', false],
      ]),
      voted('i1', [
        ['9', false],
        ['9', false],
      ]),
    ];
    const arms = [{ ...VOTE, params: { paths: 2, early: false } }];
    const arm = (await resultOf(samples, { arms, repeats: 1 })).arms[0];
    expect(arm?.passAtK).toMatchObject({ of: 'paths', samples: 2 });
    expect(arm?.passAtK?.points.map(({ pass }) => pass.value)).toEqual([0.25, 0.5]);
    expect(arm?.paths).toMatchObject({ asked: 2, run: { value: 2 } });
  });

  it('have no estimate where a vote ends when it is decided, as that would be biased; the paths are counted', async () => {
    const three: PathsOfSample = [
      ['4', true],
      ['4', true],
      ['4', true],
    ];
    const samples = [voted('i0', three), voted('i1', [...three, ['5', false]])];
    const result = await resultOf(samples, { arms: [{ ...VOTE, params: { paths: 5 } }] });
    expect(result.arms[0]?.passAtK).toBeUndefined();
    expect(result.arms[0]?.paths).toMatchObject({ asked: 5, run: { value: 3.5 } });
    expect(resultProblems(JSON.parse(resultJson(result)))).toEqual([]);
  });

  it('count a vote that was taken over from another arm as one sample', async () => {
    const { paths = [] } = voted('i0', [
      ['4', true],
      ['5', false],
      ['5', false],
    ]);
    const samples = [true, false].map((correct, repeat) => sample('baseline', 'i0', { repeat, correct, paths }));
    const arms = [{ name: 'baseline', technique: 'baseline' }] as const;
    const { passAtK: found } = (await resultOf(samples, { arms, repeats: 2 })).arms[0] ?? {};
    expect(found).toMatchObject({ of: 'repeats', samples: 2 });
    expect(found?.points.map(({ pass }) => pass.value)).toEqual([0.5, 1]);
  });

  it('have no estimate before the run is complete, and none where there is one sample', async () => {
    const samples = [0, 1].map((repeat) => sample('baseline', 'i0', { repeat }));
    const arms = [{ name: 'baseline', technique: 'baseline' }] as const;
    const partial = await resultOf(samples, { arms, repeats: 2, status: 'running' });
    expect(partial.arms[0]?.passAtK).toBeUndefined();
    expect((await resultOf(samples.slice(1), { arms })).arms[0]?.passAtK).toBeUndefined();
    expect((await resultOf(samples, { arms, repeats: 2 })).arms[0]?.passAtK).toBeDefined();
  });
});

function group(samples: number, correct: boolean): { readonly samples: number; readonly correct: boolean } {
  return { samples, correct };
}
