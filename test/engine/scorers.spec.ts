import type { Arm, Item } from '../../src/domain/index.js';
import { loadAddon } from '../../src/inference/native/load-addon.js';
import type { Chain } from '../../src/compression/chain.js';
import { createScorer, type ModelScorer, type ScorerOptions } from '../../src/compression/scorers/create-scorer.js';
import { unitsOf } from '../../src/compression/scorers/units.js';
import type { Importance } from '../../src/compression/select.js';
import { someChain } from '../../src/compression/testing.js';
import { openInference, shippedItems, type Inference } from '../support/inference.js';
import { someArm } from '../support/stored-run.js';
import { NANO, nanoOptions } from './requests.js';

const REFERENCE = NANO.replaceAll('reference-nano', 'reference');
const plain: Arm = someArm({ technique: 'baseline', model: 'reference' });
const GREEDY: Arm = { ...plain, sampling: { ...plain.sampling, maxTokens: 512 } };
const { signal } = new AbortController();

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('scorers on the reference model', () => {
  let inference: Inference;
  let chains: readonly Chain[];
  let closing: number;

  beforeAll(async () => {
    const { addon } = await loadAddon();
    const engine = await addon.openEngine(nanoOptions({ modelPath: REFERENCE }));
    const vocabulary = engine.vocabulary();
    closing = engine.tokenize('</think>', true)[0] ?? -1;
    await engine.close();
    inference = await openInference('reference', 2);
    const items = await shippedItems('arithmetic', 4);
    chains = (await inference.sample(GREEDY, items)).map((call, index) => chainOf(call, items[index], vocabulary));
  }, 300_000);

  afterAll(async () => {
    await inference?.service.onApplicationShutdown();
  });

  /** Everything between the delimiters, blanks included. */
  function chainOf(call: Chain['call'], item: Item | undefined, vocabulary: readonly string[]): Chain {
    const end = call.ids.indexOf(closing);
    expect(end).toBeGreaterThan(10);
    const ids = call.ids.slice(1, end);
    const tokens = ids.map((id) => vocabulary[id] ?? '');
    const parts = { call, ids, head: call.ids.slice(0, 1), tail: call.ids.slice(end), answerFrom: 1 };
    return someChain(tokens, { ...parts, item: item?.id ?? '' });
  }

  async function scored(name: ModelScorer, options: ScorerOptions = {}): Promise<Importance[]> {
    const scorer = await createScorer(name, options, { inference: inference.service, model: inference.model });
    const found: Importance[] = [];
    await scorer.score(chains, { signal, take: (chain, importance) => void (found[chain] = importance) });
    return found;
  }

  /** ln p of ids from `from` on, each text by itself. */
  async function alone(call: Chain['call'], from: number): Promise<number[]> {
    let found: number[] = [];
    const take = (_: number, values: Float32Array): void => void (found = [...values]);
    await inference.service.readLogProbs(inference.model, [{ ...call, from }], { signal, take });
    return found;
  }

  it('self-information is minus what the engine reads behind prompt and head', async () => {
    const found = await scored('self-information');
    for (const [index, { call, head, ids }] of chains.entries()) {
      const whole = await alone(call, 0);
      expect(found[index]).toEqual(whole.slice(head.length, head.length + ids.length).map((each) => -each));
    }
  });

  it('answer-contribution is the difference of two texts’ log-likelihoods, for one line after the other', async () => {
    const found = await scored('answer-contribution');
    const [chain] = chains as [Chain];
    const { call, head, ids, tail } = chain;
    const whole = sum(await alone(call, head.length + ids.length + 1));
    const lines = unitsOf(chain.tokens, 'line');
    expect(lines.length).toBeGreaterThan(1);
    for (const { first, end } of lines) {
      const kept = [...head, ...ids.slice(0, first), ...ids.slice(end)];
      const without = sum(await alone({ task: call.task, ids: [...kept, ...tail] }, kept.length + 1));
      for (let token = first; token < end; token += 1) expect(found[0]?.[token]).toBeCloseTo(whole - without, 10);
    }
    expect(Math.max(...(found[0] ?? []))).toBeGreaterThan(0);
  });

  it('forecasts tokens and seconds, whichever scorer', async () => {
    for (const name of ['self-information', 'answer-contribution'] as const) {
      const scorer = await createScorer(name, {}, { inference: inference.service, model: inference.model });
      const { tokens, seconds } = await scorer.forecast(chains, signal);
      expect(tokens).toBeGreaterThan(chains.reduce((total, { ids }) => total + ids.length, 0));
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThan(600);
    }
  });

  it('llmlingua2 says which file to name', async () => {
    await expect(scored('llmlingua2')).rejects.toMatchObject({ code: 'usage', where: '--model-file' });
  });
});
