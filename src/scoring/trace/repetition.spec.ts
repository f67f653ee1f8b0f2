import * as fc from 'fast-check';
import { findLoop, repeatedTokens } from './repetition.js';

const few = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 60 });
const distinct = (count: number, from = 0) => Array.from({ length: count }, (_u, index) => from + index);

/** By definition: a token is repeated when some window of `run` ids over it equals an earlier window. */
function repeatedByDefinition(ids: readonly number[], run: number): number {
  const repeated = new Set<number>();
  for (let at = 1; at + run <= ids.length; at += 1) {
    for (let earlier = 0; earlier < at; earlier += 1) {
      if (distinct(run).every((offset) => ids[at + offset] === ids[earlier + offset])) {
        for (const offset of distinct(run)) repeated.add(at + offset);
      }
    }
  }
  return repeated.size;
}

describe('repeatedTokens', () => {
  it('counts the second copy and not the first', () => {
    const block = distinct(20);
    expect(repeatedTokens([...block, 99, ...block])).toBe(20);
    expect(repeatedTokens([...distinct(15), 99, ...distinct(15)])).toBe(0);
    expect(repeatedTokens([])).toBe(0);
  });

  it('equals the definition for any sequence', () => {
    fc.assert(
      fc.property(few, fc.integer({ min: 1, max: 6 }), (ids, run) => {
        expect(repeatedTokens(ids, run)).toBe(repeatedByDefinition(ids, run));
      }),
    );
  });
});

describe('findLoop', () => {
  it('finds a block that follows itself three times', () => {
    const ids = [...distinct(5, 100), ...distinct(8), ...distinct(8), ...distinct(8), 7];
    expect(findLoop(ids)).toEqual({ at: 5, period: 8, times: 3 });
  });

  it('finds none when there are two copies only, or three short ones', () => {
    expect(findLoop([...distinct(20), ...distinct(20)])).toBeNull();
    expect(findLoop([1, 2, 1, 2, 1, 2])).toBeNull();
  });

  it('takes the shortest period of a loop', () => {
    expect(findLoop(Array.from({ length: 30 }, () => 4))).toEqual({ at: 0, period: 1, times: 30 });
  });

  it('names a block that really repeats for any sequence', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 120 }), (ids) => {
        const loop = findLoop(ids);
        if (loop === null) return;
        const { at, period, times } = loop;
        expect(times).toBeGreaterThanOrEqual(3);
        for (let i = at + period; i < at + period * times; i += 1) expect(ids[i]).toBe(ids[i - period]);
      }),
    );
  });
});
