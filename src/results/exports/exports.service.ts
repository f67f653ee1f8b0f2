import { Injectable } from '@nestjs/common';
import type { SampleRecord } from '../../domain/index.js';
import { SamplesReader } from '../../execution/index.js';
import { RunsReader, type StoredRun } from '../../runs/index.js';
import { csvLines } from '../csv.js';
import { resultMarkdown } from '../markdown.js';
import { ResultsService } from '../results.service.js';
import { sampleLines } from '../sample-json.js';
import type { ExportFile, ExportSource } from './export-file.js';
import { inspectFiles } from './inspect.js';
import { resultLatex } from './latex.js';
import { lmEvalFiles } from './lm-eval.js';
import { parquetBytes, type ParquetMetadata } from './parquet.js';
import { tallyOf } from './tally.js';

export const EXPORT_FORMATS = ['csv', 'jsonl', 'md', 'latex', 'parquet', 'lm-eval', 'inspect'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What an export comes out as; it is read once, piece by piece, and nothing is looked up before that. */
export type RunExport =
  | { readonly kind: 'text'; readonly chunks: AsyncIterable<string> }
  | { readonly kind: 'bytes'; readonly chunks: AsyncIterable<Uint8Array> }
  | { readonly kind: 'folder'; readonly files: AsyncIterable<ExportFile> };

export interface ExportOptions {
  /** For jsonl. */
  readonly tokenIds?: boolean;
}

/**
 * A run's samples or its table of arms in formats that others read. All of them are interim where the run goes on, except
 * folders, which are refused: other programs would take them for the whole.
 */
@Injectable()
export class ExportsService {
  constructor(
    private readonly results: ResultsService,
    private readonly runs: RunsReader,
    private readonly samplesReader: SamplesReader,
  ) {}

  /** Reading throws `run-unknown`, and `run-not-finished` for a folder. */
  export(runId: string, format: ExportFormat, { tokenIds = false }: ExportOptions = {}): RunExport {
    const samples = (): AsyncIterable<SampleRecord> => this.results.allSamples(runId);
    switch (format) {
      case 'csv':
        return { kind: 'text', chunks: csvLines(samples()) };
      case 'jsonl':
        return { kind: 'text', chunks: sampleLines(samples(), { tokenIds }) };
      case 'md':
        return { kind: 'text', chunks: this.table(runId, resultMarkdown) };
      case 'latex':
        return { kind: 'text', chunks: this.table(runId, resultLatex) };
      case 'parquet':
        return { kind: 'bytes', chunks: this.parquet(runId) };
      case 'lm-eval':
        return { kind: 'folder', files: this.folder(runId, lmEvalFiles) };
      case 'inspect':
        return { kind: 'folder', files: this.folder(runId, inspectFiles) };
    }
  }

  private async *table(runId: string, write: typeof resultMarkdown): AsyncGenerator<string> {
    yield write(await this.results.result(runId, { allowInterim: true }));
  }

  private async *parquet(runId: string): AsyncGenerator<Uint8Array> {
    yield* parquetBytes(this.results.allSamples(runId), metadataOf(await this.runs.stored(runId)));
  }

  private async *folder(
    runId: string,
    files: (source: ExportSource) => AsyncIterable<ExportFile>,
  ): AsyncGenerator<ExportFile> {
    const stored = await this.results.finished(runId);
    const tally = await tallyOf(this.samplesReader.figures(runId));
    yield* files({ stored, tally, samples: this.results.allSamples(runId) });
  }
}

function metadataOf({ view, suite, provenance }: StoredRun): ParquetMetadata {
  const { id, status, createdAt, startedAt, finishedAt } = view;
  return {
    'laconic.run': JSON.stringify({ id, status, createdAt, startedAt, finishedAt, provenance }),
    'laconic.suite': JSON.stringify(suite),
  };
}
