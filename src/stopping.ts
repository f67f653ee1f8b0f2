import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import type { Database, DatabaseLog } from './platform/database/index.js';

const CLOSE_MILLISECONDS = 10_000;

/** Listened for from the start, so that a signal during start-up is not lost. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

export async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

/**
 * Closes a service. A queue whose Redis is gone never confirms that its workers left; what they held comes back by its
 * lease, so after a while the process leaves without that.
 */
export async function closeInTime(
  context: INestApplicationContext,
  database: Database,
  log: DatabaseLog,
): Promise<void> {
  const closed = context.close().then(() => true);
  const timer = new AbortController();
  const inTime = await Promise.race([closed, sleep(CLOSE_MILLISECONDS, false, { signal: timer.signal })]);
  timer.abort();
  await database.release();
  if (inTime) return;
  log('the queue does not answer; leaving without its farewell');
  process.exit();
}
