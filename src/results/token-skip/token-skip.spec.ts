import { parseTechniqueParams, type Arm, type SampleRecord, type TechniqueName } from '../../domain/index.js';
import { ratioOfMeans, wilsonInterval } from '../../statistics/index.js';
import { assembleResult } from '../assemble.js';
import { columnsOf } from '../columns.js';
import { resultMarkdown } from '../markdown.js';
import { resultJson } from '../result-json.js';
import { resultProblems } from '../result-schema.js';
import { sampleBuilder, someStoredRun } from '../testing.js';
import { tokenSkipResult } from './index.js';

const ITEMS = 40;

function arm(name: string, technique: TechniqueName, params: object = {}, changes: Partial<Arm> = {}): Arm {
  return {
    name,
    technique,
    params: { ...parseTechniqueParams(technique, params) },
    model: 'reference',
    sampling: { temperature: 0, topP: 1, topK: 0, minP: 0, maxTokens: 1000, repeats: 1, seed: 1 },
    prompt: { system: null, prefix: null, suffix: null },
    ...changes,
  };
}

/** Thinking tokens and verdict of every item of an arm. */
function samplesOf(name: string, of: (item: number) => Partial<SampleRecord> & { readonly think: number }) {
  return Array.from({ length: ITEMS }, (_unused, item) => {
    const { think, ...changes } = of(item);
    return sampleBuilder({
      arm: name,
      item: `i${String(item)}`,
      level: 1 + (item % 2),
      ledger: { thinkSampled: think },
      ...changes,
    });
  });
}

const usual = (item: number): number => 100 + 5 * item;
const BASELINE = arm('baseline', 'baseline');
const baseline = samplesOf('baseline', (item) => ({ think: usual(item) }));

const asked = (ratio: number): Arm => arm(`g${String(ratio)}`, 'tokenskip', { ratio });

const visible = (name: string, share: number): SampleRecord[] =>
  samplesOf(name, () => ({ think: 0 })).map((sample, item) => ({
    ...sample,
    ledger: { ...sample.ledger, answerSampled: Math.round(share * usual(item)) },
  }));

describe(tokenSkipResult.name, () => {
  it('is absent without an arm that compresses, whatever its prompts ask for', () => {
    const arms = [BASELINE, arm('lc', 'lc-prompt')];
    expect(tokenSkipResult(arms, columnsOf(baseline), 1)).toBeNull();
  });

  it('measures each ratio against the unmodified arm, over all and by level', () => {
    const arms = [BASELINE, asked(0.5), asked(1), asked(0.7)];
    const made = [0.5, 1, 0.7].flatMap((ratio) =>
      samplesOf(`g${String(ratio)}`, (item) => ({ think: Math.round(ratio * usual(item)), correct: item % 4 !== 0 })),
    );
    const [curve] = tokenSkipResult(arms, columnsOf([...baseline, ...made]), 1)!.curves;
    expect(curve).toMatchObject({ technique: 'tokenskip', against: 'baseline', counted: 'think', adapter: null });
    expect(curve?.params).toEqual({ control: 'reference', maxTokens: 'fixed' });
    expect(curve?.points.map(({ ratio }) => ratio)).toEqual([1, 0.7, 0.5]);
    const half = curve!.points[2]!;
    const [tokens, whole] = [made.slice(0, ITEMS), baseline].map((all) => all.map(({ ledger }) => ledger.thinkSampled));
    const { ratio } = ratioOfMeans(tokens!, whole!, { seed: 1 });
    expect(half).toMatchObject({ arm: 'g0.5', items: ITEMS, accuracy: 0.75, accuracyInterval: wilsonInterval(30, 40) });
    expect(half.actRatio).toBe(ratio);
    expect(half.actRatioInterval[0]).toBeLessThan(ratio);
    expect(half.adherenceError).toBeCloseTo(Math.abs(ratio - 0.5), 12);
    expect(curve?.adherenceError).toBeLessThan(0.01);
    expect(curve?.collapse).toBeNull();
    expect(Object.keys(half.byLevel)).toEqual(['1', '2']);
    expect(half.byLevel['1']).toMatchObject({ items: 20, accuracy: 0.5 });
    expect(half.byLevel['2']?.actRatio).toBeCloseTo(0.5, 2);
  });

  it('says how much of a good ratio is what maxTokens cut', () => {
    const limit = arm('limit', 'truncate', { ratio: 0.2 }, { sampling: { ...BASELINE.sampling, maxTokens: 200 } });
    const cut = samplesOf('limit', (item) =>
      usual(item) < 190
        ? { think: usual(item) }
        : { think: 200, thinkStop: 'cap', stopReason: 'length_cap', correct: false, extracted: null },
    );
    const [curve] = tokenSkipResult([BASELINE, limit], columnsOf([...baseline, ...cut]), 1)!.curves;
    // 18 of 40 items fit into 200 tokens.
    expect(curve?.points[0]).toMatchObject({ arm: 'limit', censoredShare: 22 / 40, cutShare: 22 / 40 });
  });

  it('takes a cap that the technique scales for the limit that it was given, and another limit for another', () => {
    const scaled = (maxTokens: number) =>
      arm(
        `scaled-${String(maxTokens)}`,
        'tokenskip',
        { ratio: 0.5, maxTokens: 'scaled-by-ratio' },
        { sampling: { ...BASELINE.sampling, maxTokens } },
      );
    const arms = [BASELINE, scaled(500), scaled(400)];
    const made = [500, 400].flatMap((cap) => samplesOf(`scaled-${String(cap)}`, (item) => ({ think: usual(item) })));
    const found = tokenSkipResult(arms, columnsOf([...baseline, ...made]), 1)!;
    expect(found.curves.map(({ points }) => points.map((point) => point.arm))).toEqual([['scaled-500']]);
    expect(found.unmatched).toEqual(['scaled-400']);
  });

  it('keeps apart what differs in more than the ratio, and sets prompts beside it', () => {
    const arms = [
      BASELINE,
      arm('a', 'tokenskip', { ratio: 0.5 }),
      arm('b', 'tokenskip', { ratio: 0.5, control: 'qwen' }),
      arm('c', 'truncate', { ratio: 0.5, cut: 'own' }),
      arm('d', 'be-concise'),
      arm('e', 'lc-prompt', { ratio: 0.9 }),
      arm('f', 'lc-prompt', { ratio: 0.5 }),
      arm('g', 'tokenskip', { ratio: 0.5 }, { prompt: { system: null, prefix: 'P', suffix: null } }),
      arm('h', 'nowait'),
    ];
    const made = arms.slice(1).flatMap(({ name }) => samplesOf(name, (item) => ({ think: usual(item) })));
    const found = tokenSkipResult(arms, columnsOf([...baseline, ...made]), 1)!;
    expect(found.curves.map(({ points }) => points.map((point) => point.arm).join(' '))).toEqual([
      'a',
      'b',
      'c',
      'd',
      'e f',
    ]);
    expect(found.unmatched).toEqual(['g']);
    expect(found.curves[3]).toMatchObject({ adherenceError: null, collapse: null });
  });

  it('counts delivered tokens where the model marks no thinking', () => {
    const [curve] = tokenSkipResult(
      [BASELINE, arm('half', 'tokenskip', { ratio: 0.5 })],
      columnsOf([...visible('baseline', 1), ...visible('half', 0.5)]),
      1,
    )!.curves;
    expect(curve?.counted).toBe('delivered');
    expect(curve?.points[0]?.actRatio).toBeCloseTo(0.5, 2);
  });

  it('is a part of result.json that keeps the contract', async () => {
    const stored = someStoredRun({
      items: ITEMS,
      datasets: ['arithmetic'],
      arms: [
        { name: 'baseline', technique: 'baseline' },
        { name: 'half', technique: 'tokenskip', params: { ratio: 0.5 } },
      ],
    });
    const half = samplesOf('half', (item) => ({ think: usual(item) / 2 }));
    const result = await assembleResult(stored, [...baseline, ...half], new Map());
    const json: unknown = JSON.parse(resultJson(result));
    expect(resultProblems(json)).toEqual([]);
    expect(json).toHaveProperty('tokenSkip.curves.0.points.0.arm', 'half');
    expect(resultMarkdown(result)).toContain(
      '| half | 0.5 | 100.0\u202f% (91.2–100.0) | 99 | 0.499 (0.498–0.499) | 0.00 | 0.0\u202f% |',
    );
  });
});

const trained = (scorer: string, seed: number, ratio: number): Arm => {
  const compression = {
    scorer,
    seed,
    ratios: [],
    control: null,
    examples: null,
    baseSha256: null,
    datasetSha256: null,
  };
  const facts = { rank: 8, alpha: 16, parameters: 1, compression };
  const adapter = { name: scorer, sha256: `${scorer}${String(seed)}`, scale: 1, ...facts };
  return arm(`${scorer}-${String(seed)}-${String(ratio)}`, 'tokenskip', { ratio }, { adapters: [adapter] });
};

describe('scorers', () => {
  const SEEDS = [1, 2, 3];
  const RATIOS = [0.4, 0.6, 0.9];
  const suite = (scorers: readonly string[]): Arm[] => [
    BASELINE,
    ...scorers.flatMap((scorer) => SEEDS.flatMap((seed) => RATIOS.map((ratio) => trained(scorer, seed, ratio)))),
  ];
  const run = (rights: Readonly<Record<string, (item: number, seed: number) => boolean>>) =>
    columnsOf([
      ...baseline,
      ...Object.entries(rights).flatMap(([scorer, isRight]) =>
        SEEDS.flatMap((seed) =>
          RATIOS.flatMap((ratio) =>
            samplesOf(`${scorer}-${String(seed)}-${String(ratio)}`, (item) => ({
              think: ratio * usual(item),
              correct: isRight(item, seed),
            })),
          ),
        ),
      ),
    ]);

  it('beat chance where they do, at every length that all of them come to', () => {
    const scorers = { 'self-information': (item: number) => item % 8 !== 0, random: (item: number) => item % 2 === 0 };
    const found = tokenSkipResult(suite(Object.keys(scorers)), run(scorers), 1)!.scorers;
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      scorer: 'self-information',
      control: 'random',
      against: 'baseline',
      seeds: [3, 3],
      items: ITEMS,
      verdict: 'beats',
    });
    const targets = found[0]!.targets;
    expect(targets.map(({ actRatio }) => Math.round(actRatio * 10) / 10)).toEqual([0.5, 0.6, 0.7, 0.8]);
    for (const { difference, bySeed, seedSpread } of targets) {
      expect(difference).toBeCloseTo(0.375, 9);
      expect(bySeed).toHaveLength(3);
      expect(seedSpread).toBeCloseTo(0, 9);
    }
    expect(found[0]!.sentence).toMatch(
      /^self-information beats random at equal length: \+37\.5\u00a0pts \(.* to .*\) at 0\.\d of baseline's length; 40 items, 3 seeds \(which differ by 0\.0 points, SD\), corrected for 4 lengths\.$/,
    );
  });

  it('are not decisive against what does the same, and worse where they are', () => {
    const same = { 'self-information': (item: number) => item % 3 !== 0, random: (item: number) => item % 3 !== 0 };
    expect(tokenSkipResult(suite(Object.keys(same)), run(same), 1)!.scorers[0]).toMatchObject({
      verdict: 'not-decisive',
      sentence: expect.stringMatching(/^Whether self-information beats random .* is not decisive: /) as unknown,
    });
    const worse = { 'answer-contribution': (item: number) => item % 2 === 0, 'keep-numbers': () => true };
    expect(tokenSkipResult(suite(Object.keys(worse)), run(worse), 1)!.scorers[0]?.verdict).toBe('worse');
  });

  it('are compared with controls only, never with one another', () => {
    const all = Object.fromEntries(
      ['self-information', 'llmlingua2', 'random', 'keep-numbers'].map((name) => [name, () => true]),
    );
    const found = tokenSkipResult(suite(Object.keys(all)), run(all), 1)!.scorers;
    expect(found.map(({ scorer, control }) => `${scorer} ${control}`)).toEqual([
      'self-information random',
      'self-information keep-numbers',
      'llmlingua2 random',
      'llmlingua2 keep-numbers',
    ]);
  });

  it('have curves of their own, one for each adapter', () => {
    const scorers = { random: () => true };
    const { curves } = tokenSkipResult(suite(['random']), run(scorers), 1)!;
    expect(curves.map(({ adapter }) => adapter)).toEqual(
      SEEDS.map((seed) => ({ name: 'random', scale: 1, scorer: 'random', seed })),
    );
  });
});
