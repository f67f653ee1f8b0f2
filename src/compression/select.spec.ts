import { array, assert, boolean, double, integer, property, record, tuple } from 'fast-check';
import { CONTROL_SCORERS } from '../domain/index.js';
import { controlImportance } from './controls.js';
import { protectedTokens, selectTokens } from './select.js';
import { someChain } from './testing.js';

const importance = double({ min: -50, max: 50, noNaN: true });
const token = record({ importance, isProtected: boolean() });
const ratio = double({ min: 0, max: 1, noNaN: true });

describe(selectTokens.name, () => {
  it('keeps the asked share within one token where nothing is protected', () => {
    assert(
      property(array(importance), ratio, (values, asked) => {
        const { kept } = selectTokens(values, asked);
        expect(Math.abs(kept.filter(Boolean).length - asked * values.length)).toBeLessThanOrEqual(0.5 + 1e-9);
      }),
    );
  });

  it('keeps no token that is less important than one that it drops', () => {
    assert(
      property(array(importance, { minLength: 1 }), ratio, (values, asked) => {
        const { kept } = selectTokens(values, asked);
        const least = Math.min(...values.filter((_, index) => kept[index]));
        const most = Math.max(...values.filter((_, index) => !kept[index]));
        expect(most).toBeLessThanOrEqual(least);
      }),
    );
  });

  it('keeps every protected token, and no more than these where they fill the share', () => {
    assert(
      property(array(token, { minLength: 1 }), ratio, (tokens, asked) => {
        const flags = tokens.map(({ isProtected }) => isProtected);
        const { kept } = selectTokens(
          tokens.map((each) => each.importance),
          asked,
          flags,
        );
        expect(flags.every((flag, index) => !flag || kept[index])).toBe(true);
        const least = flags.filter(Boolean).length;
        expect(kept.filter(Boolean)).toHaveLength(Math.max(least, Math.round(asked * tokens.length)));
      }),
    );
  });

  it('is the identity at ratio 1, and drops everything at 0', () => {
    expect(selectTokens([3, 1, 2], 1)).toEqual({ kept: [true, true, true], ratio: 1 });
    expect(selectTokens([3, 1, 2], 0)).toEqual({ kept: [false, false, false], ratio: 0 });
  });

  it('keeps the earlier of equals', () => {
    expect(selectTokens([1, 1, 1, 1], 0.5).kept).toEqual([true, true, false, false]);
  });

  it('keeps with a larger share whatever it keeps with a smaller one', () => {
    assert(
      property(array(importance), tuple(ratio, ratio), (values, shares) => {
        const [small, large] = [Math.min(...shares), Math.max(...shares)].map(
          (share) => selectTokens(values, share).kept,
        );
        expect(small?.every((each, index) => !each || large?.[index])).toBe(true);
      }),
    );
  });
});

describe(protectedTokens.name, () => {
  it('knows forced words with blanks around them, and digits', () => {
    const tokens = [' Step', 'Steps', ':', ' 4', 'x2', 'so'];
    expect(protectedTokens(tokens, { forceTokens: ['Step', ':'], reserveDigits: true })).toEqual([
      true,
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(protectedTokens(tokens, { forceTokens: [], reserveDigits: false })).toEqual(tokens.map(() => false));
  });
});

describe(controlImportance.name, () => {
  const chain = someChain(['so', ' 4', ' +', ' 3', ' is', ' 7', '.']);

  it('truncates by keeping the beginning', () => {
    expect(selectTokens(controlImportance('truncate', chain, 1), 3 / 7).kept).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('keeps numbers and operators before anything else', () => {
    const { kept } = selectTokens(controlImportance('keep-numbers', chain, 1), 4 / 7);
    expect(chain.tokens.filter((_, index) => kept[index])).toEqual([' 4', ' +', ' 3', ' 7']);
  });

  it.each(CONTROL_SCORERS)('gives the same numbers again: %s', (scorer) => {
    expect(controlImportance(scorer, chain, 7)).toEqual(controlImportance(scorer, someChain([...chain.tokens]), 7));
  });

  it('drops other tokens with another seed or item, and each equally often', () => {
    const dropped = Array.from({ length: 10 }, () => 0);
    assert(
      property(integer({ min: 0, max: 4_000_000_000 }), (seed) => {
        const { kept } = selectTokens(controlImportance('random', someChain(dropped.map(String)), seed), 0.5);
        for (const [index, each] of kept.entries()) dropped[index] = (dropped[index] ?? 0) + (each ? 0 : 1);
      }),
      { numRuns: 400, seed: 1 },
    );
    // 400 draws of a half each: five standard deviations are 50.
    expect(Math.max(...dropped.map((count) => Math.abs(count - 200)))).toBeLessThan(50);
  });
});
