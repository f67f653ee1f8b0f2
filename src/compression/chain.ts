import type { KnownCall } from '../inference/index.js';

/** A model's own chain of thought, cut into the tokens that may be dropped. */
export interface Chain {
  readonly dataset: string;
  readonly item: string;
  readonly repeat: number;
  readonly level: number | null;
  readonly question: string;
  /** What was asked, and every token that the model wrote: head, chain and tail. */
  readonly call: KnownCall;
  /** The tokens between the delimiters, blank edges apart: what may be dropped. */
  readonly ids: readonly number[];
  /** Their texts; joined they are the chain. */
  readonly tokens: readonly string[];
  /** Token ids before the chain: the opening delimiter (unless the prompt holds it) and blanks. */
  readonly head: readonly number[];
  /** Token ids after it: blanks, the closing delimiter, the answer. */
  readonly tail: readonly number[];
  /** Text before the chain, its delimiter included even where the prompt holds it. */
  readonly opening: string;
  /** Text from the chain's end through the closing delimiter. */
  readonly closing: string;
  /** The answer part as the model wrote it. */
  readonly answer: string;
  /** So many ids of the tail come before the answer's first. */
  readonly answerFrom: number;
}

/** Identity of a chain, whatever the run: what random draws are keyed by. */
export function chainKey({ dataset, item, repeat }: Pick<Chain, 'dataset' | 'item' | 'repeat'>): string {
  return JSON.stringify([dataset, item, repeat]);
}
