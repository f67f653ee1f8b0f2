import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../../statistics/index.js';

export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

const PAUSE_MS = 50;
const FEWEST = 100;

/** Milliseconds from request to whole answer, one request at a time in turn over `paths`, until `done` and often enough. */
export async function latencyOf(
  ask: (path: string) => Promise<unknown>,
  paths: readonly string[],
  done: () => boolean,
): Promise<Latency> {
  const milliseconds: number[] = [];
  while (!done() || milliseconds.length < FEWEST) {
    const start = performance.now();
    await ask(paths[milliseconds.length % paths.length] ?? '');
    milliseconds.push(performance.now() - start);
    await sleep(PAUSE_MS);
  }
  return { p50: quantile(milliseconds, 0.5), p99: quantile(milliseconds, 0.99) };
}
