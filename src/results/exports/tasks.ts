import type { SampleRecord } from '../../domain/index.js';

type Place = Pick<SampleRecord, 'arm' | 'dataset' | 'item'>;

/** The samples of one arm on one data set: what other programs call an evaluation of a task. */
export interface Task<Sample> {
  readonly arm: string;
  readonly dataset: string;
  /** Can be read once, and before the next task is asked for. */
  readonly samples: AsyncIterable<Sample>;
}

/** Cuts sorted samples into tasks without holding more than one sample. */
export async function* tasksOf<Sample extends Place>(
  samples: AsyncIterable<Sample> | Iterable<Sample>,
): AsyncGenerator<Task<Sample>> {
  const source = each(samples);
  let next = await source.next();
  async function* rest({ arm, dataset }: Place): AsyncGenerator<Sample> {
    while (!next.done && next.value.arm === arm && next.value.dataset === dataset) {
      yield next.value;
      next = await source.next();
    }
  }
  try {
    while (!next.done) {
      const first = next.value;
      yield { arm: first.arm, dataset: first.dataset, samples: rest(first) };
      for await (const _unread of rest(first));
    }
  } finally {
    await source.return(undefined);
  }
}

/** The repeats of an item together; `samples` are those of one task. */
export async function* itemsOf<Sample extends Place>(
  samples: AsyncIterable<Sample>,
): AsyncGenerator<readonly [Sample, ...Sample[]]> {
  let repeats: [Sample, ...Sample[]] | null = null;
  for await (const sample of samples) {
    if (repeats?.[0].item === sample.item) {
      repeats.push(sample);
      continue;
    }
    if (repeats) yield repeats;
    repeats = [sample];
  }
  if (repeats) yield repeats;
}

async function* each<Sample>(samples: AsyncIterable<Sample> | Iterable<Sample>): AsyncGenerator<Sample> {
  yield* samples;
}
