import type { Ledger } from './ledger.js';
import type { TraceMeasures } from './measures.js';

/** How the thinking ended. `cap`: maxTokens ended the sample inside the thinking (the sample is censored). */
export type ThinkStop = 'none' | 'natural' | 'budget' | 'exit' | 'cap';

export type StopReason = 'eos' | 'stop_string' | 'length_cap' | 'error';

export type SampleEventType =
  | 'suppressed'
  | 'forced'
  | 'probe'
  | 'exit'
  | 'wait-inserted'
  | 'route'
  | 'vote'
  | 'steered';

/** Something a technique did; `at` is the 0-based index in the delivered tokens. */
export interface SampleEvent {
  readonly at: number;
  readonly type: SampleEventType;
  readonly detail: string;
}

/**
 * How certain the model was of what it chose itself: its own probabilities, at temperature 1 before any filter. Null where
 * there is nothing to average.
 */
export interface Certainty {
  /** Arithmetic mean of the probabilities of the answer's sampled tokens, end of sequence apart. */
  readonly answerMean: number | null;
  /** The least of them. */
  readonly answerLeast: number | null;
  readonly answerTokens: number;
  /**
   * Mean over all sampled tokens of KL(uniform ‖ p) = −(1/V) Σ log(V · p_j), in nats (Kang et al., arXiv 2502.18581;
   * known second hand).
   */
  readonly selfCertainty: number | null;
}

/** What the engine returns for one arm, item and repeat, before scoring. */
export interface Generation {
  readonly thinking: string;
  readonly answer: string;
  /** Token ids from the opening through the closing delimiter. */
  readonly thinkIds: readonly number[];
  readonly answerIds: readonly number[];
  readonly ledger: Ledger;
  readonly thinkStop: ThinkStop;
  readonly stopReason: StopReason;
  /** E.g. the stop string, or the error's text. */
  readonly stopDetail: string | null;
  readonly events: readonly SampleEvent[];
  /** Only where it was asked for. */
  readonly certainty?: Certainty;
  /**
   * What a progress probe read off the thinking tokens, in the order of `thinkIds`; it may end before them. Null: the
   * token's state was not looked at. Absent without a probe.
   */
  readonly progress?: readonly (number | null)[];
}

export type ReasonCode =
  | 'correct'
  | 'wrong'
  | 'no-answer'
  | 'unparsable'
  | 'numbers-misused'
  | 'censored'
  | 'engine-error';

/** Right or wrong, with a reason code. */
export interface Grade {
  /** The answer read out of the answer part; null where there is none. */
  readonly extracted: string | null;
  readonly correct: boolean;
  readonly reasonCode: ReasonCode;
}

/** The call that a sample shares with others; its ledger and token ids are its share, and the shares add up to the call. */
export interface SampleGroup {
  readonly id: string;
  /** 0-based place among the questions of the call. */
  readonly index: number;
  readonly size: number;
}

/** One of the paths among which a sample was chosen. */
export interface SamplePath extends Generation, Grade {}
/** The stored thinking that a rule went through again, in place of the model thinking. */
export interface SampleReplay {
  /** The arm whose thinking it is. */
  readonly of: string;
  /** Tokens of that thinking, which had to be decoded beforehand; in no column of the ledger. */
  readonly preparationTokens: number;
}

/** One line of samples.jsonl. */
export interface SampleRecord extends Grade {
  readonly arm: string;
  readonly dataset: string;
  readonly item: string;
  readonly repeat: number;
  readonly cluster: string | null;
  readonly level: number | null;
  readonly question: string;
  /** The whole prompt as the model saw it. */
  readonly prompt: string;
  readonly thinking: string;
  readonly answer: string;
  readonly reference: string;
  readonly thinkStop: ThinkStop;
  readonly stopReason: StopReason;
  readonly stopDetail: string | null;
  readonly ledger: Ledger;
  readonly events: readonly SampleEvent[];
  /** Only where several questions were asked in one call. */
  readonly group?: SampleGroup;
  /** Only where the arm is a replay: its ledger is what the rule would have spent online. */
  readonly replay?: SampleReplay;
  /** Only where an arm needs it. */
  readonly certainty?: Certainty;
  /**
   * The paths of a vote in their order, only those that were decoded. The sample's own ledger is their sum; its texts, ids,
   * stops and grade are those of the path that won.
   */
  readonly paths?: readonly SamplePath[];
  /** The arm compared against, and the first delivered index whose token differs; null where equal or not comparable. */
  readonly divergedFrom: string | null;
  readonly divergedAt: number | null;
  /** Only with --token-ids in the exported file; always present in memory and in the database. */
  readonly thinkIds: readonly number[];
  readonly answerIds: readonly number[];
  /** How the tokens were spent; absent in samples that were stored before measures existed. */
  readonly measures?: TraceMeasures;
  /** As in Generation, rounded to three decimals. */
  readonly progress?: readonly (number | null)[];
}
