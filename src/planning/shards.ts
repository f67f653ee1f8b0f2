import {
  adaptersKey,
  contentHash,
  steeringKey,
  techniqueDefinition,
  type Arm,
  type FrozenSuite,
} from '../domain/index.js';
import { groupItems } from './groups.js';
import { stratifiedOrder, type PlanItem } from './order.js';

export type ShardKind = 'samples' | 'timing';

/** A slice of the run's items × all arms of one model with the same adapters that are steered alike. */
export interface PlannedShard {
  /** 32 hex digits, from run and content: planning the same run again gives the same ids. */
  readonly id: string;
  /** Order of work: all samples before the first timing. */
  readonly shardNo: number;
  readonly kind: ShardKind;
  readonly model: string;
  /** Indexes into the run's items. */
  readonly itemNos: readonly number[];
  /** Arm names, in the suite's order. */
  readonly arms: readonly string[];
  /** Arms whose samples of the same items must be there before this shard can be worked on. */
  readonly waitsFor: readonly string[];
}

export interface PlanRequest {
  readonly runId: string;
  readonly suite: Pick<FrozenSuite, 'seed' | 'timingItems' | 'arms'>;
  readonly items: readonly PlanItem[];
  readonly engineProcesses: number;
}

export interface Plan {
  readonly shards: readonly PlannedShard[];
}

/** A larger shard fills batches better, a smaller one loses less to a crash and spreads better over processes. */
const MAX_ITEMS_PER_SHARD = 24;
const MIN_ITEMS_PER_SHARD = 4;
const MIN_SHARDS_PER_PROCESS = 4;

/**
 * Every (item, arm) in exactly one samples shard; then the timing shards with the first items of the order. Arms that ask
 * several questions in one call share no prompt with others, so they get shards of their own, cut between calls. Arms
 * with adapters and arms that are steered get their own because each set of adapters and each way of steering needs an
 * engine. Arms that are made from others' samples get theirs behind the shards of these, and no timing: the time of a
 * sample that is partly another one's says nothing.
 */
export function planShards(request: PlanRequest): Plan {
  const { suite, items } = request;
  const order = stratifiedOrder(items, suite.seed);
  const parts: Part[] = [];
  const timings: Part[] = [];
  for (const [batchSize, arms] of Map.groupBy(suite.arms, batchSizeOf)) {
    const together = byStageAndEngine(arms, suite.arms);
    const groups = groupItems(order, items, batchSize);
    for (const slice of slices(groups, shardCount(request))) {
      parts.push(...together.map((part) => ({ ...part, kind: 'samples' as const, itemNos: slice.flat() })));
    }
    const timed = groups.slice(0, Math.ceil(suite.timingItems / batchSize)).flat();
    const alone = timed.length > 0 ? together.filter(({ waitsFor }) => waitsFor.length === 0) : [];
    timings.push(...alone.map((part) => ({ ...part, kind: 'timing' as const, itemNos: timed })));
  }
  const shards = [...parts, ...timings].map((part, shardNo) => ({ id: shardId(request, part), shardNo, ...part }));
  return { shards };
}

type Part = Omit<PlannedShard, 'id' | 'shardNo'>;

function batchSizeOf({ technique, params }: Arm): number {
  return techniqueDefinition(technique).traits.batchSize(params);
}

function shardCount({ suite, items, engineProcesses }: PlanRequest): number {
  if (items.length === 0) return 0;
  const repeats = Math.max(1, ...suite.arms.map((arm) => arm.sampling.repeats));
  const largest = Math.max(MIN_ITEMS_PER_SHARD, Math.ceil(MAX_ITEMS_PER_SHARD / repeats));
  const forSize = Math.ceil(items.length / largest);
  const forProcesses = MIN_SHARDS_PER_PROCESS * Math.max(1, engineProcesses);
  const sensible = Math.max(1, Math.floor(items.length / MIN_ITEMS_PER_SHARD));
  return Math.max(forSize, Math.min(forProcesses, sensible));
}

/** Contiguous slices whose sizes differ by at most one; none is empty. */
function slices<T>(order: readonly T[], count: number): T[][] {
  return Array.from({ length: count }, (_, index) =>
    order.slice(Math.floor((index * order.length) / count), Math.floor(((index + 1) * order.length) / count)),
  ).filter((slice) => slice.length > 0);
}

/** Arms that can share a shard; those that need others' samples behind these. */
function byStageAndEngine(arms: readonly Arm[], all: readonly Arm[]): Pick<Part, 'model' | 'arms' | 'waitsFor'>[] {
  const stages = Map.groupBy(arms, (arm) => stageOf(arm, all));
  return [...stages]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([, ofStage]) => [...Map.groupBy(ofStage, engineOf).values()])
    .map((together) => ({
      model: together[0]?.model ?? '',
      arms: together.map(({ name }) => name),
      waitsFor: [...new Set(together.flatMap((arm) => neededBy(arm) ?? []))],
    }));
}

function engineOf({ model, adapters, steering }: Arm): string {
  return JSON.stringify([model, adaptersKey(adapters), steeringKey(steering)]);
}

/** How many arms have to be there before this one, each made from the one before. Precondition: no circles. */
function stageOf(arm: Arm, all: readonly Arm[]): number {
  const needed = neededBy(arm);
  const first = all.find(({ name }) => name === needed);
  return first ? 1 + stageOf(first, all) : 0;
}

function neededBy({ technique, params }: Arm): string | null {
  return techniqueDefinition(technique).traits.dependsOn(params)?.arm ?? null;
}

function shardId({ runId, items }: PlanRequest, part: Part): string {
  const content = {
    runId,
    kind: part.kind,
    model: part.model,
    arms: part.arms.toSorted(),
    items: part.itemNos.map((itemNo) => [itemNo, items[itemNo]?.contentHash]),
  };
  return contentHash(content).slice(0, 32);
}
