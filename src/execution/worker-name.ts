import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** host/pid/nonce: unique per process, and lets a neighbour on the same host see that it is gone. */
export function newWorkerName(): string {
  return `${hostname()}/${process.pid}/${randomBytes(3).toString('hex')}`;
}

/**
 * True only when the worker certainly runs no more: same host and no such process. A process id that was reused
 * reads as alive, and the lease then simply runs out.
 */
export function workerIsGone(worker: string): boolean {
  const [host, pid] = worker.split('/');
  if (host !== hostname() || !/^\d+$/.test(pid ?? '')) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
