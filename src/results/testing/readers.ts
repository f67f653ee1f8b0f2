import { type ArmTiming, contentHash, type Item, LaconicError, type SampleRecord } from '../../domain/index.js';
import type { SamplePages, SamplePlace, SamplesReader, SamplesWanted } from '../../execution/index.js';
import type { RunsReader, StoredRun } from '../../runs/index.js';

export interface MemoryRun {
  readonly stored: StoredRun;
  readonly samples: readonly SampleRecord[];
  readonly timings?: ReadonlyMap<string, ArmTiming>;
  /** Default: those of the samples, checked as whole numbers. */
  readonly items?: readonly Item[];
}

/** The ports over runs in memory; `reads` counts the samples handed out, to see what a query costs. */
export function inMemoryReaders(...runs: readonly MemoryRun[]): {
  readonly runs: RunsReader;
  readonly samples: SamplesReader & SamplePages & { readonly reads: number };
} {
  const byId = new Map(runs.map((run): [string, MemoryRun] => [run.stored.view.id, run]));
  const find = (runId: string): MemoryRun => {
    const run = byId.get(runId);
    if (run) return run;
    throw new LaconicError('run-unknown', `There is no run ${runId}.`, {
      hint: 'See `laconic runs ls`.',
      where: runId,
    });
  };
  return { runs: new MemoryRunsReader(find), samples: new MemorySamplesReader(find) };
}

class MemoryRunsReader implements RunsReader {
  constructor(private readonly find: (runId: string) => MemoryRun) {}

  async stored(runId: string): Promise<StoredRun> {
    return this.find(runId).stored;
  }

  async items(runId: string): Promise<readonly Item[]> {
    const { items, samples } = this.find(runId);
    return items ?? itemsOf(samples);
  }
}

class MemorySamplesReader implements SamplesReader, SamplePages {
  reads = 0;

  constructor(private readonly find: (runId: string) => MemoryRun) {}

  async *records(runId: string): AsyncIterable<SampleRecord> {
    for (const sample of this.find(runId).samples) {
      this.reads += 1;
      yield sample;
    }
  }

  figures(runId: string): AsyncIterable<SampleRecord> {
    return this.records(runId);
  }

  async *recordsOfEvery(nth: number, runId: string): AsyncIterable<SampleRecord> {
    const { samples } = this.find(runId);
    const items = [...new Set(samples.map(({ dataset, item }) => `${dataset} ${item}`))];
    const kept = new Set(items.filter((_, index) => index % nth === 0));
    yield* samples.filter(({ dataset, item }) => kept.has(`${dataset} ${item}`));
  }

  async page(runId: string, { after, limit, ...wanted }: SamplesWanted): Promise<SampleRecord[]> {
    const { samples } = this.find(runId);
    const begin = after ? samples.findIndex((sample) => isAt(sample, after)) + 1 : 0;
    const page = samples
      .slice(begin)
      .filter(({ arm }) => arm === (wanted.arm ?? arm))
      .filter(({ dataset }) => dataset === (wanted.dataset ?? dataset))
      .filter(({ correct }) => correct === (wanted.correct ?? correct))
      .slice(0, limit);
    this.reads += page.length;
    return page;
  }

  async at(runId: string, places: readonly SamplePlace[]): Promise<SampleRecord[]> {
    return this.find(runId).samples.filter((sample) => places.some((place) => isAt(sample, place)));
  }

  async timings(runId: string): Promise<ReadonlyMap<string, ArmTiming>> {
    return this.find(runId).timings ?? new Map();
  }
}

function isAt(sample: SampleRecord, { arm, dataset, item, repeat }: SamplePlace): boolean {
  return sample.arm === arm && sample.dataset === dataset && sample.item === item && sample.repeat === repeat;
}

function itemsOf(samples: readonly SampleRecord[]): Item[] {
  const items = new Map(
    samples.map((sample): [string, SampleRecord] => [JSON.stringify([sample.dataset, sample.item]), sample]),
  );
  return [...items.values()].map(({ dataset, item, question, reference, level, cluster }) => ({
    dataset,
    id: item,
    question,
    answer: reference,
    check: { type: 'integer' },
    level,
    cluster,
    prompt: null,
    contentHash: contentHash({ question, reference }),
  }));
}
