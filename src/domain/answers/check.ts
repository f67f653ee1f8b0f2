import type { AnswerCheck } from '../item.js';
import { parseClock } from './clock.js';
import { parseExpression } from './expression.js';
import { LONGEST_ANSWER, plainMath, unwrapText } from './markup.js';
import { parseInteger, parseNumber, rationalOf } from './number.js';
import { equals, within } from './rational.js';

export type CheckVerdict = 'correct' | 'wrong' | 'unparsable' | 'numbers-misused';

type ExpressionCheck = Extract<AnswerCheck, { type: 'expression' }>;

/** Compares by value, never as raw strings. Precondition: `referenceProblem(check, reference)` is null. */
export function checkAnswer(check: AnswerCheck, reference: string, answer: string): CheckVerdict {
  switch (check.type) {
    case 'integer':
      return compare(parseInteger(answer), parseInteger(reference), equals);
    case 'number': {
      const tolerance = rationalOf(check.tolerance);
      return compare(parseNumber(answer), parseNumber(reference), (a, b) => within(a, b, tolerance));
    }
    case 'choice':
      return compare(parseChoice(answer), parseChoice(reference), (a, b) => a === b);
    case 'text':
      return compare(normalText(answer), normalText(reference), (a, b) => a === b);
    case 'clock':
      return compare(parseClock(answer), parseClock(reference), (a, b) =>
        a.kind === 'time'
          ? b.kind === 'time' && a.minutes === b.minutes
          : b.kind === 'number' && equals(a.value, b.value),
      );
    case 'expression':
      return checkExpression(check, answer);
  }
}

/** Why `reference` cannot serve as the reference answer, in words; null where it can. An expression's reference must be a solution. */
export function referenceProblem(check: AnswerCheck, reference: string): string | null {
  switch (check.type) {
    case 'integer': {
      const value = parseInteger(reference);
      return value?.denominator === 1n ? null : 'is no whole number';
    }
    case 'number':
      return parseNumber(reference) ? null : 'is no number';
    case 'choice':
      return parseChoice(reference) ? null : 'is no single letter';
    case 'text':
      return normalText(reference) === null ? 'is empty' : null;
    case 'clock':
      return parseClock(reference) ? null : 'is neither a time (H:MM) nor a whole number';
    case 'expression':
      return expressionProblem(check, reference);
  }
}

/** The letter in capitals: `B`, `(b)`, `B.`, `B) because …`; null for anything else. */
export function parseChoice(text: string): string | null {
  const match = /^[\s($*[]*([A-Za-z])(?:[\s)\].*$]*|[).:]\s.*)$/s.exec(unwrapText(text.slice(0, LONGEST_ANSWER)));
  return match?.[1]?.toUpperCase() ?? null;
}

/**
 * Unicode NFKC, lower case, LaTeX spacing and wrappers removed, white space collapsed and dropped beside punctuation, quotes and `$`
 * around it and a full stop at the end removed; null where nothing is left.
 */
export function normalText(text: string): string | null {
  const plain = plainMath(unwrapText(text)).normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ');
  const dense = plain.replaceAll(/ ?([^\p{L}\p{N}_ ]) ?/gu, '$1');
  const bare = trimCharacters(dense, ` "'\`$`, ` "'\`$.`);
  return bare === '' ? null : bare;
}

/** A loop, because `/[…]+$/` takes quadratic time on long runs that do not end the text. */
function trimCharacters(text: string, atStart: string, atEnd: string): string {
  let [start, end] = [0, text.length];
  while (start < end && atStart.includes(text.charAt(start))) start++;
  while (end > start && atEnd.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function checkExpression(check: ExpressionCheck, answer: string): CheckVerdict {
  const expression = parseExpression(leftSide(answer, check.target));
  if (!expression) return 'unparsable';
  if (!sameNumbers(expression.numbers, check.numbers)) return 'numbers-misused';
  return expression.value && equals(expression.value, rationalOf(check.target)) ? 'correct' : 'wrong';
}

function expressionProblem(check: ExpressionCheck, reference: string): string | null {
  switch (checkExpression(check, reference)) {
    case 'correct':
      return null;
    case 'wrong':
      return `does not equal the target ${check.target}`;
    case 'unparsable':
      return 'is no expression of whole numbers with + - * / and parentheses';
    case 'numbers-misused':
      return `does not use each of the numbers ${check.numbers.join(', ')} exactly once`;
  }
}

/** `3 * 4 = 12` says the same as `3 * 4` where 12 is the target. */
function leftSide(answer: string, target: number): string {
  const [left = '', right, more] = answer.slice(0, LONGEST_ANSWER + 1).split('=');
  const value = right === undefined || more !== undefined ? null : parseInteger(right);
  return value && equals(value, rationalOf(target)) ? left : answer;
}

function sameNumbers(found: readonly bigint[], given: readonly number[]): boolean {
  if (found.length !== given.length) return false;
  const sorted = found.map(Number).toSorted((a, b) => a - b);
  const wanted = given.toSorted((a, b) => a - b);
  return sorted.every((number, index) => number === wanted[index]);
}

function compare<T>(answer: T | null, reference: T | null, same: (a: T, b: T) => boolean): CheckVerdict {
  if (answer === null) return 'unparsable';
  return reference !== null && same(answer, reference) ? 'correct' : 'wrong';
}
