import type { MachineProvenance } from '../domain/index.js';

export const BENCH_NAMES = ['engine', 'sweep', 'service', 'report'] as const;

export type BenchName = (typeof BENCH_NAMES)[number];

/** One ratio between Laconic and a named peer, measured in the same run. */
export interface BenchRow {
  readonly case: string;
  readonly model: string | null;
  /** Sequences decoded together; null where that has no meaning. */
  readonly sequences: number | null;
  readonly threads: number | null;
  readonly unit: string;
  readonly laconic: number;
  readonly peer: string;
  readonly peerValue: number;
  /** Median over the repetitions of laconic ÷ peer, each pair measured one right after the other. */
  readonly ratio: number;
  readonly runs: number;
  /** Smallest and largest ratio of the repetitions. */
  readonly spread: readonly [number, number];
  /** What the ratio is meant to reach, where a bar is set. */
  readonly bar: Bar | null;
}

export interface Bar {
  readonly kind: 'at-least' | 'at-most';
  readonly value: number;
}

/** What `laconic bench <name> --json` prints. */
export interface BenchDocument {
  readonly bench: BenchName;
  readonly machine: MachineProvenance;
  readonly date: string;
  readonly command: string;
  readonly rows: readonly BenchRow[];
  /** Absent models and peers, and what else a reader must know to read the rows. */
  readonly notes: readonly string[];
}
