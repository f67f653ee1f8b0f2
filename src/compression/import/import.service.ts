import { basename } from 'node:path';
import { Injectable } from '@nestjs/common';
import { DatasetsService } from '../../datasets/index.js';
import { InvalidFileError, LaconicError, type FileProblem, type RatioControl } from '../../domain/index.js';
import { InferenceService, type FrozenModelFile } from '../../inference/index.js';
import { ModelsService, usageHash } from '../../models/index.js';
import { packageVersion } from '../../platform/config/index.js';
import type { TrainingFolderCard } from '../card.js';
import { EvaluationQuestions } from '../evaluation-questions.js';
import { fileSha256 } from '../file-sha256.js';
import type { LeftOutReason } from '../left-out.js';
import { OutputFolder } from '../output-folder.js';
import type { CompressionPreview, RenderPreview } from '../preview.js';
import { drawOf, type RatiosPerChain } from '../ratios.js';
import type { TrainingFormat } from '../training-files.js';
import { ImportWriter, type PickedExample, type Tokenize } from './import-writer.js';
import { officialGroups, type ExampleGroup } from './official-files.js';

export interface ImportRequest {
  readonly files: readonly string[];
  readonly directory: string;
  readonly replace: boolean;
  /** Whose tokenizer counts; null: words are counted. */
  readonly model: string | null;
  readonly perChain: RatiosPerChain;
  readonly seed: number;
  readonly control: RatioControl;
  readonly formats: readonly TrainingFormat[];
}

/** Where imported chains come from. */
export interface ImportCard extends TrainingFolderCard {
  readonly kind: 'tokenskip-import';
  readonly sources: readonly { readonly name: string; readonly sha256: string }[];
  readonly model: FrozenModelFile | null;
  /** What `asked` counts. */
  readonly unit: 'token' | 'word';
  readonly selection: { readonly perChain: RatiosPerChain; readonly seed: number };
  /** Words left of chains that the chains before do not have: what the compressor wrote otherwise. */
  readonly unmatchedWords: number;
}

export interface ImportWatch {
  readonly signal: AbortSignal;
  readonly render: RenderPreview;
}

/** Examples that are measured together. */
const BLOCK = 200;
const MOST_PROBLEMS = 20;

/** Takes files of the published scripts over: checked, counted again, and written as `tokenskip compress` writes its own. */
@Injectable()
export class ImportService {
  constructor(
    private readonly datasets: DatasetsService,
    private readonly models: ModelsService,
    private readonly inference: InferenceService,
  ) {}

  /**
   * Writes the folder whole or not at all. Throws `dataset-invalid` naming up to 20 bad places, `evaluation-items-refused`
   * naming an item that results are quoted on, and `interrupted`.
   */
  async import(request: ImportRequest, watch: ImportWatch): Promise<ImportCard> {
    await this.check(request);
    return OutputFolder.write(request, async (folder) =>
      this.withModel(request, watch.signal, async (model, tokenize) =>
        fill({ folder, request, watch, model, tokenize }),
      ),
    );
  }

  /** Reads everything once before anything is written. */
  private async check({ files }: ImportRequest): Promise<void> {
    const evaluation = await EvaluationQuestions.load(this.datasets);
    const problems: FileProblem[] = [];
    let chains = 0;
    for await (const group of officialGroups(files)) {
      chains += 1;
      problems.push(...group.problems);
      if (problems.length >= MOST_PROBLEMS) break;
      for (const { question } of group.examples) evaluation.refuse(question);
    }
    if (problems.length > 0) throw new InvalidFileError('dataset-invalid', problems.slice(0, MOST_PROBLEMS));
    if (chains === 0) throw noExamples(files);
  }

  private async withModel<T>(
    { model: alias }: ImportRequest,
    signal: AbortSignal,
    work: (model: FrozenModelFile | null, tokenize: Tokenize | null) => Promise<T>,
  ): Promise<T> {
    if (alias === null) return work(null, null);
    const { card, sha256 } = await this.models.get(alias);
    const model = { alias, sha256, usageSha256: usageHash(card) };
    return this.inference.withTokenizer(model, signal, async ({ tokenize }) => work(model, tokenize));
  }
}

interface Work {
  readonly folder: OutputFolder;
  readonly request: ImportRequest;
  readonly watch: ImportWatch;
  readonly model: FrozenModelFile | null;
  readonly tokenize: Tokenize | null;
}

async function fill({ folder, request, watch, model, tokenize }: Work): Promise<ImportCard> {
  const { files, control, formats, seed, perChain } = request;
  const writer = await ImportWriter.create(folder, { control, formats, seed, tokenize });
  const leftOut: Partial<Record<LeftOutReason, number>> = {};
  let block: PickedExample[] = [];
  const flush = async (): Promise<void> => {
    if (watch.signal.aborted) throw interrupted();
    await writer.add(block);
    block = [];
  };
  for await (const group of officialGroups(files)) {
    for (const picked of pick(group, request)) {
      if (picked.example.isCorrect) block.push(picked);
      else leftOut.wrong = (leftOut.wrong ?? 0) + 1;
    }
    if (block.length >= BLOCK) await flush();
  }
  await flush();
  if (writer.tallies.examples === 0) throw noExamples(files);
  await writer.end();
  const facts: Omit<ImportCard, 'files'> = {
    schemaVersion: 1,
    kind: 'tokenskip-import',
    laconic: packageVersion(),
    sources: await Promise.all(files.map(async (file) => ({ name: basename(file), sha256: await fileSha256(file) }))),
    model,
    unit: model === null ? 'word' : 'token',
    scorer: { name: 'imported', options: {} },
    ratios: writer.tallies.ratios.map(({ asked }) => asked),
    selection: { perChain, seed },
    control,
    formats,
    examples: writer.tallies.examples,
    leftOut,
    asked: writer.tallies.ratios,
    differences: writer.tallies.differences,
    unmatchedWords: writer.unmatchedWords,
  };
  await (await folder.file('preview.html')).write(watch.render(previewOf(facts, writer)));
  return { ...facts, files: await folder.written() };
}

/** One of the chain's ratios, drawn by seed and place, or all. */
function pick({ number, examples }: ExampleGroup, { perChain, seed }: ImportRequest): readonly PickedExample[] {
  if (perChain === 'all') return examples.map((example) => ({ number, example }));
  const example = examples[Math.floor(drawOf(`${seed}/import/${number}`) * examples.length)];
  return example ? [{ number, example }] : [];
}

function previewOf(card: Omit<ImportCard, 'files'>, { preview }: ImportWriter): CompressionPreview {
  const { sources, model, unit, control, selection, unmatchedWords } = card;
  return {
    title: 'Chains imported',
    facts: [
      ...sources.map(({ name, sha256 }) => ['file', `${name}, sha256 ${sha256}`] as const),
      ['tokenizer', model === null ? 'none; words are counted' : `${model.alias}, sha256 ${model.sha256}`],
      ['ratios', selection.perChain === 'one' ? 'one drawn per chain' : 'all of every chain'],
      ['control', control],
      ['seed', String(selection.seed)],
      ['words not found in the chain before', String(unmatchedWords)],
    ],
    unit,
    shownUnit: 'word',
    ratios: card.asked,
    differences: card.differences,
    leftOut: card.leftOut,
    shown: preview.shown,
  };
}

function noExamples(files: readonly string[]): LaconicError {
  return new LaconicError('dataset-invalid', `There are no correct chains in ${files.join(', ')}.`, {
    hint: 'Name files that LLMLingua.py or get_llamafactory_input.py wrote.',
  });
}

function interrupted(): LaconicError {
  return new LaconicError('interrupted', 'The import was stopped; nothing was written.', {
    hint: 'Repeat the command.',
  });
}
