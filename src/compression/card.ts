import type { AdapterUse, DatasetProvenance, PromptSpec, RatioControl, Sampling } from '../domain/index.js';
import type { LeftOutCounts } from './left-out.js';
import type { WrittenFile } from './output-folder.js';
import type { RatiosPerChain } from './ratios.js';
import type { ItemSet } from './run-items.js';
import type { ScorerFacts } from './scorers/scorer-facts.js';
import type { DifferenceCount, RatioTally } from './tally.js';
import type { TrainingFormat } from './training-files.js';

/** What every card.json says of the training files beside it. Same inputs, same bytes. */
export interface TrainingFolderCard {
  readonly schemaVersion: 1;
  readonly laconic: string;
  readonly scorer: ScorerFacts;
  readonly ratios: readonly number[];
  readonly control: RatioControl;
  readonly formats: readonly TrainingFormat[];
  readonly examples: number;
  readonly leftOut: LeftOutCounts;
  readonly asked: readonly RatioTally[];
  readonly differences: readonly DifferenceCount[];
  /** All but this one. */
  readonly files: readonly WrittenFile[];
}

/** Where compressed chains of a run come from. */
export interface CompressionCard extends TrainingFolderCard {
  readonly kind: 'tokenskip-compression';
  readonly run: {
    readonly id: string;
    readonly suite: string;
    readonly suiteSha256: string;
    readonly arm: string;
    readonly laconic: string;
    readonly gitCommit: string | null;
  };
  readonly model: { readonly alias: string; readonly sha256: string; readonly usageSha256: string };
  /** Of the arm's model; empty where it has none. */
  readonly adapters: readonly AdapterUse[];
  readonly sampling: Sampling;
  readonly prompt: PromptSpec;
  readonly datasets: readonly DatasetProvenance[];
  /** Items that chains were made of; `own` ones are calibration items of no data set known here. */
  readonly items: { readonly calibration: ItemSet; readonly own: ItemSet; readonly note: string | null };
  readonly selection: {
    readonly perChain: RatiosPerChain;
    readonly seed: number;
    readonly maxTokens: number;
    readonly forceTokens: readonly string[];
    readonly reserveDigits: boolean;
    readonly dropConsecutive: boolean;
  };
  readonly chains: number;
}

export const OWN_ITEMS_NOTE =
  'Items of a data set named by its path are trained on. They are evaluation items of no data set known here; whether results are quoted on them elsewhere is for their owner to know.';
