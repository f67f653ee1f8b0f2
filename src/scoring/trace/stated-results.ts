import { checkAnswer, type Item } from '../../domain/index.js';
import { lastBoxed } from '../boxed.js';
import { extractAnswer } from '../extract.js';
import type { Sentence } from './sentences.js';

/** A result that the text commits to. */
export interface StatedResult {
  /** Index of the sentence. */
  readonly sentence: number;
  readonly value: string;
  readonly isCorrect: boolean;
}

type Checked = Pick<Item, 'answer' | 'check'>;

const CONCLUDES =
  /^\W{0,4}(?:so|therefore|thus|hence|finally|altogether|overall|in total|in conclusion|as a result)\b|\banswer\b/i;
/** Plans, questions and conditions state nothing, whatever they begin with. */
const NO_STATEMENT = /\?\s*$|\b(?:need|want|have|try) to\b|\blet(?:'s| me| us)\b|\bif\b|\bmaybe\b|\bperhaps\b/i;
/** A longer sentence is no statement of a result, and the patterns of the answer reader are spared. */
const LONGEST = 600;

/**
 * Sentences that state a result: those with a `\boxed{…}`, and those that conclude (they begin with so, therefore,
 * thus, hence …, or name the answer) and in which the grader's reader finds a value. An intermediate value that only
 * happens to equal the answer is none. Correct is what the grader's checker calls correct.
 */
export function statedResults(sentences: readonly Sentence[], item: Checked): readonly StatedResult[] {
  return sentences.flatMap(({ text }, sentence) => {
    const value = statedValue(text, item);
    if (value === null) return [];
    return [{ sentence, value, isCorrect: checkAnswer(item.check, item.answer, value) === 'correct' }];
  });
}

function statedValue(text: string, { check }: Checked): string | null {
  if (text.length > LONGEST) return lastBoxed(text);
  const boxed = lastBoxed(text);
  if (boxed !== null) return boxed;
  if (!CONCLUDES.test(text) || NO_STATEMENT.test(text)) return null;
  if (check.type === 'text' && !/\banswer\b/i.test(text)) return null;
  return extractAnswer(text, check)?.replace(/[.!]+$/, '') ?? null;
}

/** Whether two stated values are one result: by the grader where it can compare them, else as text. */
export function isSameResult(a: string, b: string, { check }: Checked): boolean {
  if (a === b) return true;
  if (check.type === 'expression') return a.replaceAll(/\s/g, '') === b.replaceAll(/\s/g, '');
  return checkAnswer(check, a, b) === 'correct';
}
