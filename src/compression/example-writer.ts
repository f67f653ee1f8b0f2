import type { RatioControl } from '../domain/index.js';
import { chainKey, type Chain } from './chain.js';
import { chainLine } from './chain-line.js';
import { keepTokens, type KeepOptions } from './keep.js';
import type { OutputFile, OutputFolder } from './output-folder.js';
import { PreviewPicker, shadesOf } from './preview.js';
import { ratiosOf, type RatiosPerChain } from './ratios.js';
import type { Importance, Selection } from './select.js';
import { RatioTallies } from './tally.js';
import { TrainingWriter } from './training-writer.js';
import { trainingExample } from './training-text.js';
import type { TrainingFormat } from './training-files.js';

export interface ExampleOptions {
  readonly ratios: readonly number[];
  readonly perChain: RatiosPerChain;
  readonly seed: number;
  readonly keep: KeepOptions;
  readonly control: RatioControl;
  readonly formats: readonly TrainingFormat[];
}

/** Turns scored chains into lines of the output's files, one chain at a time. */
export class ExampleWriter {
  readonly tallies = new RatioTallies();
  readonly preview: PreviewPicker;
  private chains = 0;

  private constructor(
    private readonly options: ExampleOptions,
    private readonly lines: OutputFile,
    private readonly training: TrainingWriter,
  ) {
    this.preview = new PreviewPicker(options.seed);
  }

  static async create(folder: OutputFolder, options: ExampleOptions): Promise<ExampleWriter> {
    const lines = await folder.file('chains.jsonl');
    return new ExampleWriter(options, lines, await TrainingWriter.create(folder, options.formats));
  }

  get count(): number {
    return this.chains;
  }

  async add(chain: Chain, importance: Importance): Promise<void> {
    this.chains += 1;
    for (const ratio of ratiosOf(chain, this.options.ratios, this.options)) {
      const selection = keepTokens(chain, importance, ratio, this.options.keep);
      await this.write(chain, ratio, { importance, selection });
    }
  }

  /** Closes what the training files began; `hasSystem` as in the examples. */
  async end(hasSystem: boolean): Promise<void> {
    await this.training.end(hasSystem);
  }

  private async write(
    chain: Chain,
    asked: number,
    scored: { readonly importance: Importance; readonly selection: Selection },
  ): Promise<void> {
    const { kept, ratio: got } = scored.selection;
    await this.lines.write(`${JSON.stringify(chainLine(chain, asked, scored))}\n`);
    await this.training.write(trainingExample(chain, { ratio: asked, kept }, this.options.control));
    const { tokens, dataset, item, repeat, level, question, answer } = chain;
    this.tallies.add(asked, kept.filter(Boolean).length, tokens.length);
    this.preview.offer({ key: chainKey(chain), asked, got, tokens: tokens.length }, () => ({
      dataset,
      item,
      repeat,
      level,
      question,
      asked,
      got,
      tokens,
      kept,
      answer,
      shades: shadesOf(scored.importance),
    }));
  }
}
