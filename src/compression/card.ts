import type { DatasetProvenance, PromptSpec, RatioControl, Sampling } from '../domain/index.js';
import type { LeftOutCounts } from './left-out.js';
import type { WrittenFile } from './output-folder.js';
import type { RatiosPerChain } from './ratios.js';
import type { ItemSet } from './run-items.js';
import type { DifferenceCount, RatioTally } from './tally.js';
import type { TrainingFormat } from './training-files.js';

/** card.json: where training files come from. Same inputs, same bytes. */
export interface CompressionCard {
  readonly schemaVersion: 1;
  readonly kind: 'tokenskip-compression';
  readonly laconic: string;
  readonly run: {
    readonly id: string;
    readonly suite: string;
    readonly suiteSha256: string;
    readonly arm: string;
    readonly laconic: string;
    readonly gitCommit: string | null;
  };
  readonly model: { readonly alias: string; readonly sha256: string; readonly usageSha256: string };
  readonly sampling: Sampling;
  readonly prompt: PromptSpec;
  readonly datasets: readonly DatasetProvenance[];
  /** Items that chains were made of; `own` ones are calibration items of no data set known here. */
  readonly items: { readonly calibration: ItemSet; readonly own: ItemSet; readonly note: string | null };
  readonly scorer: { readonly name: string; readonly options: Readonly<Record<string, unknown>> };
  readonly selection: {
    readonly ratios: readonly number[];
    readonly perChain: RatiosPerChain;
    readonly seed: number;
    readonly maxTokens: number;
    readonly forceTokens: readonly string[];
    readonly reserveDigits: boolean;
    readonly dropConsecutive: boolean;
  };
  readonly control: RatioControl;
  readonly formats: readonly TrainingFormat[];
  readonly chains: number;
  readonly examples: number;
  readonly leftOut: LeftOutCounts;
  readonly asked: readonly RatioTally[];
  readonly differences: readonly DifferenceCount[];
  /** All but this one. */
  readonly files: readonly WrittenFile[];
}

export const OWN_ITEMS_NOTE =
  'Items of a data set named by its path are trained on. They are evaluation items of no data set known here; whether results are quoted on them elsewhere is for their owner to know.';
