import { assert, asyncProperty, integer, sample } from 'fast-check';
import { READ_TOGETHER } from '../../inference/index.js';
import type { Chain } from '../chain.js';
import type { Importance } from '../select.js';
import { someChain } from '../testing.js';
import { answerContributionScorer } from './answer-contribution.js';
import { FormulaReader, type Formula } from './testing.js';
import { unitsOf, type ContributionUnit } from './units.js';

const signal = new AbortController().signal;

/** A chain of ids 0 … n - 1 in lines of three, closed by 901 and answered by 902 and 999. */
function lines(count: number): Chain {
  return someChain(Array.from({ length: count }, (_, id) => (id % 3 === 2 ? `${id}\n` : `${id}`)));
}

/** The answer's ids are the likelier the larger the sum of the ids before them; other ids tell nothing. */
const BY_SUM: Formula = (id, before) => (id > 901 ? before.reduce((sum, each) => sum + each, 0) / 1024 : -0.5);

/** The line with 4 misleads. */
const MISLED: Formula = (id, before) => (id > 901 && before.includes(4) ? -8 : -1);
/** Without 5 the thinking would not be closed yet. */
const UNSURE: Formula = (id, before) => (id === 901 && !before.includes(5) ? -20 : -1);

async function scored(formula: Formula, chains: readonly Chain[], unit: ContributionUnit): Promise<Importance[]> {
  const taken: Importance[] = [];
  const scorer = answerContributionScorer(new FormulaReader(formula), unit);
  await scorer.score(chains, { signal, take: (chain, each) => void (taken[chain] = each) });
  return taken;
}

describe(answerContributionScorer.name, () => {
  it('is what the answer’s likelihood loses without the line, for every token of the line', async () => {
    const [importance] = await scored(BY_SUM, [lines(8)], 'line');
    // Two answer ids see the sum of the line's ids each: 0 + 1 + 2, 3 + 4 + 5 and 6 + 7.
    expect(importance).toEqual([3, 3, 3, 12, 12, 12, 13, 13].map((sum) => (2 * sum) / 1024));
  });

  it('is what it loses without the token, where tokens are asked for', async () => {
    const [importance] = await scored(BY_SUM, [lines(5)], 'token');
    expect(importance).toEqual([0, 1, 2, 3, 4].map((id) => (2 * id) / 1024));
  });

  it('is below zero for a line that misleads', async () => {
    expect(await scored(MISLED, [lines(6)], 'line')).toEqual([[0, 0, 0, -14, -14, -14]]);
  });

  it('looks at the answer only, not at what closes the thinking', async () => {
    expect(await scored(UNSURE, [lines(6)], 'line')).toEqual([[0, 0, 0, 0, 0, 0]]);
  });

  it('hands over every chain once, in whatever groups they are read', async () => {
    const chains = sample(integer({ min: 1, max: 40 }), { numRuns: 30, seed: 5 }).map(lines);
    const importances = await scored(BY_SUM, chains, 'line');
    expect(importances.map((each) => each.length)).toEqual(chains.map(({ ids }) => ids.length));
    expect(await Promise.all(chains.map(async (chain) => (await scored(BY_SUM, [chain], 'line'))[0]))).toEqual(
      importances,
    );
  });

  it('reads texts so that each has in common with the one before it all that precedes its gap, as forecast', async () => {
    await assert(
      asyncProperty(integer({ min: 1, max: 200 }), async (count) => {
        const reader = new FormulaReader(BY_SUM);
        const scorer = answerContributionScorer(reader, 'line');
        await scorer.score([lines(count)], { signal, take: () => {} });
        const [whole, ...without] = reader.asked.flat().map(({ ids }) => ids);
        let fed = whole?.length ?? 0;
        for (const [place, ids] of without.entries()) {
          const before = place === 0 ? whole : without[place - 1];
          const common = ids.findIndex((id, at) => before?.[at] !== id);
          fed += ids.length - Math.floor(common / READ_TOGETHER) * READ_TOGETHER;
        }
        expect((await scorer.forecast([lines(count)], signal)).tokens).toBe(fed);
      }),
      { numRuns: 30 },
    );
  });

  it('forecasts a text for the chain and one for every unit', async () => {
    const chain = lines(9);
    const scorer = answerContributionScorer(new FormulaReader(BY_SUM), 'token');
    const { tokens, seconds } = await scorer.forecast([chain], signal);
    expect(unitsOf(chain.tokens, 'token')).toHaveLength(9);
    expect(tokens).toBe(13 + 9 * 12);
    expect(seconds).toBeGreaterThan(0);
    expect(await scorer.forecast([], signal)).toEqual({ tokens: 0, seconds: 0 });
  });

  it('stops with the signal', async () => {
    const stop = new AbortController();
    stop.abort();
    const scorer = answerContributionScorer(new FormulaReader(BY_SUM), 'line');
    await expect(scorer.score([lines(4)], { signal: stop.signal, take: () => {} })).rejects.toThrow(/abort/i);
  });
});
