import type { ComparisonResult, RunStatus, TechniqueName } from '../domain/index.js';

/** Arms against arms, of one run or of several: what `laconic compare --json` prints and GET /comparisons answers. */
export interface ComparisonDocument {
  readonly schemaVersion: 1;
  /** Largest acceptable loss of accuracy: that of the run compared against. */
  readonly nonInferiorityMargin: number;
  /** The run compared against first. */
  readonly runs: readonly ComparedRun[];
  /** Worst regression first. */
  readonly compared: readonly ArmComparison[];
  /** Arms of the runs that were asked for and have no arm of the same name to be compared with. */
  readonly armsLeftOut: readonly { readonly run: string; readonly arm: string }[];
}

export interface ComparedRun {
  readonly id: string;
  readonly suite: string;
  readonly status: RunStatus;
  readonly finishedAt: string | null;
  readonly items: number;
}

export interface ComparedArm {
  readonly run: string;
  readonly arm: string;
  /** `run:arm`, or the arm alone where all is of one run; the name in figures and findings. */
  readonly label: string;
  readonly technique: TechniqueName;
  readonly model: string;
}

export interface ArmComparison {
  readonly arm: ComparedArm;
  readonly against: ComparedArm;
  /** Why nothing is judged; null where the two are comparable. */
  readonly incomparable: string | null;
  readonly differences: readonly NamedDifference[];
  readonly pairing: Pairing;
  readonly overall: GroupComparison;
  /** Worst regression first. */
  readonly byDataset: readonly GroupComparison[];
  /** Worst regression first; the level is that of the run compared against. */
  readonly byLevel: readonly GroupComparison[];
  /** Quarters of the items by the thinking tokens of the arm compared against, shortest first. */
  readonly byLength: readonly GroupComparison[];
  /** Items of every outcome; these stay complete where `items` leaves some out. */
  readonly outcomes: Readonly<Record<ItemOutcome, number>>;
  /** Worst regression first. */
  readonly items: readonly ItemComparison[];
}

/** The fields of result.json, of one group of items. */
export interface GroupComparison extends ComparisonResult {
  readonly group: string;
  readonly means: { readonly arm: SideMeans; readonly against: SideMeans };
}

/** Means of item means. */
export interface SideMeans {
  readonly accuracy: number;
  readonly thinkTokens: number;
  readonly deliveredTokens: number;
}

export type DifferenceKind =
  | 'model'
  | 'technique'
  | 'prompt'
  | 'sampling'
  | 'cap'
  | 'data'
  | 'grader'
  | 'engine'
  | 'machine'
  | 'suite';

/** Something in which the two sides differ besides what they answered. */
export interface NamedDifference {
  readonly kind: DifferenceKind;
  readonly name: string;
  readonly arm: string;
  readonly against: string;
}

/** What was paired and what could not be; a list names at most 1,000 items, its count is whole. */
export interface Pairing {
  readonly pairs: number;
  readonly onlyArm: ItemList;
  readonly onlyAgainst: ItemList;
  /** Items of the runs of which neither has a sample. */
  readonly neither: ItemList;
  /** Repeats of paired items that only one side has. */
  readonly unpairedSamples: { readonly arm: number; readonly against: number };
}

export interface ItemList {
  readonly count: number;
  readonly items: readonly ItemName[];
}

export interface ItemName {
  readonly dataset: string;
  readonly item: string;
}

/**
 * lost, won: more than half of an item's repeats are right on one side only. Less and more often: the same majority with
 * other shares of right repeats.
 */
export const ITEM_OUTCOMES = ['lost', 'less-often', 'won', 'more-often', 'both-wrong', 'both-right'] as const;

export type ItemOutcome = (typeof ITEM_OUTCOMES)[number];

/** Outcomes in which the two sides differ. */
export const DIFFERING: ReadonlySet<ItemOutcome> = new Set(['lost', 'less-often', 'won', 'more-often']);

export interface ItemComparison {
  readonly outcome: ItemOutcome;
  readonly dataset: string;
  readonly level: number | null;
  readonly arm: ItemSide;
  readonly against: ItemSide;
  /** Null where the two do not differ, and beyond the first 2,000 that do. */
  readonly text: { readonly question: string; readonly reference: string } | null;
}

export interface ItemSide extends SideMeans {
  readonly item: string;
  /** A repeat that shows the difference; null where the two do not differ. */
  readonly sample: ItemSample | null;
}

/** Where the sample is stored, and what it answered; `extracted` is null also where the texts are left out. */
export interface ItemSample {
  readonly run: string;
  readonly arm: string;
  readonly dataset: string;
  readonly item: string;
  readonly repeat: number;
  readonly correct: boolean;
  readonly extracted: string | null;
}
