import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isLivingStamp, processStamp } from '../platform/database/index.js';

/**
 * machine/process/nonce: unique per worker, and lets a neighbour that sees the same processes know that it is gone.
 * The process is named with its start time, so that a later one with the same id is not taken for it.
 */
export function newWorkerName(): string {
  return `${machine()}/${processStamp(process.pid) ?? 'unknown'}/${randomBytes(3).toString('hex')}`;
}

/** True only when the worker certainly runs no more; of any other its lease simply runs out. */
export function workerIsGone(worker: string): boolean {
  const [where, stamp = ''] = worker.split('/');
  return where === machine() && /^\d+ /.test(stamp) && !isLivingStamp(stamp);
}

/** Two containers can bear one host name; on Linux, boot and process namespace tell whose processes these are. */
function machine(): string {
  if (process.platform !== 'linux') return hostname();
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
    const namespace = readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
    return `${hostname()}-${boot}-${namespace}`;
  } catch {
    return hostname();
  }
}
