import type { SampleRecord } from '../domain/index.js';

/** Why a sample makes no training example; the first that holds counts. */
export const LEFT_OUT_REASONS = [
  'wrong',
  'several-questions',
  'several-paths',
  'replay',
  'thinking-not-ended',
  'answer-not-ended',
  'prompt-not-known',
  'control-in-question',
  'no-chain',
  'no-plain-text',
  'too-long',
] as const;

export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

export type LeftOutCounts = Partial<Record<LeftOutReason, number>>;

/** In words, for cards and pages. */
export function reasonWords(reason: LeftOutReason): string {
  switch (reason) {
    case 'wrong':
      return 'the answer was wrong';
    case 'several-questions':
      return 'asked together with other questions';
    case 'several-paths':
      return 'chosen among several paths';
    case 'replay':
      return 'the thinking was replayed';
    case 'thinking-not-ended':
      return 'the model did not end the thinking itself';
    case 'answer-not-ended':
      return 'the answer did not end with an end-of-generation token';
    case 'prompt-not-known':
      return 'the prompt cannot be made again from the sample';
    case 'control-in-question':
      return 'the question contains the delimiter of the ratio';
    case 'no-chain':
      return 'nothing was thought';
    case 'no-plain-text':
      return 'a token of the thinking is no whole text (control token or part of a character)';
    case 'too-long':
      return 'the thinking was longer than the length cut';
  }
}

/** What can be told from the sample alone; null where it may be used. */
export function unusableSample(sample: SampleRecord): LeftOutReason | null {
  if (!sample.correct) return 'wrong';
  if (sample.group !== undefined) return 'several-questions';
  if (sample.paths !== undefined) return 'several-paths';
  if (sample.replay !== undefined) return 'replay';
  if (sample.thinkStop === 'none') return 'no-chain';
  if (sample.thinkStop !== 'natural' || sample.ledger.thinkInjected > 0) return 'thinking-not-ended';
  if (sample.stopReason !== 'eos' || sample.ledger.answerInjected > 0) return 'answer-not-ended';
  return null;
}
