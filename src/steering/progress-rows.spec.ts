import { sampleBuilder } from '../results/testing.js';
import { someItems } from '../planning/testing.js';
import { foldsOf, hasWholeThinking, progressTargets } from './progress-rows.js';

describe('progressTargets', () => {
  it('counts the tokens between the delimiters from 1 / N to 1', () => {
    expect(progressTargets(6, false)).toEqual([
      { token: 1, progress: 0.25 },
      { token: 2, progress: 0.5 },
      { token: 3, progress: 0.75 },
      { token: 4, progress: 1 },
    ]);
  });

  it('begins with the first token when the prompt opens the thinking', () => {
    expect(progressTargets(3, true)).toEqual([
      { token: 0, progress: 0.5 },
      { token: 1, progress: 1 },
    ]);
  });

  it.each([0, 1, 2])('is empty when %d tokens leave nothing between the delimiters', (tokens) => {
    expect(progressTargets(tokens, false)).toEqual([]);
  });
});

describe('hasWholeThinking', () => {
  it('leaves out a thinking that was cut or partly injected', () => {
    expect(hasWholeThinking(sampleBuilder())).toBe(true);
    expect(hasWholeThinking(sampleBuilder({ thinkStop: 'cap' }))).toBe(false);
    expect(hasWholeThinking(sampleBuilder({ ledger: { thinkInjected: 3 } }))).toBe(false);
  });
});

describe('foldsOf', () => {
  const items = someItems({ a: 13, b: 9 });

  it('gives every item one of equally large folds, the same for the same seed and any order', () => {
    const folds = foldsOf(items, 5, 1);
    const sizes = [0, 1, 2, 3, 4].map((fold) => items.filter((item) => folds.get(item) === fold).length);
    expect(sizes.toSorted((a, b) => a - b)).toEqual([4, 4, 4, 5, 5]);
    const reversed = foldsOf(items.toReversed(), 5, 1);
    for (const item of items) expect(reversed.get(item)).toBe(folds.get(item));
    expect(items.some((item) => foldsOf(items, 5, 2).get(item) !== folds.get(item))).toBe(true);
  });
});
