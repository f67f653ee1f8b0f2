import type { RunResult, SampleRecord, TechniqueKind } from '../domain/index.js';

export interface ReportInput {
  readonly result: RunResult;
  /** All samples of the run; with fewer, what needs all of them is left out. */
  readonly samples: readonly SampleRecord[];
  /** Technique kind by arm name: decides hue and mark. */
  readonly kinds: Readonly<Record<string, TechniqueKind>>;
  /** Where the page's reader finds the data; relative or absolute URLs of ours, null where there is none. */
  readonly links: ReportLinks;
}

export interface ReportLinks {
  readonly result: string | null;
  readonly samples: string | null;
}

/** For a report that lies beside its data, as `laconic run` leaves it. */
export const NEIGHBOUR_FILES: ReportLinks = { result: 'result.json', samples: 'samples.jsonl' };
