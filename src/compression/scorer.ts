import type { Chain } from './chain.js';
import type { Importance } from './select.js';

export const SCORERS = [
  'llmlingua2',
  'self-information',
  'answer-contribution',
  'random',
  'keep-numbers',
  'truncate',
] as const;

export type ScorerName = (typeof SCORERS)[number];

/** What scoring will cost, said before it starts. */
export interface ScoringForecast {
  /** Tokens of chains and answers that a model has to read; prompts come on top, each once. */
  readonly tokens: number;
  /** From a timing of one engine on this machine; longer where engines share its cores with other work. */
  readonly seconds: number;
}

export interface ChainScorer {
  readonly name: ScorerName;
  /** The first one that has chains measures how fast they are read, on some of them. Rejects as `score` does. */
  readonly forecast: (chains: readonly Chain[], signal: AbortSignal) => Promise<ScoringForecast>;
  /** `take` gets every chain's importance once, in any order. Rejects with `interrupted` when the signal fires. */
  readonly score: (
    chains: readonly Chain[],
    work: { readonly signal: AbortSignal; readonly take: (chain: number, importance: Importance) => void },
  ) => Promise<void>;
}
