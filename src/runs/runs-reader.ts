import type { EngineTotals, FrozenSuite, Item, RunProvenance, RunView } from '../domain/index.js';

/** Everything about a run but its samples. */
export interface StoredRun {
  readonly view: RunView;
  readonly suite: FrozenSuite;
  readonly provenance: RunProvenance;
  readonly engine: EngineTotals;
}

/** What later features may ask about runs. */
export abstract class RunsReader {
  /** Throws `run-unknown`. */
  abstract stored(runId: string): Promise<StoredRun>;

  /** The items frozen with a run, in their order. */
  abstract items(runId: string): Promise<readonly Item[]>;
}
