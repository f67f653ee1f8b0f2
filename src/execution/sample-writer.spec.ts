import { LaconicError } from '../domain/index.js';
import { SampleWriter } from './sample-writer.js';
import type { NewSample, SamplesRepository } from './samples.repository.js';

const TARGET = { runId: 'run', shardId: 'shard', epoch: 1 };

function sample(itemNo: number): NewSample {
  return { arm: 'baseline', itemNo, repeat: 0, record: {} as NewSample['record'] };
}

/** Stores what it is given, after failing as often as told. */
class FakeSamples {
  stored: number[] = [];
  batches = 0;
  failures: unknown[] = [];

  async insert(_runId: string, _fence: unknown, samples: readonly NewSample[]): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 2));
    const failure = this.failures.shift();
    if (failure) throw failure;
    this.batches++;
    this.stored.push(...samples.map((each) => each.itemNo));
  }
}

function writerOn(samples: FakeSamples): SampleWriter {
  return new SampleWriter(samples as unknown as SamplesRepository, TARGET);
}

describe(SampleWriter.name, () => {
  it('stores everything in order and batches what piles up', async () => {
    const samples = new FakeSamples();
    const writer = writerOn(samples);
    for (let item = 0; item < 50; item++) writer.add([sample(item)]);
    await writer.drain();
    expect(samples.stored).toEqual(Array.from({ length: 50 }, (_, item) => item));
    expect(samples.batches).toBeLessThan(10);
  });

  it('waits out a database that is away', async () => {
    const samples = new FakeSamples();
    samples.failures = [
      Object.assign(new Error('terminating connection'), { code: '57P01' }),
      Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
      new LaconicError('database-unavailable', 'The database cannot be used: refused', { hint: '' }),
    ];
    const writer = writerOn(samples);
    writer.add([sample(1), sample(2)]);
    await writer.drain();
    expect(samples.stored).toEqual([1, 2]);
    expect(writer.failed.aborted).toBe(false);
  });

  it('stops at once when the lease is lost', async () => {
    const samples = new FakeSamples();
    samples.failures = [new LaconicError('interrupted', 'lost', { hint: '' })];
    const writer = writerOn(samples);
    writer.add([sample(1)]);
    await expect(writer.drain()).rejects.toMatchObject({ code: 'interrupted' });
    expect(writer.failed.aborted).toBe(true);
    expect(samples.stored).toEqual([]);
  });

  it('goes on when something is added in the moment that the last batch was stored', async () => {
    const samples = new FakeSamples();
    const writer = writerOn(samples);
    const insert = samples.insert.bind(samples);
    let added = false;
    samples.insert = async (...args) => {
      await insert(...args);
      if (added) return;
      added = true;
      queueMicrotask(() => queueMicrotask(() => writer.add([sample(2)])));
    };
    writer.add([sample(1)]);
    await writer.drain();
    await writer.drain();
    expect(samples.stored).toEqual([1, 2]);
  });

  it('ends when samples arrive after the failure, and when nothing was added', async () => {
    const samples = new FakeSamples();
    samples.failures = [new LaconicError('interrupted', 'lost', { hint: '' })];
    const writer = writerOn(samples);
    writer.add([]);
    await writer.drain();
    writer.add([sample(1)]);
    await expect(writer.drain()).rejects.toMatchObject({ code: 'interrupted' });
    writer.add([sample(2)]);
    await expect(writer.drain()).rejects.toMatchObject({ code: 'interrupted' });
    expect(samples.stored).toEqual([]);
  });
});
