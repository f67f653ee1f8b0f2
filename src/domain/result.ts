import type { AccuracyFrontier } from './accuracy-frontier.js';
import type { ArmAdapter } from './adapter.js';
import type { CascadeFrontier } from './cascade-frontier.js';
import type { TokenColumn } from './ledger.js';
import type { ArmThinking, BudgetCurve, BudgetWarning } from './measures.js';
import type { ArmPaths, PassAtK } from './repeats.js';
import type { ArmRouting, RouteFrontier } from './route.js';
import type { RunProvenance, RunStatus } from './run.js';
import type { Sampling } from './suite.js';
import type { FaithfulTo } from './technique.js';
import type { TokenSkipResult } from './token-skip.js';

/** result.json, schemaVersion 1. Figures are unrounded; quantiles are type 7. */
export interface RunResult {
  readonly schemaVersion: 1;
  readonly run: ResultRun;
  readonly arms: readonly ArmResult[];
  readonly comparisons: readonly ComparisonResult[];
  readonly engine: EngineTotals;
  /** Accuracy against tokens with how sure each arm's place is; absent with a single arm, in unfinished runs and in results made before. */
  readonly frontier?: AccuracyFrontier;
  /** Accuracy at budget B, for every family of budget arms; absent in results made before. */
  readonly budgetCurves?: readonly BudgetCurve[];
  /** One per arm that chooses whether to think beside the arms that always and never do; absent where there is none. */
  readonly routeFrontiers?: readonly RouteFrontier[];
  /** Every threshold of every cascade arm; absent where there is none that can be computed. */
  readonly cascades?: readonly CascadeFrontier[];
  /** Only where thinking is shortened by a ratio. */
  readonly tokenSkip?: TokenSkipResult;
}

export interface ResultRun {
  readonly id: string;
  readonly suite: string;
  readonly suiteSha256: string;
  readonly status: RunStatus;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly provenance: RunProvenance;
  /** The arm that the others are compared with. */
  readonly against: string;
  readonly nonInferiorityMargin: number;
}

export interface TokenSummary {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** Aggregate of one group of samples. Accuracy over repeats is the mean of item means. */
export interface Aggregate {
  readonly items: number;
  readonly samples: number;
  readonly accuracy: number;
  readonly accuracyInterval: readonly [number, number];
  readonly accuracyIntervalMethod: 'wilson' | 't';
  readonly tokens: Readonly<Record<TokenColumn, TokenSummary>>;
  /** Share of samples whose thinking was ended by maxTokens. */
  readonly censoredShare: number;
  readonly noAnswerShare: number;
  readonly thinkStops: Readonly<Record<string, number>>;
  readonly stopReasons: Readonly<Record<string, number>>;
}

/** Wall-clock figures of one arm, from a pass in which nothing else ran. */
export interface ArmTiming {
  readonly mode: 'isolated';
  readonly items: number;
  readonly tokensPerSecond: number;
  /** `mean` (EfficientLLM's average latency) is absent in results made before. */
  readonly secondsPerItem: { readonly mean?: number; readonly p50: number; readonly p90: number };
}

export interface ArmResult {
  readonly name: string;
  readonly technique: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly model: string;
  /** What is added to the model; absent where nothing is. */
  readonly adapters?: readonly ArmAdapter[];
  readonly sampling: Sampling;
  readonly faithfulTo: FaithfulTo;
  readonly differences: readonly string[];
  readonly overall: Aggregate;
  readonly byDataset: Readonly<Record<string, Aggregate>>;
  readonly byLevel: Readonly<Record<string, Aggregate>>;
  /** Null where the timing pass was switched off or did not finish. */
  readonly timing: ArmTiming | null;
  /** Only of a replay: the arm whose thinking it went through, and the mean tokens of it, which had to be decoded beforehand. */
  readonly replay?: { readonly of: string; readonly preparationTokens: number };
  /** How the thinking is spent; null where no sample was measured, absent in results made before. */
  readonly thinking?: ArmThinking | null;
  /** Scores of other works; null without samples, absent in results made before. */
  readonly efficiency?: ArmEfficiency | null;
  /** How often it takes the longer of two ways; only where its samples decide between two. */
  readonly routing?: ArmRouting;
  /** Only where a completed run has a fixed number of samples or paths of every item, above 1. */
  readonly passAtK?: PassAtK;
  /** Only for arms that decode several paths for a sample. */
  readonly paths?: ArmPaths;
}

/** Definitions in docs/measures.md. */
export interface ArmEfficiency {
  readonly ockScore: number;
  /** AUC_OAA: mean accuracy over allowances of 0 … `upTo` thinking tokens, where what takes longer counts as wrong. */
  readonly accuracyWithin: {
    readonly value: number;
    readonly interval: readonly [number, number];
    readonly upTo: number;
  };
}

/** One arm against another, paired by item; `dataset` is a data set's name or `overall`. */
export interface ComparisonResult {
  readonly arm: string;
  readonly against: string;
  readonly dataset: string;
  readonly pairs: number;
  readonly accuracyDelta: number;
  readonly accuracyDeltaInterval: readonly [number, number];
  readonly method: 'tango' | 'clustered-t';
  readonly mcnemarP: number | null;
  /** The same after Holm's correction over the arms of the run. */
  readonly mcnemarHolmP?: number | null;
  readonly flips: { readonly lost: number; readonly won: number };
  /** Ratio of mean delivered tokens. */
  readonly tokenRatio: number;
  readonly tokenRatioInterval: readonly [number, number];
  /** Ratio of mean thinking tokens, for the report's sentences. */
  readonly thinkRatio: number;
  readonly thinkRatioInterval: readonly [number, number];
  /** Lower one-sided 95 % bound of the accuracy difference, for the non-inferiority margin. */
  readonly accuracyDeltaLowerBound: number;
  readonly verdict: ComparisonVerdict;
  readonly aes: { readonly value: number; readonly weights: readonly [number, number, number] };
  readonly minimumDetectableEffect: number;
  /** Sentence in plain words; null where findings are off (partial run). */
  readonly finding: string | null;
  /** Wilcoxon's signed-rank test of delivered tokens; null for clustered items, absent in results made before. */
  readonly tokenWilcoxonP?: number | null;
  /** EfficientLLM's MCR; only where another model file is used and both sizes are known. */
  readonly modelCompressionRate?: number;
  /** Differences of budget that the result hangs on; looked for over all data sets only. */
  readonly warnings?: readonly BudgetWarning[];
}

export type ComparisonVerdict = 'within-margin' | 'not-decisive' | 'worse' | 'better' | 'not-comparable';

export interface EngineTotals {
  /** What was decoded for samples that were interrupted and made again counts too. */
  readonly decodedTokens: number;
  /** False: an engine or a worker was killed, so that more was decoded than is known and less was shared. */
  readonly decodedTokensKnown?: boolean;
  readonly chargedTokens: number;
  readonly sharingFactor: number;
  readonly prefillTokens: number;
  readonly prefillSharedTokens: number;
  readonly engineSeconds: number;
  readonly wallSeconds: number;
}
