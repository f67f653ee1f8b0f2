import { Injectable } from '@nestjs/common';
import { DatasetsService } from '../datasets/index.js';
import { isControlScorer, LaconicError, type ModelCard, type ThinkDelimiters } from '../domain/index.js';
import { InferenceService } from '../inference/index.js';
import { ModelsService } from '../models/index.js';
import { ResultsService } from '../results/index.js';
import { baselineArm, RunsReader, type BaselineArm, type StoredRun } from '../runs/index.js';
import type { CompressionCard } from './card.js';
import type { Chain } from './chain.js';
import { chainBlocks, type ChainSource } from './chains.js';
import { controlScorer } from './control-scorer.js';
import { ExampleWriter, type ExampleOptions } from './example-writer.js';
import type { LeftOutCounts, LeftOutReason } from './left-out.js';
import { OutputFolder } from './output-folder.js';
import { previewOf } from './preview-of.js';
import type { RenderPreview } from './preview.js';
import { requireRatios } from './ratios.js';
import { runCard } from './run-card.js';
import { RunItems } from './run-items.js';
import type { ChainScorer, ScorerName, ScoringForecast } from './scorer.js';
import { createScorer, type ScorerOptions } from './scorers/create-scorer.js';
import { scorerFacts } from './scorers/scorer-facts.js';
import type { Importance } from './select.js';

export interface CompressRequest extends ExampleOptions {
  readonly runId: string;
  /** A baseline arm of that run. */
  readonly arm: string;
  readonly scorer: ScorerName;
  readonly scorerOptions: ScorerOptions;
  /** Longer chains are left out. */
  readonly maxTokens: number;
  readonly directory: string;
  /** Whether a folder that this wrote before may be replaced. */
  readonly replace: boolean;
}

export interface CompressForecast extends ScoringForecast {
  readonly chains: number;
  readonly leftOut: LeftOutCounts;
}

export interface CompressWatch {
  readonly signal: AbortSignal;
  /** Called once, before anything is scored. */
  readonly onForecast: (forecast: CompressForecast) => void;
  readonly onProgress: (done: number, total: number) => void;
  readonly render: RenderPreview;
}

/** Chains that are held in memory at a time. */
const BLOCK = 2000;

interface Work {
  readonly request: CompressRequest;
  readonly watch: CompressWatch;
  readonly stored: StoredRun;
  readonly baseline: BaselineArm;
  readonly items: RunItems;
  readonly source: ChainSource;
  readonly scorer: ChainScorer;
}

/** Makes training files of compressed chains from a stored run. */
@Injectable()
export class CompressService {
  constructor(
    private readonly runs: RunsReader,
    private readonly results: ResultsService,
    private readonly datasets: DatasetsService,
    private readonly models: ModelsService,
    private readonly inference: InferenceService,
  ) {}

  /**
   * Writes the folder whole or not at all; its card says what became of it. Throws `evaluation-items-refused` naming an
   * item, `usage` where there is nothing to compress, and `interrupted`.
   */
  async compress(request: CompressRequest, watch: CompressWatch): Promise<CompressionCard> {
    requireRatios(request.ratios);
    return OutputFolder.write(request, async (folder) => this.fill(folder, await this.prepare(request, watch)));
  }

  private async prepare(request: CompressRequest, watch: CompressWatch): Promise<Work> {
    const stored = await this.runs.stored(request.runId);
    const baseline = baselineArm(stored, request.arm);
    const card = withThinking((await this.models.get(baseline.model.alias)).card, request);
    const items = await RunItems.load(this.datasets, stored.suite);
    const tokenizer = async (): Promise<readonly string[]> =>
      this.inference.withTokenizer(baseline.model, watch.signal, async ({ vocabulary }) => Promise.resolve(vocabulary));
    const source: ChainSource = {
      arm: baseline.arm,
      card,
      vocabulary: await tokenizer(),
      maxTokens: request.maxTokens,
      itemOf: (sample) => items.of(sample),
    };
    const scorer = await this.scorer(request, baseline);
    return { request, watch, stored, baseline, items, source, scorer };
  }

  private async scorer(request: CompressRequest, { model }: BaselineArm): Promise<ChainScorer> {
    const { scorer: name, scorerOptions, seed } = request;
    if (isControlScorer(name)) return controlScorer(name, seed);
    return createScorer(name, scorerOptions, { inference: this.inference, model });
  }

  private async fill(folder: OutputFolder, work: Work): Promise<CompressionCard> {
    const { request, watch } = work;
    const forecast = await this.forecast(work);
    watch.onForecast(forecast);
    const writer = await ExampleWriter.create(folder, request);
    for await (const block of this.blocks(work, () => undefined)) {
      const scored = await this.scored(block, work, (done) => watch.onProgress(writer.count + done, forecast.chains));
      for (const [index, chain] of block.entries()) await writer.add(chain, scored[index] ?? []);
    }
    await writer.end(work.baseline.arm.prompt.system !== null);
    const scorer = await scorerFacts(request.scorer, request.scorerOptions);
    const facts = runCard(work, { writer, scorer, leftOut: forecast.leftOut });
    await (await folder.file('preview.html')).write(watch.render(previewOf(facts, writer.preview.shown)));
    return { ...facts, files: await folder.written() };
  }

  /** Reads the run once for what it will cost, so that nothing begins that nobody wants to wait for. */
  private async forecast(work: Work): Promise<CompressForecast> {
    const leftOut: Partial<Record<LeftOutReason, number>> = {};
    let [chains, tokens, seconds] = [0, 0, 0];
    const leaveOut = (reason: LeftOutReason): void => void (leftOut[reason] = (leftOut[reason] ?? 0) + 1);
    for await (const block of this.blocks(work, leaveOut)) {
      const cost = await work.scorer.forecast(block, work.watch.signal);
      chains += block.length;
      tokens += cost.tokens;
      seconds += cost.seconds;
    }
    if (chains === 0) throw nothingToCompress(work.request, leftOut);
    return { chains, leftOut, tokens, seconds };
  }

  private async *blocks(work: Work, leaveOut: (reason: LeftOutReason) => void): AsyncGenerator<readonly Chain[]> {
    const { request, watch, source } = work;
    for await (const block of chainBlocks(this.results.allSamples(request.runId), source, { size: BLOCK, leaveOut })) {
      if (watch.signal.aborted) throw interrupted();
      yield block;
    }
  }

  private async scored(
    block: readonly Chain[],
    { items, scorer, watch: { signal } }: Work,
    onScored: (done: number) => void,
  ): Promise<readonly (Importance | undefined)[]> {
    const importances: (Importance | undefined)[] = block.map(() => undefined);
    let done = 0;
    await scorer.score(block, {
      signal,
      take: (index, importance) => {
        importances[index] = importance;
        onScored(++done);
      },
    });
    for (const { call } of block) for (const item of call.task.items) items.use(item);
    return importances;
  }
}

function withThinking(card: ModelCard, { runId }: CompressRequest): ModelCard & { readonly think: ThinkDelimiters } {
  const { think } = card;
  if (think) return { ...card, think };
  throw new LaconicError(
    'usage',
    `Run ${runId} cannot be compressed: its model ${card.alias} does not mark its thinking.`,
    {
      hint: 'Without delimiters it cannot be told which tokens are the chain; register the model with them (`laconic models add --think`) and run the suite again.',
      where: card.alias,
    },
  );
}

function nothingToCompress({ runId, arm }: CompressRequest, leftOut: LeftOutCounts): LaconicError {
  const counts = Object.entries(leftOut).map(([reason, count]) => `${count} ${reason}`);
  return new LaconicError(
    'usage',
    `Arm ${arm} of run ${runId} has no chain to compress (${counts.join(', ') || 'no samples'}).`,
    {
      hint: 'Run datasets/suites/calibration.yaml, or a suite like it, or raise --max-tokens.',
      where: runId,
    },
  );
}

function interrupted(): LaconicError {
  return new LaconicError('interrupted', 'The compression was stopped; nothing was written.', {
    hint: 'Repeat the command.',
  });
}
