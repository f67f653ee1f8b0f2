import { Runs1764000000000 } from './0001-runs.js';
import { DependentShards1764100000000 } from './0002-dependent-shards.js';

/** In the order in which they are applied. */
export const MIGRATIONS = [Runs1764000000000, DependentShards1764100000000] as const;
