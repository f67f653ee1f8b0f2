import { LaconicError } from '../domain/index.js';
import type { LaconicConfig } from '../platform/config/index.js';
import type { BenchName, BenchRow } from './bench-document.js';

export const PEER_GROUPS = ['python'] as const;

export type PeerGroup = (typeof PEER_GROUPS)[number];

export interface BenchRequest {
  readonly names: readonly BenchName[];
  readonly config: LaconicConfig;
  readonly threads: number;
  /** Repetitions of every measurement, at least five. */
  readonly rounds: number;
  /** Slow peers, asked for by name. */
  readonly peers: readonly PeerGroup[];
  /** Items of each data set of the suites that are run; undefined = as the suite says. */
  readonly limit: number | undefined;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

/** Between two measurements: Ctrl-C ends a benchmark with its peers stopped and its scratch data removed. */
export function requireNotInterrupted({ signal }: Pick<BenchRequest, 'signal'>): void {
  if (!signal.aborted) return;
  throw new LaconicError('interrupted', 'The benchmark was interrupted.', {
    hint: 'Start it again; nothing of it is kept.',
  });
}

export interface BenchFindings {
  readonly rows: readonly BenchRow[];
  readonly notes: readonly string[];
}
