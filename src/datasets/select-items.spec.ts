import * as fc from 'fast-check';
import type { Item } from '../domain/index.js';
import { selectItems } from './select-items.js';

function item(index: number, level: number | null): Item {
  return {
    dataset: 'd',
    id: String(index),
    question: 'Q',
    answer: '1',
    check: { type: 'integer' },
    level,
    cluster: null,
    prompt: null,
    contentHash: String(index),
  };
}

const anyItems = fc
  .array(fc.option(fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 80 })
  .map((levels) => levels.map((level, index) => item(index, level)));

describe('selectItems', () => {
  const levels = Array.from({ length: 300 }, (_, index) => item(index, Math.floor(index / 60) + 1));

  it('takes the first ten of each level when 50 of 300 are asked for', () => {
    const ids = selectItems(levels, 50).map(({ id }) => Number(id));
    expect(ids).toEqual(
      [0, 60, 120, 180, 240].flatMap((start) => Array.from({ length: 10 }, (_, index) => start + index)),
    );
  });

  it('takes one of each level when five are asked for, and the lower levels when fewer', () => {
    expect(selectItems(levels, 5).map(({ level }) => level)).toEqual([1, 2, 3, 4, 5]);
    expect(selectItems(levels, 2).map(({ level }) => level)).toEqual([1, 2]);
  });

  it('is the file itself when there is no limit or not enough', () => {
    expect(selectItems(levels, undefined)).toBe(levels);
    expect(selectItems(levels, 300)).toBe(levels);
    expect(selectItems(levels, 301)).toBe(levels);
  });

  it('takes exactly the number asked for, in file order, a subset of what a larger limit takes', () => {
    fc.assert(
      fc.property(anyItems, fc.nat(80), (items, limit) => {
        const fewer = selectItems(items, limit);
        const more = new Set(selectItems(items, limit + 1));
        expect(fewer).toHaveLength(Math.min(limit, items.length));
        expect(fewer.every((one) => more.has(one))).toBe(true);
        expect(fewer.map(({ id }) => Number(id))).toEqual(fewer.map(({ id }) => Number(id)).toSorted((a, b) => a - b));
      }),
    );
  });

  it('keeps every level within two items of its share', () => {
    fc.assert(
      fc.property(anyItems, fc.nat(80), (items, limit) => {
        const taken = selectItems(items, limit);
        for (const level of new Set(items.map((one) => one.level))) {
          const size = items.filter((one) => one.level === level).length;
          const got = taken.filter((one) => one.level === level).length;
          const share = (Math.min(limit, items.length) * size) / items.length;
          expect(Math.abs(got - share)).toBeLessThanOrEqual(2);
        }
      }),
      { numRuns: 300 },
    );
  });
});
