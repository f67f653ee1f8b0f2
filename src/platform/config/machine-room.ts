import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import type { MachineRoom } from '../../domain/index.js';

export interface MemoryAnswer {
  readonly availableBytes: number;
  /** Of the control group; absurdly large, or 0, where there is none. */
  readonly limitBytes: number;
  readonly totalBytes: number;
}

/** Limits of a container count: Node answers for the control group where it has one. */
export function machineRoom(): MachineRoom {
  const answer: MemoryAnswer = {
    availableBytes: process.availableMemory(),
    limitBytes: process.constrainedMemory(),
    totalBytes: totalmem(),
  };
  return { cores: availableParallelism(), availableBytes: availableBytes(answer, groupStatistics()) };
}

/**
 * A control group counts pages of files as used, though it gives them up at once; mapped weights are such pages. Without
 * a limit Node asks the machine, whose answer has them in it already.
 */
export function availableBytes(answer: MemoryAnswer, statistics: string): number {
  const { limitBytes, totalBytes } = answer;
  if (limitBytes <= 0 || limitBytes >= totalBytes) return answer.availableBytes;
  const reclaimable = Number(/^inactive_file (\d+)$/m.exec(statistics)?.[1] ?? 0);
  return Math.min(limitBytes, answer.availableBytes + reclaimable);
}

function groupStatistics(): string {
  try {
    return readFileSync('/sys/fs/cgroup/memory.stat', 'utf8');
  } catch {
    return '';
  }
}
