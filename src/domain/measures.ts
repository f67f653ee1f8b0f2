/** How token positions inside the texts of a sample were found. */
export type PositionRule =
  /** Every token's text lies in the sample's text as it is. */
  | 'exact'
  /** Some characters are spread over several tokens; positions inside such a character are those of its end. */
  | 'resynchronised'
  /** The texts of the tokens are not at hand or do not add up: positions are proportional to characters. */
  | 'proportional';

/** Version of the rules below; samples measured under another one are not aggregated together. */
export const MEASURE_RULES = 1;

/**
 * How one sample spent its tokens. Everything is counted in delivered tokens of the engine; rules and differences from
 * the papers stand in docs/measures.md.
 */
export interface TraceMeasures {
  readonly rules: number;
  readonly positions: PositionRule;
  /** The first sentence that states a correct result, in the thinking or else in the answer; null where none does. */
  readonly firstCorrect: FirstCorrect | null;
  readonly sentences: number;
  /** Sentence (from 1) after which the stated result stays the same to the end; null where no result is stated. */
  readonly convergedAt: number | null;
  /** Solutions: parts of the trace that end with a stated result, and the rest. */
  readonly solutions: number;
  /** Tokens of all solutions, and of those that compute something new. */
  readonly solutionTokens: number;
  readonly distinctTokens: number;
  /** Sentences with a word of reflection, and sentences that compute again what was computed before. */
  readonly keywordReflections: number;
  readonly rederivations: number;
  /** Thinking tokens inside runs that stand in the thinking before. */
  readonly repeatedTokens: number;
  readonly loop: TokenLoop | null;
}

export interface FirstCorrect {
  /** Delivered tokens through the end of the sentence. */
  readonly tokens: number;
  readonly part: 'thinking' | 'answer';
  /** End of the sentence in that part's text. */
  readonly character: number;
}

/** A block of tokens that follows itself; `at` = first token of the first copy in the thinking. */
export interface TokenLoop {
  readonly at: number;
  readonly period: number;
  readonly times: number;
}

/** A mean over items with its 95 % interval; NaN (null in JSON) where there is nothing to average. */
export interface MeasureEstimate {
  readonly value: number;
  readonly interval: readonly [number, number];
  readonly items: number;
  readonly samples: number;
}

/** The measures of one arm. Shares and efficiencies lie in 0 … 1, the rest counts tokens or sentences per sample. */
export interface ArmThinking {
  readonly rules: number;
  readonly samples: number;
  /** Samples whose token positions are exact or resynchronised. */
  readonly positionedShare: number;
  readonly everCorrect: MeasureEstimate;
  readonly tokensToFirstCorrect: MeasureEstimate;
  readonly tokensAfterFirstCorrect: MeasureEstimate;
  readonly outcomeEfficiency: MeasureEstimate;
  readonly processEfficiency: MeasureEstimate;
  readonly solutions: MeasureEstimate;
  readonly underthinking: MeasureEstimate;
  readonly keywordReflections: MeasureEstimate;
  readonly rederivations: MeasureEstimate;
  readonly answerConvergence: MeasureEstimate;
  readonly repetition: MeasureEstimate;
  readonly loops: MeasureEstimate;
}

/** Accuracy over the budgets of one family of live `budget` arms. */
export interface BudgetCurve {
  readonly model: string;
  readonly closing: string | null;
  readonly items: number;
  /** Ascending by budget. */
  readonly points: readonly BudgetPoint[];
  /** (1 / (to − from)) ∫ accuracy d budget on a linear axis by trapezoids; `from` is 0 only if budget 0 was run. */
  readonly area: {
    readonly value: number;
    readonly interval: readonly [number, number];
    readonly from: number;
    readonly to: number;
  };
  /** s1: share of budgets whose mean sampled thinking stays within them, and the same over samples. */
  readonly control: { readonly budgets: number; readonly samples: number };
  /** s1: mean slope over all pairs of budgets, accuracy per token. */
  readonly scaling: { readonly perToken: number; readonly interval: readonly [number, number] };
  /** s1: the best accuracy over the budgets; as the largest of several it is biased upwards. */
  readonly performance: {
    readonly accuracy: number;
    readonly interval: readonly [number, number];
    readonly arm: string;
  };
}

export interface BudgetPoint {
  readonly arm: string;
  readonly budget: number;
  readonly accuracy: number;
  readonly accuracyInterval: readonly [number, number];
  readonly thinkTokens: number;
  readonly deliveredTokens: number;
}

/** A difference between two arms' budgets that the result hangs on. */
export interface BudgetWarning {
  readonly kind: 'caps' | 'truncation-repair' | 'total-tokens' | 'prompt-tokens' | 'retries' | 'several-differences';
  /** One sentence that names the difference and what hangs on it. */
  readonly text: string;
}
