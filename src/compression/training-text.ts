import { controlPieces, type PromptSpec, type RatioControl } from '../domain/index.js';
import type { Chain } from './chain.js';

/** One training example in words; a format says how it is written. */
export interface TrainingExample {
  readonly system: string | null;
  /** What stands before the question, on lines of its own; empty where nothing does. */
  readonly instruction: string;
  /** The question, what follows on lines of its own, and the ratio behind both. */
  readonly input: string;
  readonly output: string;
}

/** A chain at a ratio: which of its tokens stay. */
export interface KeptChain {
  readonly ratio: number;
  readonly kept: readonly boolean[];
}

/** The prompt as technique `tokenskip` writes it, and the model's own output with the kept tokens in place of the chain. */
export function trainingExample(chain: Chain, { ratio, kept }: KeptChain, control: RatioControl): TrainingExample {
  const { arm, items } = chain.call.task;
  const suffix = items[0]?.prompt ?? arm.prompt.suffix;
  return {
    ...promptTexts({ ...arm.prompt, suffix }, chain.question, controlText(control, ratio)),
    output: `${chain.opening}${keptText(chain.tokens, kept)}${chain.closing}${chain.answer}`,
  };
}

function promptTexts(
  { system, prefix, suffix }: PromptSpec,
  question: string,
  control: string,
): Omit<TrainingExample, 'output'> {
  const asked = suffix === null ? question : `${question}\n${suffix}`;
  return { system, instruction: prefix ?? '', input: `${asked}${control}` };
}

/** Trainers read control tokens out of text, so its pieces need no marking there. */
export function controlText(control: RatioControl, ratio: number): string {
  return controlPieces(control, ratio)
    .map(({ text }) => text)
    .join('');
}

export function keptText(tokens: readonly string[], kept: readonly boolean[]): string {
  return tokens.filter((_, index) => kept[index]).join('');
}

/** Token ids that the model is to write: all but the dropped ones, its end-of-generation token included. */
export function outputIds({ head, ids, tail }: Chain, kept: readonly boolean[]): number[] {
  return [...head, ...ids.filter((_, index) => kept[index]), ...tail];
}
