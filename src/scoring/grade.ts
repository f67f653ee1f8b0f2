import { checkAnswer, type Generation, type Grade, type Item, type ReasonCode } from '../domain/index.js';
import { extractAnswer } from './extract.js';

/** Stored with results: another version may grade the same text differently. */
export const GRADER = { name: 'laconic-checkers', version: '2' } as const;

type Gradable = Pick<Generation, 'answer' | 'thinkStop' | 'stopReason'>;

/**
 * Right or wrong, with the reason. A sample that maxTokens ended inside the thinking is censored and counts as wrong,
 * whatever its thinking contains; only the answer part is ever read.
 */
export function grade(generation: Gradable, item: Pick<Item, 'answer' | 'check'>): Grade {
  if (generation.stopReason === 'error') return wrong('engine-error', null);
  if (generation.thinkStop === 'cap') return wrong('censored', null);
  const extracted = extractAnswer(generation.answer, item.check);
  if (extracted === null) return wrong('no-answer', null);
  const verdict = checkAnswer(item.check, item.answer, extracted);
  return verdict === 'correct' ? { extracted, correct: true, reasonCode: 'correct' } : wrong(verdict, extracted);
}

function wrong(reasonCode: Exclude<ReasonCode, 'correct'>, extracted: string | null): Grade {
  return { extracted, correct: false, reasonCode };
}
