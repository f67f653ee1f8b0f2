import * as fc from 'fast-check';
import { apportion, splitLedger } from './apportion.js';
import { EMPTY_LEDGER, LEDGER_KEYS, type Ledger } from './ledger.js';

const weights = fc.array(fc.nat({ max: 10_000 }), { minLength: 1, maxLength: 32 });

describe('apportion', () => {
  it.each([
    [10, [1, 1, 1, 1], [3, 3, 2, 2]],
    [7, [5, 3, 2], [4, 2, 1]],
    [3, [0, 0], [2, 1]],
    [0, [1, 2], [0, 0]],
    [5, [0, 1], [0, 5]],
  ])('splits %i by %j into %j', (total, by, parts) => {
    expect(apportion(total, by)).toEqual(parts);
  });

  it('adds up to the total, with every part within one of its quota', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), weights, (total, by) => {
        const parts = apportion(total, by);
        const sum = by.reduce((a, b) => a + b, 0);
        expect(parts.reduce((a, b) => a + b, 0)).toBe(total);
        for (const [index, part] of parts.entries()) {
          const quota = sum === 0 ? total / by.length : (total * (by[index] ?? 0)) / sum;
          expect(Number.isInteger(part) && Math.abs(part - quota) < 1).toBe(true);
        }
      }),
    );
  });
});

describe('splitLedger', () => {
  it('adds up to the call in every column', () => {
    const ledgers = fc.record(
      Object.fromEntries(LEDGER_KEYS.map((key) => [key, fc.nat({ max: 5000 })])) as Record<
        keyof Ledger,
        fc.Arbitrary<number>
      >,
    );
    fc.assert(
      fc.property(
        ledgers,
        fc.array(fc.tuple(fc.nat(500), fc.nat(500)), { minLength: 2, maxLength: 32 }),
        (call, by) => {
          const parts = splitLedger(call, { prompt: by.map(([p]) => p), answer: by.map(([, a]) => a) });
          for (const key of LEDGER_KEYS) expect(parts.reduce((sum, part) => sum + part[key], 0)).toBe(call[key]);
        },
      ),
    );
  });

  it('gives a question without an answer none of the answer, and an even share of the thinking', () => {
    const call = {
      ...EMPTY_LEDGER,
      prompt: 30,
      thinkSampled: 9,
      answerSampled: 8,
    };
    const parts = splitLedger(call, { prompt: [20, 10], answer: [16, 0] });
    expect(parts.map((part) => [part.prompt, part.thinkSampled, part.answerSampled])).toEqual([
      [20, 5, 8],
      [10, 4, 0],
    ]);
  });
});
