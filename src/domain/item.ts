import { contentHash } from './ids.js';

/** How an answer is checked; the verdict never comes from comparing raw strings alone. */
export type AnswerCheck =
  | { readonly type: 'integer' }
  | { readonly type: 'number'; readonly tolerance: number }
  | { readonly type: 'choice' }
  | { readonly type: 'text' }
  | { readonly type: 'clock' }
  | { readonly type: 'expression'; readonly numbers: readonly number[]; readonly target: number };

export type AnswerCheckType = AnswerCheck['type'];

/** One problem with its reference answer. */
export interface Item {
  /** Registered data set name, or the file's base name for a user's own file. */
  readonly dataset: string;
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly check: AnswerCheck;
  /** Difficulty 1–5 where the data set has one. */
  readonly level: number | null;
  /** Items made from one template or source; the unit of clustered standard errors. */
  readonly cluster: string | null;
  /** Replaces the suite's prompt suffix for this item. */
  readonly prompt: string | null;
  /** sha256 (hex) of question, answer, check and prompt: the item's identity for seeds and pairing. */
  readonly contentHash: string;
}

/** The item with its identity. */
export function identifiedItem(item: Omit<Item, 'contentHash'>): Item {
  const { question, answer, check, prompt } = item;
  return { ...item, contentHash: contentHash({ question, answer, check, prompt }) };
}

/** Evaluation items are what results are quoted on; calibration items may be used to fit and tune. */
export type DatasetSplit = 'items' | 'calibration';

export interface DatasetProvenance {
  readonly name: string;
  /** sha256 of the file. */
  readonly sha256: string;
  /** sha256 over the content hashes of the items that the run uses, in order. */
  readonly itemSetSha256: string;
  readonly items: number;
}
