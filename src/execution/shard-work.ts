import { contentHash, techniqueDefinition, type Arm, type Item, type SampleRecord } from '../domain/index.js';
import type { GenerationTask } from '../inference/index.js';
import { groupsOf } from '../planning/index.js';
import type { NewSample } from './samples.repository.js';
import type { LeasedShard } from './shards.repository.js';

/** The calls that a shard asks of the engine. */
export interface ShardWork {
  readonly tasks: readonly GenerationTask[];
  /** Per task, the numbers of its items. */
  readonly itemNos: readonly (readonly number[])[];
}

/** Item-major, so that the arms of an item stand side by side in the schedule. A call that lacks one sample is made again. */
export function missingWork(
  shard: LeasedShard,
  items: ReadonlyMap<number, Item>,
  stored: readonly Pick<NewSample, 'arm' | 'itemNo' | 'repeat'>[],
): ShardWork {
  const done = new Set(stored.map((key) => `${key.arm}\n${key.itemNo}\n${key.repeat}`));
  const tasks: GenerationTask[] = [];
  const itemNos: number[][] = [];
  for (const group of calls(shard, items)) {
    for (const arm of armsOf(shard)) {
      for (let repeat = 0; repeat < repeatsOf(shard, arm); repeat++) {
        if (group.every((itemNo) => done.has(`${arm.name}\n${itemNo}\n${repeat}`))) continue;
        tasks.push({ arm, items: group.map((itemNo) => items.get(itemNo) as Item), repeat });
        itemNos.push(group);
      }
    }
  }
  return { tasks, itemNos };
}

function armsOf(shard: LeasedShard): Arm[] {
  return shard.suite.arms.filter((arm) => shard.arms.includes(arm.name));
}

/** Item numbers by call; planning puts arms of one batch size into a shard. */
export function calls(shard: LeasedShard, items: ReadonlyMap<number, Item>): number[][] {
  const arm = armsOf(shard)[0];
  const size = arm ? techniqueDefinition(arm.technique).traits.batchSize(arm.params) : 1;
  return groupsOf(shard.itemNos, (itemNo) => items.get(itemNo)?.dataset ?? '', size);
}

export function newSamples(
  task: GenerationTask,
  itemNos: readonly number[],
  records: readonly SampleRecord[],
): NewSample[] {
  return records.map((record, index) => ({
    arm: task.arm.name,
    itemNo: itemNos[index] as number,
    repeat: task.repeat,
    record,
  }));
}

function repeatsOf(shard: LeasedShard, arm: Arm): number {
  return shard.kind === 'timing' ? 1 : arm.sampling.repeats;
}

export function halves(shard: LeasedShard, groups: readonly number[][]): { id: string; itemNos: readonly number[] }[] {
  const middle = Math.ceil(groups.length / 2);
  return [groups.slice(0, middle), groups.slice(middle)].map((half) => {
    const itemNos = half.flat();
    return { id: contentHash({ parent: shard.id, itemNos }).slice(0, 24), itemNos };
  });
}
