import { LaconicError } from '../domain/index.js';
import type { NewSample, SamplesRepository } from './samples.repository.js';

const RETRY_MILLISECONDS = [200, 500, 1000, 2000, 4000, 8000, 15_000, 30_000] as const;

/**
 * Writes samples in the order they arrive, one transaction at a time; what piles up meanwhile goes together.
 * A database that is away for up to a minute costs nothing but time.
 */
export class SampleWriter {
  private queue: NewSample[] = [];
  private writing: Promise<void> | null = null;
  private readonly failure = new AbortController();

  constructor(
    private readonly samples: SamplesRepository,
    private readonly target: { readonly runId: string; readonly shardId: string; readonly epoch: number },
  ) {}

  /** Fires when writing has failed for good, so that the engine need not finish work that nobody can store. */
  get failed(): AbortSignal {
    return this.failure.signal;
  }

  add(samples: readonly NewSample[]): void {
    this.queue.push(...samples);
    this.start();
  }

  /** Resolves when everything added so far is stored; throws what made it impossible. */
  async drain(): Promise<void> {
    while (this.writing) await this.writing;
    if (this.failure.signal.aborted) throw this.failure.signal.reason;
  }

  private start(): void {
    if (this.queue.length === 0 || this.failure.signal.aborted) return;
    this.writing ??= this.write().finally(() => {
      this.writing = null;
      // What was added between the last look at the queue and now.
      this.start();
    });
  }

  private async write(): Promise<void> {
    try {
      while (this.queue.length > 0 && !this.failure.signal.aborted) {
        const batch = this.queue;
        this.queue = [];
        await this.insert(batch);
      }
    } catch (error) {
      this.failure.abort(error);
    }
  }

  private async insert(batch: readonly NewSample[]): Promise<void> {
    const { runId, shardId, epoch } = this.target;
    for (let attempt = 0; ; attempt++) {
      try {
        await this.samples.insert(runId, { shardId, epoch }, batch);
        return;
      } catch (error) {
        if (error instanceof LaconicError && error.code === 'interrupted') throw error;
        const pause = RETRY_MILLISECONDS[attempt];
        if (pause === undefined || !isTransient(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }
}

/** The database is away (node's connection errors, PostgreSQL's classes 08 and 57P), or it asks to try again (class 40). */
function isTransient(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && /^(08...|57P0.|40...|E(CONNREFUSED|CONNRESET|PIPE|NOENT|TIMEDOUT))$/.test(code))
    return true;
  if (code === 'database-unavailable') return true;
  return typeof message === 'string' && /connection (terminated|timeout|ended)|not queryable/i.test(message);
}
