import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { MachineRoom } from '../../domain/index.js';

/** Limits of a container count: Node answers for the control group where it has one. */
export function machineRoom(): MachineRoom {
  return { cores: availableParallelism(), availableBytes: process.availableMemory() + reclaimableBytes() };
}

/** Pages of files that a control group counts as used, though it gives them up at once; weights are such pages. */
function reclaimableBytes(): number {
  // Without a limit Node asks the machine, whose answer has them in it.
  if (!(process.constrainedMemory() < Number.MAX_SAFE_INTEGER)) return 0;
  try {
    const stat = readFileSync('/sys/fs/cgroup/memory.stat', 'utf8');
    return Number(/^inactive_file (\d+)$/m.exec(stat)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
