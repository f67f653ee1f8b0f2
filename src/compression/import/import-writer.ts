import type { RatioControl } from '../../domain/index.js';
import type { OutputFile, OutputFolder } from '../output-folder.js';
import { PreviewPicker } from '../preview.js';
import { RatioTallies } from '../tally.js';
import type { TrainingFormat } from '../training-files.js';
import { controlText } from '../training-text.js';
import { TrainingWriter } from '../training-writer.js';
import type { OfficialExample } from './official-example.js';
import { wordMask, wordsOf, type WordMask } from './word-mask.js';

/** Ids of texts by the model's tokenizer. */
export type Tokenize = (texts: readonly string[]) => Promise<readonly ArrayLike<number>[]>;

export interface ImportWriting {
  readonly control: RatioControl;
  readonly formats: readonly TrainingFormat[];
  readonly seed: number;
  /** Null: lengths are counted in words. */
  readonly tokenize: Tokenize | null;
}

export interface PickedExample {
  /** Of the chain, over all files. */
  readonly number: number;
  readonly example: OfficialExample;
}

/** Lengths of the chain before (null where it is not at hand) and after, and the ids of the whole output. */
interface Measured {
  readonly before: number | null;
  readonly after: number;
  readonly outputIds: readonly number[] | null;
}

/** Writes examples of the published scripts as `tokenskip compress` writes its own. */
export class ImportWriter {
  readonly tallies = new RatioTallies();
  readonly preview: PreviewPicker;
  /** Words left of chains that the chains before do not have. */
  unmatchedWords = 0;

  private constructor(
    private readonly writing: ImportWriting,
    private readonly lines: OutputFile,
    private readonly training: TrainingWriter,
  ) {
    this.preview = new PreviewPicker(writing.seed);
  }

  static async create(folder: OutputFolder, writing: ImportWriting): Promise<ImportWriter> {
    const lines = await folder.file('chains.jsonl');
    return new ImportWriter(writing, lines, await TrainingWriter.create(folder, writing.formats));
  }

  async add(examples: readonly PickedExample[]): Promise<void> {
    const measured = await measure(
      examples.map(({ example }) => example),
      this.writing.tokenize,
    );
    for (const [index, picked] of examples.entries()) {
      const lengths = measured[index];
      if (lengths) await this.write(picked, lengths);
    }
  }

  async end(): Promise<void> {
    await this.training.end(false);
  }

  private async write({ number, example }: PickedExample, { before, after, outputIds }: Measured): Promise<void> {
    const { instruction, question, ratio, original, compressed, ending, sourceRatio } = example;
    const actualRatio = before === null ? null : rounded(after / before);
    const mask = original === null ? null : wordMask(original, compressed);
    const line = { number, question, ratio, actualRatio, sourceRatio, original, compressed, outputIds };
    await this.lines.write(`${JSON.stringify(line)}\n`);
    const input = `${question}${controlText(this.writing.control, ratio)}`;
    await this.training.write({ system: null, instruction, input, output: `${compressed}${ending}` });
    this.unmatchedWords += mask?.unmatched ?? 0;
    this.tallies.add(ratio, after, before ?? Number.NaN);
    const shown = mask ?? wholeText(compressed);
    const offer = { key: String(number), asked: ratio, got: actualRatio, tokens: shown.words.length };
    this.preview.offer(offer, () => shownChain({ number, example }, actualRatio, shown));
  }
}

async function measure(examples: readonly OfficialExample[], tokenize: Tokenize | null): Promise<readonly Measured[]> {
  if (!tokenize) {
    return examples.map(({ original, compressed }) => ({
      before: original === null ? null : wordsOf(original).length,
      after: wordsOf(compressed).length,
      outputIds: null,
    }));
  }
  const texts = examples.map(({ original, compressed, ending }) => [
    original ?? '',
    compressed,
    `${compressed}${ending}`,
  ]);
  const ids = await tokenize(texts.flat());
  return examples.map(({ original }, index) => ({
    before: original === null ? null : (ids[3 * index]?.length ?? 0),
    after: ids[3 * index + 1]?.length ?? 0,
    outputIds: Array.from(ids[3 * index + 2] ?? []),
  }));
}

function shownChain(
  { number, example }: PickedExample,
  got: number | null,
  { words, kept }: Pick<WordMask, 'words' | 'kept'>,
) {
  const { question, ratio: asked, ending: answer } = example;
  const name = { dataset: '', item: `chain ${number}`, repeat: 0, level: null };
  return { ...name, question, asked, got, tokens: words, kept, shades: [], answer };
}

function wholeText(text: string): Pick<WordMask, 'words' | 'kept'> {
  const words = wordsOf(text);
  return { words, kept: words.map(() => true) };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
