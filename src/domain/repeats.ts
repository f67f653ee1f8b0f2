type Bounds = readonly [number, number];

/** Mean of item values with its 95 % interval: t on item means, by cluster; Wilson where all of them are equal. */
export interface ItemEstimate {
  readonly value: number;
  readonly interval: Bounds;
}

/** What k samples of an item would come to, drawn from the n that there are. */
export interface PassPoint {
  readonly k: number;
  /** At least one of them is right: unbiased (Chen et al. 2021). */
  readonly pass: ItemEstimate;
  /** Their majority vote is right; ties shared, samples without an answer have no vote. Exact over all draws of k. */
  readonly majority: ItemEstimate;
  /** At least a share `tau` of them is right (G-Pass@k). */
  readonly general: readonly (ItemEstimate & { readonly tau: number })[];
}

/**
 * pass@k, maj@k and G-Pass@k of an arm. Only over a fixed number of samples: where a vote ends as soon as it is decided,
 * how many there are depends on what they say, and the estimators would be biased.
 */
export interface PassAtK {
  readonly of: 'repeats' | 'paths';
  /** Samples of every item. */
  readonly samples: number;
  readonly items: number;
  readonly points: readonly PassPoint[];
}

/** Paths of a voting arm. */
export interface ArmPaths {
  readonly asked: number;
  /** Mean number decoded for a sample. */
  readonly run: ItemEstimate;
}
