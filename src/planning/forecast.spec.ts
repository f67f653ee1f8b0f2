import { DEFAULT_RATES, expectedTokens, rateFor } from './expectations.js';
import { forecast } from './forecast.js';
import { refuseImpossibleArms } from './refusals.js';
import { adaptedSuite, someItems, someModel, someSuite, steeredSuite } from './testing.js';

const SUITE = someSuite({
  datasets: [{ name: 'a' }, { name: 'b' }],
  arms: [
    { name: 'baseline', technique: 'baseline' },
    { name: 'nowait', technique: 'nowait' },
    { name: 'nowait-all', technique: 'nowait', params: { scope: 'all' } },
    { name: 'budget-64', technique: 'budget', params: { tokens: 64 } },
    { name: 'nothinking', technique: 'nothinking' },
  ],
});
const ENGINES = { processes: 2, threads: 1, streams: 16, memoryBytes: 8 * 2 ** 30 };
const BASE = { suite: SUITE, items: someItems({ a: 60, b: 40 }), engines: ENGINES };

describe('forecast', () => {
  it('counts samples, shards and tokens, and takes measured token counts where there are some', () => {
    const plain = forecast({ ...BASE, models: new Map([['reference', someModel()]]) });
    expect(plain).toMatchObject({ items: 100, samples: 500, refused: [], warnings: [] });
    const priors = new Map([['reference', { thinkTokens: 200, answerTokens: 20 }]]);
    const measured = forecast({ ...BASE, models: new Map([['reference', someModel()]]), priors });
    expect(measured.arms.map((arm) => arm.expectedTokens)).toEqual([22_000, 16_000, 16_000, 8400, 2000]);
    expect(measured.expectedSeconds).toBeCloseTo(64_400 / 2800, 6);
    expect(measured.maxSeconds).toBeGreaterThan(measured.expectedSeconds);
  });

  it('counts every path of a vote, and half of those that it may spare', () => {
    const sampling = { temperature: 0.6, maxTokens: 512 };
    const suite = someSuite({
      sampling,
      arms: [
        { name: 'baseline', technique: 'baseline' },
        { name: 'vote', technique: 'self-consistency', params: { paths: 5 } },
        { name: 'best', technique: 'best-of-n', params: { paths: 5 } },
      ],
    });
    const priors = new Map([['reference', { thinkTokens: 90, answerTokens: 10 }]]);
    const { arms, memory } = forecast({ ...BASE, suite, models: new Map([['reference', someModel()]]), priors });
    expect(arms.map((arm) => arm.expectedTokens)).toEqual([10_000, 40_000, 50_000]);
    expect(arms.map((arm) => arm.maxTokens)).toEqual([51_200, 256_000, 256_000]);
    expect(memory[0]?.contextTokens).toBe(1024);
  });

  it('refuses arms that need thinking delimiters when the model names none', () => {
    const models = new Map([['reference', someModel({ think: null })]]);
    const plan = forecast({ ...BASE, models });
    expect(plan.refused.map((refusal) => refusal.arm)).toEqual(['nowait', 'budget-64', 'nothinking']);
    expect(plan.samples).toBe(200);
    expect(plan.refused[0]?.reason).toContain('where the thinking starts and ends');
    expect(() => refuseImpossibleArms(SUITE, models)).toThrow(
      expect.objectContaining({ code: 'technique-refused', where: 'arm nowait' }),
    );
  });

  it('refuses ratios that are marked with a control token which the vocabulary lacks', () => {
    const arms = ['reference', 'qwen', 'llama3'].map((control) => ({
      name: control,
      technique: 'tokenskip',
      params: { ratio: 0.5, control },
    }));
    const suite = someSuite({ arms: [{ name: 'baseline', technique: 'baseline' }, ...arms] });
    const refusedWith = (ratioToken?: boolean) => {
      const model = someModel({ capabilities: ratioToken === undefined ? {} : { ratioToken } });
      return forecast({ ...BASE, suite, models: new Map([['reference', model]]) }).refused;
    };
    expect(refusedWith(false).map(({ arm }) => arm)).toEqual(['reference', 'llama3']);
    expect(refusedWith(false)[0]?.reason).toContain('the control token <|eot_id|>');
    expect(refusedWith(true)).toEqual([]);
    expect(refusedWith()).toEqual([]);
  });

  it('refuses arms that probe on a model whose past cannot be shortened', () => {
    const suite = someSuite({
      arms: [
        { name: 'baseline', technique: 'baseline' },
        { name: 'deer', technique: 'deer' },
      ],
    });
    const models = new Map([['reference', someModel({ capabilities: { memory: 'recurrent' } })]]);
    expect(forecast({ ...BASE, suite, models }).refused).toEqual([
      expect.objectContaining({ arm: 'deer', reason: expect.stringContaining('cannot be taken back') }),
    ]);
  });

  it('refuses an arm whose maxTokens fill the context, and warns where the prompt may not fit', () => {
    const refused = forecast({ ...BASE, models: new Map([['reference', someModel({ contextTokens: 1024 })]]) });
    expect(refused.refused).toHaveLength(5);
    const tight = forecast({ ...BASE, models: new Map([['reference', someModel({ contextTokens: 1030 })]]) });
    expect(tight.refused).toEqual([]);
    expect(tight.warnings[0]).toContain('may not fit into the 1030 tokens');
  });

  it('counts KV cells of every stream and process, and repacked weights once per process', () => {
    const [q8] = forecast({ ...BASE, models: new Map([['reference', someModel()]]) }).memory;
    expect(q8).toEqual({
      model: 'reference',
      weightBytes: 20_800_000,
      contextTokens: 1536,
      kvBytes: 6144 * 1536 * 16 * 2,
      contexts: 1,
      streams: 16,
    });
    const repacked = someModel({ capabilities: { quantization: 'Q4_0' } });
    expect(forecast({ ...BASE, models: new Map([['reference', repacked]]) }).memory[0]?.weightBytes).toBe(62_400_000);
  });

  it('counts an engine more for a way of steering, and no more than a process keeps open', () => {
    const models = new Map([['reference', someModel()]]);
    const kvOf = (...strengths: readonly number[]): unknown[] => {
      const suite = steeredSuite(strengths);
      const [memory] = forecast({ ...BASE, suite, models }).memory;
      return [memory?.contexts, (memory?.kvBytes ?? 0) / (6144 * 1536 * 16 * 2)];
    };
    expect(kvOf(1)).toEqual([2, 2]);
    expect(kvOf(1, 1)).toEqual([2, 2]);
    expect(kvOf(1, 2, 3)).toEqual([4, 2]);
  });

  it('counts an engine more for a set of adapters, their bytes, and the weights once', () => {
    const models = new Map([['reference', someModel()]]);
    const memoryOf = (...sets: readonly (readonly number[])[]): unknown => {
      const [memory] = forecast({ ...BASE, suite: adaptedSuite(sets), models }).memory;
      const { weightBytes, adapterBytes, contexts } = memory ?? {};
      return { weightBytes, adapterBytes, contexts };
    };
    const weightBytes = 20_800_000;
    expect(memoryOf([0])).toEqual({ weightBytes, adapterBytes: undefined, contexts: 1 });
    expect(memoryOf([1], [1])).toEqual({ weightBytes, adapterBytes: 2 * 4000, contexts: 2 });
    // Two at a time: the largest are counted.
    expect(memoryOf([1], [1, 2], [2, 1], [3])).toEqual({ weightBytes, adapterBytes: 2 * 16_000, contexts: 5 });
  });

  it('counts the streams that memory allows, and warns of fewer than wished and of none', () => {
    const models = new Map([['reference', someModel()]]);
    const perStream = 6144 * 1536;
    const short = forecast({ ...BASE, models, engines: { ...ENGINES, memoryBytes: 2 * 5 * perStream } });
    expect(short.memory[0]).toMatchObject({ streams: 5, kvBytes: 2 * 5 * perStream });
    expect(short.warnings).toEqual([expect.stringContaining('Memory allows 5 of 16 streams a process for reference')]);
    const none = forecast({ ...BASE, models, engines: { ...ENGINES, memoryBytes: perStream - 1 } });
    expect(none.warnings).toEqual([expect.stringContaining('One stream of 1536 tokens of reference needs 9.0 MiB')]);
  });

  it('prints the smallest difference that the items can show', () => {
    const { power } = forecast({ ...BASE, models: new Map([['reference', someModel()]]) });
    expect(power.map((row) => [row.dataset, row.items])).toEqual([
      ['overall', 100],
      ['a', 60],
      ['b', 40],
    ]);
    expect(power[0]?.minimumDetectableEffect).toBeCloseTo(0.0934, 3);
  });
});

describe('expectedTokens', () => {
  it('never exceeds maxTokens', () => {
    const arm = { technique: 'baseline' as const, params: {}, sampling: { ...SUITE.arms[0]!.sampling, maxTokens: 50 } };
    expect(expectedTokens(arm, { thinkTokens: 500, answerTokens: 50 })).toBe(50);
  });
});

describe('rateFor', () => {
  it('interpolates between measured sizes and falls with size beyond them', () => {
    expect(rateFor(1e6, DEFAULT_RATES)).toBe(1400);
    expect(rateFor(135e6, DEFAULT_RATES)).toBeCloseTo(300, 6);
    expect(rateFor(300e6, DEFAULT_RATES)).toBeGreaterThan(70);
    expect(rateFor(300e6, DEFAULT_RATES)).toBeLessThan(300);
    expect(rateFor(6e9, DEFAULT_RATES)).toBeCloseTo(7, 6);
  });
});
