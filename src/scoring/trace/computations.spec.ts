import * as fc from 'fast-check';
import { computationsIn } from './computations.js';

const written = (sentence: string) =>
  computationsIn(sentence).map(({ expression, isEvaluated }) => (isEvaluated ? `${expression} =` : expression));

describe('computationsIn', () => {
  it.each([
    ['Then 149 - 60 = 89.', ['149-60 =']],
    ['3227 * 403 = 1290800 + 9681 = 1300481', ['3227*403 =', '1290800+9681 =']],
    ['707 / 7: 7 * 100 = 700, 707 - 700 = 7, fine', ['707/7', '7*100 =', '707-700 =']],
    ['Hmm, let me compute 28 * 7 more slowly', ['28*7']],
    ['Full hours: 679 // 60 = 11', ['679//60 =']],
    ['So the expression is (14 - 10) * 4.', ['(14-10)*4']],
    ['it is (see 3 × 4) and 1,000 − 1', ['3*4', '1000-1']],
    ['at 10:30 on 5 days', []],
    ['x = 5', []],
  ])('reads %s', (sentence, expected) => {
    expect(written(sentence)).toEqual(expected);
  });

  it('has no blank, no lone operator at the end and balanced parentheses for any text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[-0-9+*/().,:= ]{0,60}$/), (text) => {
        for (const { expression } of computationsIn(text)) {
          expect(expression).not.toMatch(/\s|[+\-*/]$/);
          expect(expression.split('(')).toHaveLength(expression.split(')').length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
