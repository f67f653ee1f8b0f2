import type { AnswerCheck } from '../domain/index.js';
import { lastBoxed } from './boxed.js';

/** The end of a long answer decides; what lies before is not searched for answers outside a box. */
const SEARCHED = 20_000;

/** `1,234`, `-5`, `3.25`, `3/4`; a digit that continues a word or a decimal is no start. */
const NUMBER = /(?<![\w.,/:])[-−+]?\$?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:\/\d+)?(?![\w%])(?![.,/:]\d)(?!\s?%)/g;
const CLOCK = /(?<![\d:.])\d{1,3}:\d{2}(?![\d:])(?:\s?[AaPp]\.?[Mm]\b)?/g;
const EXPRESSION = /[\d(][\d\s+\-*/()×÷·−]*/g;
/** Capital letters; a small one only where punctuation or the end follows ("the answer is a matter of taste"). */
const CHOICE_NAMED =
  /\b[Aa]nswer(?:\s{1,3}is)?\s{0,3}:?\s{0,3}(?:[Oo]ption\s)?[*($]{0,3}([A-Z](?![A-Za-z0-9'])|[a-z](?=[).*$]|\s{0,3}$))/g;
const CHOICE_BRACKETED = /\(([A-Z])\)/g;
const ANSWER_NAMED = /\banswer(?:\s{1,3}is)?\s{0,3}:?\s{1,3}([^\n]+)/gi;

/**
 * The answer as written in the answer part, null where there is none. The last `\boxed{…}` counts; without one, what
 * stands behind the last `####`, else in the whole text:
 * - integer, number: the last number of the text (`3.5` is one number, a per cent value is none);
 * - clock: the last `H:MM`, else the last number;
 * - choice: the last letter after "answer (is)", else the last `(X)`, else a text that is nothing but a letter;
 * - text: what follows the last "answer is" or "answer:" on its line, else the last line that is not blank;
 * - expression: the last run of digits, operators and parentheses that has an operator.
 * The thinking is never searched: pass the answer part only.
 */
export function extractAnswer(answerText: string, check: AnswerCheck): string | null {
  const boxed = lastBoxed(answerText);
  if (boxed !== null) return boxed;
  const text = answerText.slice(-SEARCHED);
  const separator = text.lastIndexOf('####');
  const behind = separator < 0 ? null : unboxedAnswer(text.slice(separator).replace(/^#+/, ''), check);
  return behind ?? unboxedAnswer(text, check);
}

function unboxedAnswer(text: string, check: AnswerCheck): string | null {
  switch (check.type) {
    case 'integer':
    case 'number':
      return lastMatch(text, NUMBER);
    case 'clock':
      return lastMatch(text, CLOCK) ?? lastMatch(text, NUMBER);
    case 'choice':
      return lastMatch(text, CHOICE_NAMED) ?? lastMatch(text, CHOICE_BRACKETED) ?? loneLetter(text);
    case 'text':
      return lastMatch(text, ANSWER_NAMED) ?? lastLine(text);
    case 'expression':
      return lastExpression(text);
  }
}

/** Its first group where it has one, else the whole match. */
function lastMatch(text: string, pattern: RegExp): string | null {
  let found: string | null = null;
  for (const match of text.matchAll(pattern)) found = match[1] ?? match[0];
  return found?.trim() ?? null;
}

function lastLine(text: string): string | null {
  return (
    text
      .split('\n')
      .findLast((line) => line.trim() !== '')
      ?.trim() ?? null
  );
}

function loneLetter(text: string): string | null {
  const trimmed = text.trim();
  return trimmed.length > 10 ? null : (/^[*(]*([A-Za-z])[*).]*$/.exec(trimmed)?.[1] ?? null);
}

function lastExpression(text: string): string | null {
  let found: string | null = null;
  for (const [run] of text.matchAll(EXPRESSION)) {
    if (combinesNumbers(run)) found = run.trim();
  }
  return found;
}

/** Digit, then an operator, then a digit; by index, because the one pattern for it takes cubic time on hostile text. */
function combinesNumbers(run: string): boolean {
  const fromNumber = run.slice(run.search(/\d/));
  const operator = fromNumber.search(/[+\-*/×÷·−]/);
  return /\d/.test(run) && operator >= 0 && /\d/.test(fromNumber.slice(operator));
}
