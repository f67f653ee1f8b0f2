import { someChain } from '../testing.js';
import { selfInformationScorer } from './self-information.js';
import { FormulaReader } from './testing.js';

const signal = new AbortController().signal;
const CHAINS = [someChain(['a', 'b', 'c'], { ids: [2, 4, 8] }), someChain(['d'], { ids: [16], head: [] })];

describe(selfInformationScorer.name, () => {
  it('is minus the logarithm of each token’s probability behind all that precedes it', async () => {
    // The more ids before it and the larger itself, the less likely.
    const reader = new FormulaReader((id, before) => -id / 16 - before.length);
    const taken = new Map<number, readonly number[]>();
    await selfInformationScorer(reader).score(CHAINS, { signal, take: (chain, each) => taken.set(chain, each) });
    expect(taken.get(0)).toEqual([1 + 2 / 16, 2 + 4 / 16, 3 + 8 / 16]);
    expect(taken.get(1)).toEqual([1]);
    expect(taken.size).toBe(2);
  });

  it('reads behind the call’s own prompt, and nothing of the answer', async () => {
    const reader = new FormulaReader(() => -1);
    await selfInformationScorer(reader).score(CHAINS, { signal, take: () => {} });
    expect(reader.asked).toEqual([
      [
        { task: CHAINS[0]?.call.task, ids: [900, 2, 4, 8], from: 1 },
        { task: CHAINS[1]?.call.task, ids: [16], from: 0 },
      ],
    ]);
  });

  it('forecasts what it will read, at a speed that it measures once', async () => {
    const reader = new FormulaReader(() => -1);
    const scorer = selfInformationScorer(reader);
    const { tokens, seconds } = await scorer.forecast(CHAINS, signal);
    expect(tokens).toBe(5);
    expect(seconds).toBeGreaterThan(0);
    const timings = reader.asked.length;
    expect((await scorer.forecast([...CHAINS, ...CHAINS], signal)).tokens).toBe(10);
    expect(reader.asked).toHaveLength(timings);
    expect(await scorer.forecast([], signal)).toEqual({ tokens: 0, seconds: 0 });
  });
});
