import { Logger } from '@nestjs/common';
import type { Generation, SelfCheck } from '../domain/index.js';
import type { GenerationTask } from './generation-work.js';

const ITEMS = 2;
const ARMS = 4;
const TOKENS = 40;

/** Where results are kept, so that a model is checked once. */
export interface SelfCheckRecord {
  find(): Promise<SelfCheck | null>;
  record(check: SelfCheck): Promise<void>;
}

/** Samples that were made in company, and a way to make calls alone. */
export interface SelfCheckSamples {
  /** By index of the task. */
  readonly together: ReadonlyMap<number, Generation>;
  readonly tasks: readonly GenerationTask[];
  readonly makeAlone: (tasks: readonly GenerationTask[]) => Promise<ReadonlyMap<number, Generation>>;
}

/**
 * Whether this engine gives the same tokens to a sample alone as in company, which the comparison of arms rests on:
 * some samples of the first shard are begun again, one at a time with nothing shared.
 */
export class SelfChecker {
  private readonly logger = new Logger(SelfChecker.name);
  private readonly known = new Map<string, Promise<SelfCheck | null>>();

  /** Null where it could not be found out; a run does not fail for that. */
  async check(key: string, record: SelfCheckRecord, samples: SelfCheckSamples): Promise<SelfCheck | null> {
    let found = this.known.get(key);
    if (!found) {
      found = findOrCheck(record, samples).catch((error: unknown) => {
        this.logger.warn({ err: error }, 'self-check not finished');
        return null;
      });
      this.known.set(key, found);
      // A later shard may have what this one lacked.
      void found.then((check) => check ?? this.known.delete(key));
    }
    return found;
  }
}

async function findOrCheck(record: SelfCheckRecord, samples: SelfCheckSamples): Promise<SelfCheck | null> {
  const recorded = await record.find();
  if (recorded) return recorded;
  // A prompt that did not fit beside its maxTokens fits beside fewer.
  const made = (index: number): boolean => (samples.together.get(index)?.stopReason ?? 'error') !== 'error';
  const picked = tasksToCheck(samples.tasks).filter(made);
  if (picked.length === 0) return null;
  const alone = await samples.makeAlone(picked.map((index) => shortened(samples.tasks[index] as GenerationTask)));
  const same = picked.filter((index, place) => beginAlike(samples.together.get(index), alone.get(place)));
  const check: SelfCheck = { samples: picked.length, identical: same.length, tokens: TOKENS };
  await record.record(check);
  return check;
}

/** Of the first items, arms from the first to the last (their first paths), so that greedy and sampled ones are both among them. */
export function tasksToCheck(tasks: readonly GenerationTask[]): number[] {
  const byCall = new Map<string, number[]>();
  for (const [index, { items, repeat, lane = 0 }] of tasks.entries()) {
    if (repeat > 0 || lane > 0) continue;
    const key = items.map((item) => item.contentHash).join();
    byCall.set(key, [...(byCall.get(key) ?? []), index]);
  }
  return [...byCall.values()].slice(0, ITEMS).flatMap(spread);
}

function spread(indexes: readonly number[]): readonly number[] {
  if (indexes.length <= ARMS) return indexes;
  return Array.from({ length: ARMS }, (_, place) => indexes[Math.floor((place * indexes.length) / ARMS)] as number);
}

function shortened(task: GenerationTask): GenerationTask {
  const { sampling } = task.arm;
  return {
    ...task,
    arm: { ...task.arm, sampling: { ...sampling, maxTokens: Math.min(TOKENS, sampling.maxTokens) } },
  };
}

function beginAlike(together: Generation | undefined, alone: Generation | undefined): boolean {
  if (!together || !alone) return false;
  const [one, other] = [together, alone].map(({ thinkIds, answerIds }) => [...thinkIds, ...answerIds]) as [
    number[],
    number[],
  ];
  const length = Math.min(TOKENS, Math.max(one.length, other.length));
  return Array.from({ length }, (_, at) => one[at] === other[at]).every(Boolean);
}
