/** The arms of a run by mean total tokens and accuracy, over the items that all of them have. */
export interface AccuracyFrontier {
  readonly cost: 'total';
  readonly items: number;
  /** Bootstrap draws of the items (of their clusters, where they have some) behind `share`. */
  readonly draws: number;
  readonly arms: readonly FrontierMember[];
}

export interface FrontierMember {
  readonly arm: string;
  readonly accuracy: number;
  readonly totalTokens: number;
  /** No other arm has fewer total tokens and at least the accuracy. */
  readonly onFrontier: boolean;
  /** Share of the draws in which that holds. */
  readonly share: number;
}
