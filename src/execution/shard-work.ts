import { apportion, techniqueDefinition, tokenTotals, type SampleRecord } from '../domain/index.js';
import type { FinishedSample, GenerationTask } from '../inference/index.js';
import { dependentRecord, type SourcedTask } from './dependent-samples.js';
import { sampleRecords } from './sample-record.js';
import type { NewSample, NewTiming } from './samples.repository.js';
import { Vote } from './vote.js';

/** A call; with the sample that its own is made from where its arm depends on another. */
export type ShardTask = GenerationTask & Partial<Pick<SourcedTask, 'source'>>;

/** One arm's call with the numbers of its items. */
export interface Call {
  readonly task: ShardTask;
  readonly itemNos: readonly number[];
}

interface Open {
  readonly call: Call;
  /** Where the sample is chosen among several paths. */
  readonly vote: Vote | null;
}

/** The calls of a shard while the engine works on them: what to decode for each, and what its samples are. */
export class ShardWork {
  /** What to begin with. */
  readonly tasks: readonly GenerationTask[];
  private readonly open = new Map<GenerationTask, Open>();

  constructor(readonly calls: readonly Call[]) {
    this.tasks = calls.flatMap((call) => {
      const task = withCertainty(call.task);
      const vote = Vote.of(task);
      return this.begin({ call, vote }, vote ? vote.next() : [task]);
    });
  }

  /** The further tasks that a finished one calls for, and the samples that it completes. */
  take(finished: FinishedSample): { readonly next: readonly GenerationTask[]; readonly samples: readonly NewSample[] } {
    const open = this.open.get(finished.task) as Open;
    const { call, vote } = open;
    if (!vote) return { next: [], samples: newSamples(call, recordsOf(call.task, finished)) };
    const record = vote.take(finished);
    if (record) return { next: [], samples: newSamples(call, [record]) };
    return { next: vote.isOver ? [] : this.begin(open, vote.next()), samples: [] };
  }

  /** A finished task's share in the time of its call, split among the call's items. */
  timings({ task, generation, seconds }: FinishedSample): NewTiming[] {
    const { itemNos } = (this.open.get(task) as Open).call;
    const { delivered } = tokenTotals(generation.ledger);
    const tokens = apportion(
      delivered,
      itemNos.map(() => 1),
    );
    return itemNos.map((itemNo, index) => ({
      arm: task.arm.name,
      itemNo,
      tokens: tokens[index] ?? 0,
      seconds: seconds / itemNos.length,
    }));
  }

  private begin(open: Open, tasks: readonly GenerationTask[]): readonly GenerationTask[] {
    for (const task of tasks) this.open.set(task, open);
    return tasks;
  }
}

function recordsOf(task: ShardTask, finished: FinishedSample): SampleRecord[] {
  const made = sampleRecords(task, finished);
  const { source } = task;
  return source ? made.map((record) => dependentRecord({ ...task, source }, record)) : made;
}

function withCertainty<Task extends GenerationTask>(task: Task): Task {
  const { traits } = techniqueDefinition(task.arm.technique);
  return traits.certainty(task.arm.params) ? { ...task, certainty: true } : task;
}

export function newSamples({ task, itemNos }: Call, records: readonly SampleRecord[]): NewSample[] {
  return records.map((record, index) => ({
    arm: task.arm.name,
    itemNo: itemNos[index] as number,
    repeat: task.repeat,
    record,
  }));
}

/** Paths of one sample ran one after the other. */
export function summedTimings(timings: readonly NewTiming[]): NewTiming[] {
  const byCell = Map.groupBy(timings, ({ arm, itemNo }) => `${arm}\n${itemNo}`);
  return [...byCell.values()].map((cell) => ({
    ...(cell[0] as NewTiming),
    tokens: cell.reduce((sum, { tokens }) => sum + tokens, 0),
    seconds: cell.reduce((sum, { seconds }) => sum + seconds, 0),
  }));
}
