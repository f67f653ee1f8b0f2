import { normalText } from './check.js';
import { parseNumber } from './number.js';

/**
 * Answers with equal keys are the same answer, whatever its checker: numbers by value, all others by normal text. Needs no
 * reference. Precondition: the answer was extracted, so it is not empty.
 */
export function answerKey(answer: string): string {
  const value = parseNumber(answer);
  return value ? `${value.numerator}/${value.denominator}` : (normalText(answer) ?? answer);
}
