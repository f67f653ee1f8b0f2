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
  /** Tokens that a model has to read. */
  readonly tokens: number;
  /** Null where nothing is known of the speed. */
  readonly seconds: number | null;
}

export interface ChainScorer {
  readonly name: ScorerName;
  readonly forecast: (chains: readonly Chain[]) => ScoringForecast;
  /** `take` gets every chain's importance once, in any order. Rejects with `interrupted` when the signal fires. */
  readonly score: (
    chains: readonly Chain[],
    work: { readonly signal: AbortSignal; readonly take: (chain: number, importance: Importance) => void },
  ) => Promise<void>;
}
