import type { SampleRecord } from '../domain/index.js';

/** Identity of a sample in its run, in the order in which samples are sorted. */
export interface SamplePlace {
  readonly arm: string;
  readonly dataset: string;
  readonly item: string;
  readonly repeat: number;
}

/** What is left out matches every sample. */
export interface SamplesWanted {
  readonly arm?: string | undefined;
  readonly dataset?: string | undefined;
  readonly correct?: boolean | undefined;
  /** Only samples behind this one. */
  readonly after: SamplePlace | null;
  readonly limit: number;
}

/** Reads some stored samples without reading those before them. */
export abstract class SamplePages {
  /** The first samples that match, in the order of `SamplesReader.records`. */
  abstract page(runId: string, wanted: SamplesWanted): Promise<SampleRecord[]>;

  /** The samples at these places, in any order; places without a sample are left out. */
  abstract at(runId: string, places: readonly SamplePlace[]): Promise<SampleRecord[]>;
}
