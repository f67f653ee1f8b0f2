import type { TokenColumn } from './ledger.js';
import type { SampleEventType } from './sample.js';

/** How closely the implementation follows its source. */
export type FaithfulTo = 'paper' | 'code' | 'variant';

/** Decides hue and mark of an arm in charts and tables. */
export type TechniqueKind =
  | 'baseline'
  | 'suppression'
  | 'budget'
  | 'exit'
  | 'compression'
  | 'steering'
  | 'prompt'
  | 'voting'
  | 'none';

export interface TechniqueParameter {
  readonly name: string;
  readonly type: 'integer' | 'number' | 'boolean' | 'string' | 'choice' | 'integer-list' | 'string-list';
  readonly default: unknown;
  /** In words: `1 … 1,000,000`, or the choices. */
  readonly range: string;
  readonly description: string;
}

/** A figure from a paper, shown as published and never as ours. */
export interface PublishedFigure {
  readonly model: string;
  readonly benchmark: string;
  readonly figure: string;
  /** How the figure was obtained: read in the paper, in the code, second hand … */
  readonly marker: 'paper' | 'code' | 'note' | 'abstract' | 'calculated';
}

/** A column of the ledger; `prompt` is counted apart from delivered and total. */
export type LedgerColumn = TokenColumn | 'prompt';

/** One entry of the catalogue that `laconic techniques` prints. */
export interface TechniqueEntry<Name extends string = string> {
  readonly name: Name;
  readonly kind: TechniqueKind;
  /** What it does, in two sentences. */
  readonly summary: string;
  readonly parameters: readonly TechniqueParameter[];
  /** The text that it adds to the prompt with default parameters; null where it changes no prompt. */
  readonly prompt: string | null;
  readonly source: string;
  readonly faithfulTo: FaithfulTo;
  readonly differences: readonly string[];
  readonly ledgerColumns: readonly LedgerColumn[];
  /** Events that a sample carries where the technique acted; none where it acts before the first token only. */
  readonly events: readonly SampleEventType[];
  readonly mode: 'online' | 'replay';
  /** Online, or, where an arm asks for it, replayed on the stored thinking of another arm. */
  readonly replayable: boolean;
  readonly publishedFigures: readonly PublishedFigure[];
}
