import type { EngineShape } from '../domain/index.js';
import type { RunOrigin } from './suite-freezer.js';

export interface RunSettings {
  readonly version: string;
  readonly gitCommit: string | null;
  readonly engines: EngineShape;
  /** The queue on which a run's shards are called. */
  readonly queueOf: (origin: RunOrigin, runId: string) => string;
}

export const RUN_SETTINGS = Symbol('RUN_SETTINGS');
