import type { TokenColumn } from './ledger.js';

export type TechniqueName = 'baseline' | 'nowait' | 'budget' | 'nothinking';

/** How closely the implementation follows its source. */
export type FaithfulTo = 'paper' | 'code' | 'variant';

/** Decides hue and mark of an arm in charts and tables. */
export type TechniqueKind = 'baseline' | 'suppression' | 'budget' | 'exit' | 'compression' | 'none';

export interface TechniqueParameter {
  readonly name: string;
  readonly type: 'integer' | 'number' | 'string' | 'choice' | 'integer-list' | 'string-list';
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

/** One entry of the catalogue that `laconic techniques` prints. */
export interface TechniqueEntry {
  readonly name: TechniqueName;
  readonly kind: TechniqueKind;
  /** What it does, in two sentences. */
  readonly summary: string;
  readonly parameters: readonly TechniqueParameter[];
  readonly source: string;
  readonly faithfulTo: FaithfulTo;
  readonly differences: readonly string[];
  readonly ledgerColumns: readonly TokenColumn[];
  readonly mode: 'online' | 'replay';
  readonly publishedFigures: readonly PublishedFigure[];
}
