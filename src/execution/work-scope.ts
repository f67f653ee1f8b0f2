/**
 * Which runs a process works on. A service works on everything that was started over REST or by schedule;
 * `laconic run` and `laconic resume` work on their one run, on a queue of its own, so that neither picks up
 * what another command left behind.
 */
export type WorkScope = { readonly kind: 'service' } | { readonly kind: 'run'; readonly runId: string };

export const SERVICE_QUEUE = 'shards';

export function queueOf(scope: WorkScope): string {
  return scope.kind === 'service' ? SERVICE_QUEUE : runQueue(scope.runId);
}

/** BullMQ forbids ":" in names. */
export function runQueue(runId: string): string {
  return `run-${runId}`;
}

/** Injection token of the process's scope. */
export const WORK_SCOPE = Symbol('WORK_SCOPE');

/** Injection token of the queue that belongs to the scope. */
export const SHARD_QUEUE = Symbol('SHARD_QUEUE');

export interface ShardJob {
  readonly shardId: string;
  readonly epoch: number;
}

export function shardJobId(job: ShardJob): string {
  return `${job.shardId}-${job.epoch}`;
}
