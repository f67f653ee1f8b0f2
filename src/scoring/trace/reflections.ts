import { computationsIn } from './computations.js';
import type { Sentence } from './sentences.js';

/** Words that announce a second look or another way; matched as whole words in any case, one count per sentence. */
export const REFLECTION_WORDS = [
  'wait',
  'hmm',
  'alternatively',
  'let me check',
  'let me verify',
  'let me reconsider',
  'let me redo',
  'let me recompute',
  'let me double-check',
  'double-check',
  'on second thought',
  'once more',
  'check again',
  'another way',
  'another approach',
  'another method',
  'another angle',
  'another try',
  'another option',
] as const;

const REFLECTION = new RegExp(`\\b(?:${REFLECTION_WORDS.join('|')})\\b`, 'i');

export function keywordReflections(sentences: readonly Sentence[]): number {
  return sentences.filter(({ text }) => REFLECTION.test(text)).length;
}

/**
 * Sentences with an expression that an earlier sentence evaluated (`18 * 7` where `18 * 7 = 126` stands before): the
 * second look itself, whether or not a word announces it.
 */
export function rederivations(sentences: readonly Sentence[]): number {
  const evaluated = new Set<string>();
  let count = 0;
  for (const { text } of sentences) {
    const computations = computationsIn(text);
    if (computations.some(({ expression }) => evaluated.has(expression))) count += 1;
    for (const { expression, isEvaluated } of computations) if (isEvaluated) evaluated.add(expression);
  }
  return count;
}
