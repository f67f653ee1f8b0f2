import { type ComparisonRequest, ComparisonsService } from '../comparisons/index.js';
import type { CompressRequest, ImportRequest } from '../compression/index.js';
import { someFolderCard } from '../compression/testing.js';
import { LaconicError, type RunProgress, type RunStatus, type RunView, type SampleRecord } from '../domain/index.js';
import { assembleResult, ExportsService, ResultsService } from '../results/index.js';
import { inMemoryReaders, simulatedSamples, someStoredRun } from '../results/testing.js';
import type { LaconicApplication, OpenOptions, SuiteRequest } from './application.js';
import { createEnvironment, type Environment } from './environment.js';
import { main } from './main.js';
import type { Terminal } from './terminal.js';

/** Id of the run that exists from the start in a FakeApplication. */
export const STORED_RUN = '054f19c7';

const SHARDS = 4;

export interface FakeOptions {
  /** How the run ends. */
  readonly ends?: RunStatus;
  readonly reason?: string;
  /** Of the run that exists from the start. */
  readonly samples?: readonly SampleRecord[];
  /** Called before each look at a run; may throw, or press Ctrl-C. */
  readonly onLook?: (look: number) => void;
}

/** The application over memory: a run gets on by one shard at every look at it. */
export class FakeApplication {
  readonly created: (SuiteRequest & { readonly id: string })[] = [];
  readonly written: { readonly runId: string; readonly directory: string; readonly tokenIds: boolean }[] = [];
  readonly cancelled: string[] = [];
  readonly comparisons: { readonly request: ComparisonRequest; readonly file: string | null }[] = [];
  readonly compressed: CompressRequest[] = [];
  readonly imported: ImportRequest[] = [];
  closed = 0;
  private readonly runs = new Map<string, RunView>();
  private looks = 0;

  constructor(private readonly options: FakeOptions = {}) {
    this.runs.set(STORED_RUN, someStoredRun({ status: 'partial' }).view);
  }

  get port(): LaconicApplication {
    const stored = someStoredRun();
    const { runs, samples } = inMemoryReaders({ stored, samples: this.options.samples ?? simulatedSamples() });
    const results = new ResultsService(runs, samples, samples);
    const exports = new ExportsService(results, runs, samples);
    return {
      runs: {
        create: async (request) => {
          this.created.push(request);
          return this.store({ ...stored.view, id: request.id, status: 'queued' });
        },
        plan: async () => notFaked(),
        get: async (id) => this.find(id),
        progress: async (id) => this.look(id),
        cancel: async (id) => {
          this.cancelled.push(id);
          return this.store({ ...this.find(id), status: 'cancelled' });
        },
        resume: async (id) => this.store({ ...this.find(id), status: 'queued' }),
        list: async () => [...this.runs.values()],
      },
      outputs: {
        write: async (runId, directory, { tokenIds }) => {
          this.written.push({ runId, directory, tokenIds });
          return {
            report: `${directory}/report.html`,
            result: await assembleResult(stored, simulatedSamples(), new Map()),
          };
        },
        report: async (runId, file) => {
          this.find(runId);
          return file;
        },
        recompute: async (runId) => results.recompute(runId),
        export: (_runId, format) => exports.export(STORED_RUN, format),
      },
      comparisons: this.comparing(new ComparisonsService(runs, samples, samples)),
      models: { list: async () => notFaked(), add: async () => notFaked(), inspect: async () => notFaked() },
      adapters: { list: async () => notFaked(), add: async () => notFaked(), inspect: async () => notFaked() },
      datasets: { list: async () => notFaked(), pull: async () => notFaked(), add: async () => notFaked() },
      fit: { overclock: async () => notFaked() },
      tokenskip: {
        compress: async (request, { onForecast, onProgress }) => {
          this.compressed.push(request);
          onForecast({ chains: 40, leftOut: { wrong: 2 }, tokens: 900, seconds: 1.2 });
          for (let done = 1; done <= 40; done += 1) onProgress(done, 40);
          return someFolderCard();
        },
        import: async (request) => {
          this.imported.push(request);
          return someFolderCard();
        },
      },
      keys: { list: async () => notFaked(), add: async () => notFaked(), revoke: async () => notFaked() },
      close: async () => {
        this.closed += 1;
      },
    };
  }

  private comparing(service: ComparisonsService): LaconicApplication['comparisons'] {
    return {
      compare: async (request, options) => {
        this.comparisons.push({ request, file: null });
        return service.compare(request, options);
      },
      write: async (request, file) => {
        this.comparisons.push({ request, file });
        return service.compare(request);
      },
    };
  }

  private look(id: string): RunProgress {
    this.looks += 1;
    this.options.onLook?.(this.looks);
    const view = this.find(id);
    const { total } = view.progress;
    const shardsDone = Math.min(SHARDS, this.looks - 1);
    const done = (total * shardsDone) / SHARDS;
    const ended = shardsDone === SHARDS;
    const { ends = 'completed', reason = null } = this.options;
    this.store({
      ...view,
      status: ended && view.status !== 'cancelled' ? ends : 'running',
      reason: ended ? reason : null,
      progress: { done, total },
    });
    const arms = ['baseline', 'nowait'].map((arm) => ({
      arm,
      done: done / 2,
      total: total / 2,
      correct: Math.floor(done / 3),
      deliveredTokens: done * 100,
    }));
    return { ...this.find(id), arms, shards: { done: shardsDone, total: SHARDS } };
  }

  private store(view: RunView): RunView {
    this.runs.set(view.id, view);
    return view;
  }

  private find(id: string): RunView {
    const view = this.runs.get(id);
    if (view) return view;
    throw new LaconicError('run-unknown', `There is no run ${id}.`, { hint: 'See `laconic runs ls`.', where: id });
  }
}

function notFaked(): never {
  throw new TypeError('not part of this fake');
}

/** Remembers what was written; interactive only where a test says so. */
export class FakeTerminal implements Terminal {
  stdout = '';
  stderr = '';

  constructor(
    readonly interactive = false,
    private readonly size = { columns: 80, rows: 24 },
  ) {}

  readonly out = (text: string): void => {
    this.stdout += text;
  };
  readonly err = (text: string): void => {
    this.stderr += text;
  };
  readonly drained = async (): Promise<void> => undefined;
  readonly columns = (): number => this.size.columns;
  readonly rows = (): number => this.size.rows;
}

export interface CommandLine {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** How the application was opened, once per time. */
  readonly opened: readonly OpenOptions['work'][];
}

/** Runs one command line against a fake. */
export async function commandLine(
  args: readonly string[],
  fake: FakeApplication = new FakeApplication(),
  interrupted: AbortSignal = new AbortController().signal,
): Promise<CommandLine> {
  const terminal = new FakeTerminal();
  const opened: OpenOptions['work'][] = [];
  const environment = (setExitCode: (code: number) => void): Environment =>
    createEnvironment({
      terminal,
      interrupted,
      pollMilliseconds: 1,
      setExitCode,
      open: async ({ work }) => {
        opened.push(work);
        return fake.port;
      },
      serve: async () => undefined,
      work: async () => undefined,
    });
  const code = await main(args, '1.2.3', environment);
  return { code, stdout: terminal.stdout, stderr: terminal.stderr, opened };
}
