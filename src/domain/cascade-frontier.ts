/** What a cascade arm comes to at every threshold, computed from what its samples and those of its two parts record. */
export interface CascadeFrontier {
  readonly arm: string;
  /** The arm that answers first. */
  readonly first: string;
  /** The arm that always thinks: a baseline of the cascade's model, sampling and prompt. */
  readonly second: string;
  readonly signal: string;
  /** Samples of which both ways are known. */
  readonly samples: number;
  /** Ascending by threshold: from the first arm's answers alone to every item handed on. */
  readonly points: readonly CascadePoint[];
  /** The same at the threshold that the arm was run with: a live run that agrees with it confirms the rest. */
  readonly chosen: CascadePoint;
}

export interface CascadePoint {
  /** The first answer stands where its certainty is at least this; null where all do (share 0), or none (share 1). */
  readonly threshold: number | null;
  /** Share of items that are handed on. */
  readonly share: number;
  readonly accuracy: number;
  readonly deliveredTokens: number;
  /** First answers that were given up included. */
  readonly totalTokens: number;
  /** Against the arm that always thinks, paired by item; at a few points only. */
  readonly difference?: CascadeDifference;
}

export interface CascadeDifference {
  readonly accuracyDelta: number;
  readonly accuracyDeltaInterval: readonly [number, number];
  readonly method: 'tango' | 'clustered-t';
  /** Of mean total tokens, with a paired bootstrap interval. */
  readonly totalRatio: number;
  readonly totalRatioInterval: readonly [number, number];
}
