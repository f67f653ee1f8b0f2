import type { ModelCard, RunProgress, RunResult, RunView, SteeringVector, SuiteInput } from '../domain/index.js';
import type { ComparisonDocument, ComparisonOptions, ComparisonRequest } from '../comparisons/index.js';
import type { CompressRequest, CompressWatch, ImportRequest, TrainingFolderCard } from '../compression/index.js';
import type { DatasetSummary, NewDataset } from '../datasets/index.js';
import type {
  AdapterSummary,
  InspectedAdapter,
  ModelFileFacts,
  ModelSummary,
  NewAdapter,
  NewModel,
  ResolvedAdapter,
} from '../models/index.js';
import type { PlanForecast } from '../planning/index.js';
import type { ExportFormat, RunExport } from '../results/index.js';
import type { FitRequest } from '../steering/index.js';

export interface SuiteRequest {
  readonly suite: SuiteInput;
}

/** What the commands may ask for: the same services as the API's, behind one port. */
export interface LaconicApplication {
  readonly runs: {
    create(request: SuiteRequest & { readonly id: string }): Promise<RunView>;
    plan(request: SuiteRequest): Promise<PlanForecast>;
    get(id: string): Promise<RunView>;
    progress(id: string): Promise<RunProgress>;
    cancel(id: string): Promise<RunView>;
    resume(id: string): Promise<RunView>;
    list(): Promise<RunView[]>;
  };
  readonly outputs: {
    /** Writes report.html, result.json and samples.jsonl; answers with the report's path. */
    write(
      runId: string,
      directory: string,
      options: { readonly tokenIds: boolean },
    ): Promise<{ readonly report: string; readonly result: RunResult }>;
    report(runId: string, file: string): Promise<string>;
    /** result.json from the stored samples, whatever the status of the run. */
    recompute(runId: string): Promise<RunResult>;
    /** Starts nothing: reading it does. */
    export(runId: string, format: ExportFormat): RunExport;
  };
  readonly comparisons: {
    compare(request: ComparisonRequest, options: ComparisonOptions): Promise<ComparisonDocument>;
    /** Writes the page; answers with what it shows. */
    write(request: ComparisonRequest, file: string): Promise<ComparisonDocument>;
  };
  readonly models: {
    list(): Promise<ModelSummary[]>;
    add(file: string, model: NewModel): Promise<ModelCard>;
    inspect(file: string): Promise<ModelFileFacts>;
  };
  readonly adapters: {
    list(): Promise<AdapterSummary[]>;
    /** A GGUF file, or a folder in PEFT's format. */
    add(source: string, adapter: NewAdapter): Promise<ResolvedAdapter>;
    inspect(file: string): Promise<InspectedAdapter>;
  };
  readonly datasets: {
    list(): Promise<DatasetSummary[]>;
    pull(name: string): Promise<DatasetSummary>;
    add(file: string, dataset: NewDataset): Promise<DatasetSummary>;
  };
  readonly fit: {
    /** Fits a vector, and registers it or writes it to a file. */
    overclock(
      request: FitRequest,
      target: { readonly name: string } | { readonly file: string },
    ): Promise<{ readonly sha256: string; readonly vector: SteeringVector }>;
  };
  readonly tokenskip: {
    /** Writes a folder of training files, and the page that shows them. */
    compress(request: CompressRequest, watch: Omit<CompressWatch, 'render'>): Promise<TrainingFolderCard>;
    /** The same of files that the published scripts wrote. */
    import(request: ImportRequest, signal: AbortSignal): Promise<TrainingFolderCard>;
  };
  readonly keys: {
    add(name: string, scopes: readonly string[]): Promise<{ id: string; secret: string }>;
    list(): Promise<readonly { id: string; name: string; scopes: readonly string[] }[]>;
    revoke(id: string): Promise<void>;
  };
  close(): Promise<void>;
}

export interface OpenOptions {
  /** `run`: a worker in this process works on that run alone. `plan`: engines may be asked about models. */
  readonly work:
    | { readonly kind: 'none' }
    | { readonly kind: 'plan' }
    | { readonly kind: 'run'; readonly runId: string };
  /** Gets one line for each thing that is set up. */
  readonly log: (line: string) => void;
}

export type OpenApplication = (options: OpenOptions) => Promise<LaconicApplication>;
