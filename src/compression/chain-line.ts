import type { Chain } from './chain.js';
import type { Importance, Selection } from './select.js';
import { outputIds } from './training-text.js';

/** Enough to see why a token was kept; what follows would only be another machine's rounding. */
const DIGITS = 4;

/** One line of chains.jsonl. */
export interface ChainLine {
  readonly dataset: string;
  readonly item: string;
  readonly repeat: number;
  readonly level: number | null;
  readonly question: string;
  /** Share asked for. */
  readonly ratio: number;
  /** Share kept, to four digits. */
  readonly actualRatio: number;
  /** The chain's tokens. */
  readonly ids: readonly number[];
  /** One character per token: 1 = kept. */
  readonly kept: string;
  readonly importance: Importance;
  /** What the model is to write behind the prompt, its end-of-generation token included. */
  readonly outputIds: readonly number[];
}

export function chainLine(
  chain: Chain,
  ratio: number,
  { importance, selection }: { readonly importance: Importance; readonly selection: Selection },
): ChainLine {
  const { dataset, item, repeat, level, question, ids } = chain;
  return {
    dataset,
    item,
    repeat,
    level,
    question,
    ratio,
    actualRatio: rounded(selection.ratio),
    ids,
    kept: selection.kept.map((each) => (each ? '1' : '0')).join(''),
    importance: importance.map(rounded),
    outputIds: outputIds(chain, selection.kept),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
