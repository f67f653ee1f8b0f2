import type { AnswerCheck } from '../item.js';
import { checkAnswer, referenceProblem } from './check.js';

const EXPRESSION: AnswerCheck = { type: 'expression', numbers: [3, 4, 5], target: 35 };

describe('checkAnswer', () => {
  it.each<[AnswerCheck, string, string, string]>([
    [{ type: 'integer' }, '112', '112', 'correct'],
    [{ type: 'integer' }, '1200', '$1,200.00', 'correct'],
    [{ type: 'integer' }, '-385', '−385', 'correct'],
    [{ type: 'integer' }, '8', '8.5', 'wrong'],
    [{ type: 'integer' }, '7', '07', 'correct'],
    [{ type: 'integer' }, '4', '8/2', 'unparsable'],
    [{ type: 'number', tolerance: 0.01 }, '3.14', '22/7', 'correct'],
    [{ type: 'number', tolerance: 0 }, '0.3', '3/10', 'correct'],
    [{ type: 'number', tolerance: 0.001 }, '3.14', '3.1416', 'wrong'],
    [{ type: 'number', tolerance: 0 }, '0.5', '50%', 'unparsable'],
    [{ type: 'choice' }, 'B', '(b)', 'correct'],
    [{ type: 'choice' }, 'B', '\\text{B}', 'correct'],
    [{ type: 'choice' }, 'B', 'B) because of it', 'correct'],
    [{ type: 'choice' }, 'B', 'Because', 'unparsable'],
    [{ type: 'choice' }, 'B', 'C.', 'wrong'],
    [{ type: 'text' }, 'Evelyn', ' evelyn. ', 'correct'],
    [{ type: 'text' }, 'The  red\nhouse', '\\text{the red house}', 'correct'],
    [{ type: 'text' }, 'red', 'blue', 'wrong'],
    [{ type: 'text' }, 'red', 'infrared', 'wrong'],
    [{ type: 'text' }, '\\left( 3, \\frac{\\pi}{2} \\right)', '$(3,\\dfrac{\\pi}{2})$', 'correct'],
    [{ type: 'text' }, 'x^2 + 1', 'x^2+1', 'correct'],
    [{ type: 'text' }, 'x + 1', 'x - 1', 'wrong'],
    [{ type: 'clock' }, '9:05', '09:05', 'correct'],
    [{ type: 'clock' }, '21:05', '9:05 p.m.', 'correct'],
    [{ type: 'clock' }, '0:10', '12:10 AM', 'correct'],
    [{ type: 'clock' }, '9:05', '545', 'wrong'],
    [{ type: 'clock' }, '9:05', '9:65', 'unparsable'],
    [{ type: 'clock' }, '9:05', '9:5', 'unparsable'],
    [{ type: 'clock' }, '200', '200', 'correct'],
    [EXPRESSION, '(3 + 4) * 5', '5 × (4 + 3)', 'correct'],
    [EXPRESSION, '(3 + 4) * 5', '5 * (4 + 3) = 35', 'correct'],
    [EXPRESSION, '(3 + 4) * 5', '5 * (4 + 3) = 36', 'unparsable'],
    [EXPRESSION, '(3 + 4) * 5', '3 + 4 * 5', 'wrong'],
    [EXPRESSION, '(3 + 4) * 5', '7 * 5', 'numbers-misused'],
    [EXPRESSION, '(3 + 4) * 5', '35', 'numbers-misused'],
    [EXPRESSION, '(3 + 4) * 5', '(3 + 4) * 5 * 1', 'numbers-misused'],
    [EXPRESSION, '(3 + 4) * 5', '34 + 5 - 4', 'numbers-misused'],
    [EXPRESSION, '(3 + 4) * 5', '5 / (3 - 3 * 4 / 4)', 'numbers-misused'],
    [EXPRESSION, '(3 + 4) * 5', 'thirty-five', 'unparsable'],
  ])('compares by value: %j %s against %s is %s', (check, reference, answer, verdict) => {
    expect(checkAnswer(check, reference, answer)).toBe(verdict);
  });

  it('lets no rounding decide when a difference lies exactly on the tolerance', () => {
    expect(checkAnswer({ type: 'number', tolerance: 0.1 }, '0.2', '0.3')).toBe('correct');
    expect(checkAnswer({ type: 'number', tolerance: 0.1 }, '0.2', '0.30000000000000000001')).toBe('wrong');
  });
});

describe('referenceProblem', () => {
  it('names what is wrong when a reference cannot be checked against', () => {
    expect(referenceProblem({ type: 'integer' }, '3.5')).toBe('is no whole number');
    expect(referenceProblem({ type: 'number', tolerance: 0 }, 'many')).toBe('is no number');
    expect(referenceProblem({ type: 'choice' }, 'AB')).toBe('is no single letter');
    expect(referenceProblem({ type: 'text' }, ' . ')).toBe('is empty');
    expect(referenceProblem({ type: 'clock' }, 'noon')).toContain('H:MM');
    expect(referenceProblem(EXPRESSION, '3 + 4 * 5')).toBe('does not equal the target 35');
    expect(referenceProblem(EXPRESSION, '7 * 5')).toContain('3, 4, 5');
    expect(referenceProblem(EXPRESSION, '(3 + 4) * 5')).toBeNull();
  });
});
