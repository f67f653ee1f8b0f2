import { techniqueDefinition, type Arm, type Item, type SampleRecord } from '../domain/index.js';
import { groupsOf } from '../planning/index.js';
import { dependencyOf, dependentWork } from './dependent-samples.js';
import type { NewSample, SampleKey, SamplesRepository } from './samples.repository.js';
import { newSamples, type Call } from './shard-work.js';
import type { LeasedShard } from './shards.repository.js';

/** What a shard lacks. */
export interface MissingCalls {
  readonly calls: readonly Call[];
  /** Samples for which the engine has nothing to do. */
  readonly ready: readonly NewSample[];
}

/** Item-major, so that the arms of an item stand side by side in the schedule. A call that lacks one sample is made again. */
export async function missingCalls(shard: LeasedShard, samples: SamplesRepository): Promise<MissingCalls> {
  const items = await samples.items(shard.runId, shard.itemNos);
  const stored = shard.kind === 'timing' ? [] : await samples.existing(shard.runId, shard.itemNos, shard.arms);
  const done = new Set(stored.map(keyOf));
  const sources = await sourcesOf(shard, samples);
  const watched = watchedArms(shard);
  const missing = { calls: [] as Call[], ready: [] as NewSample[] };
  for (const itemNos of callsOf(shard, items)) {
    for (const arm of armsOf(shard)) {
      for (let repeat = 0; repeat < repeatsOf(shard, arm); repeat++) {
        if (itemNos.every((itemNo) => done.has(keyOf({ arm: arm.name, itemNo, repeat })))) continue;
        const asked = { arm, items: itemNos.map((itemNo) => items.get(itemNo) as Item), repeat };
        const task = watched.has(arm.name) ? { ...asked, certainty: true } : asked;
        add(missing, { task, itemNos }, sources);
      }
    }
  }
  return missing;
}

/** Item numbers by call; planning puts arms of one batch size into a shard. */
export function callsOf(shard: LeasedShard, items: ReadonlyMap<number, Item>): number[][] {
  const arm = armsOf(shard)[0];
  const size = arm ? techniqueDefinition(arm.technique).traits.batchSize(arm.params) : 1;
  return groupsOf(shard.itemNos, (itemNo) => items.get(itemNo)?.dataset ?? '', size);
}

type Sources = ReadonlyMap<string, SampleRecord>;

function add(missing: { calls: Call[]; ready: NewSample[] }, call: Call, sources: Sources): void {
  const { task, itemNos } = call;
  const dependency = dependencyOf(task.arm);
  const key = dependency && { arm: dependency.arm, itemNo: itemNos[0] as number, repeat: task.repeat };
  const todo = key && dependentWork(task, dependency, sources.get(keyOf(key)));
  if (todo?.kind === 'sample') missing.ready.push(...newSamples(call, [todo.record]));
  else missing.calls.push(todo ? { task: todo.task, itemNos } : call);
}

/** Arms whose samples have to say how certain they are, because another arm decides by that. */
function watchedArms({ suite }: LeasedShard): ReadonlySet<string> {
  const dependencies = suite.arms.map(dependencyOf);
  return new Set(dependencies.flatMap((needed) => (needed?.uses === 'answer' ? [needed.arm] : [])));
}

async function sourcesOf(shard: LeasedShard, samples: SamplesRepository): Promise<Sources> {
  const needed = armsOf(shard).flatMap((arm) => dependencyOf(arm)?.arm ?? []);
  if (needed.length === 0) return new Map();
  const found = await samples.ofItems(shard.runId, shard.itemNos, needed);
  return new Map(found.map((sample) => [keyOf(sample), sample.record]));
}

function keyOf({ arm, itemNo, repeat }: SampleKey): string {
  return `${arm}\n${itemNo}\n${repeat}`;
}

function armsOf(shard: LeasedShard): Arm[] {
  return shard.suite.arms.filter((arm) => shard.arms.includes(arm.name));
}

function repeatsOf(shard: LeasedShard, arm: Arm): number {
  return shard.kind === 'timing' ? 1 : arm.sampling.repeats;
}
