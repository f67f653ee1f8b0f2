import * as fc from 'fast-check';
import type { AnswerCheck } from '../domain/index.js';
import { lastBoxed } from './boxed.js';
import { extractAnswer } from './extract.js';

const INTEGER: AnswerCheck = { type: 'integer' };
const CHECKS: readonly AnswerCheck[] = [
  INTEGER,
  { type: 'number', tolerance: 0.1 },
  { type: 'choice' },
  { type: 'text' },
  { type: 'clock' },
  { type: 'expression', numbers: [1, 2], target: 3 },
];

describe('lastBoxed', () => {
  it('takes the last complete box when there are several', () => {
    expect(lastBoxed('\\boxed{1} then \\boxed{2}.')).toBe('2');
    expect(lastBoxed('\\boxed{1} then \\boxed{2')).toBe('1');
  });

  it('balances braces when the content has its own', () => {
    expect(lastBoxed('so \\boxed{\\frac{3}{4}} }')).toBe('\\frac{3}{4}');
    expect(lastBoxed('\\boxed{\\{1, 2\\}}')).toBe('\\{1, 2\\}');
    expect(lastBoxed('{ unclosed \\boxed{7}')).toBe('7');
  });

  it('passes over blank boxes and takes the inner of nested ones', () => {
    expect(lastBoxed('\\boxed{5} as \\boxed{ }')).toBe('5');
    expect(lastBoxed('\\boxed{\\boxed{5}}')).toBe('5');
  });

  it('finds what was put in when the content has balanced braces', () => {
    const content = fc.stringMatching(/^[a-z0-9]{1,5}(\{[a-z0-9]{0,4}\}){0,4}[a-z0-9]{1,3}$/);
    fc.assert(
      fc.property(content, fc.string(), (inside, before) => {
        expect(lastBoxed(`${before.replaceAll('\\', '')}\\boxed{${inside}}`)).toBe(inside);
      }),
    );
  });
});

describe('extractAnswer without a box', () => {
  it.each<[AnswerCheck, string, string | null]>([
    [INTEGER, 'First 3 + 4 = 7, so the answer is 1,234.', '1,234'],
    [INTEGER, 'It is 3.5', '3.5'],
    [INTEGER, 'That leaves -12 of them', '-12'],
    [INTEGER, 'That is 5 or 50%', '5'],
    [INTEGER, 'a rate of 2.5%', null],
    [INTEGER, 'version v2 of x3', null],
    [INTEGER, 'It starts at 12:30', null],
    [INTEGER, 'No idea.', null],
    [{ type: 'number', tolerance: 0 }, 'It is 3/4 of it.', '3/4'],
    [{ type: 'clock' }, 'It starts 8:00 and ends at 9:05.', '9:05'],
    [{ type: 'clock' }, 'It takes 95 minutes', '95'],
    [{ type: 'choice' }, 'The answer is (C), not (D).', 'C'],
    [{ type: 'choice' }, 'Answer: **b**', 'b'],
    [{ type: 'choice' }, 'The answer is a matter of taste', null],
    [{ type: 'choice' }, 'I pick (A).', 'A'],
    [{ type: 'choice' }, ' B. ', 'B'],
    [{ type: 'text' }, 'I think so.\nThe answer is Paris\n', 'Paris'],
    [{ type: 'text' }, 'Paris\n\n', 'Paris'],
    [{ type: 'text' }, ' \n', null],
    [INTEGER, '3 + 4 = 7\n#### 7 (of 10)\n', '10'],
    [INTEGER, '7 * 6\n#### 42', '42'],
    [INTEGER, 'It is 42.\n#### ', '42'],
    [{ type: 'choice' }, 'A is too small, so it is larger than that.\n#### B', 'B'],
    [{ type: 'text' }, 'The answer is a city.\n#### Paris', 'Paris'],
    [{ type: 'clock' }, '8:00 + 1:05\n#### 9:05', '9:05'],
    [{ type: 'expression', numbers: [3, 4, 5], target: 35 }, 'So (3 + 4) * 5 = 35 works.', '(3 + 4) * 5'],
    [{ type: 'expression', numbers: [3, 4, 5], target: 35 }, 'It is 35.', null],
  ])('reads %j out of %j', (check, text, expected) => {
    expect(extractAnswer(text, check)).toBe(expected);
  });

  it('never throws and never takes long when the text is hostile', () => {
    const started = performance.now();
    const hostile = [
      '('.repeat(100_000),
      '\\boxed{'.repeat(20_000),
      `${'1 '.repeat(5_000)}${'+ '.repeat(5_000)}x`.repeat(2),
      `answer${'\n'.repeat(50_000)}`,
      'answer '.repeat(15_000),
      '1,'.repeat(50_000),
      '"'.repeat(99_999) + 'x',
      '9:'.repeat(50_000),
      '\\text{'.repeat(20_000),
      '\\\\'.repeat(50_000),
    ];
    for (const text of hostile) {
      for (const check of CHECKS) extractAnswer(text, check);
    }
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('returns a trimmed piece of the text or null for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom(...CHECKS), (text, check) => {
        const extracted = extractAnswer(text, check);
        expect(text).toContain(extracted ?? '');
      }),
      { numRuns: 500 },
    );
  });
});
