import { Runs1764000000000 } from './0001-runs.js';

/** In the order in which they are applied. */
export const MIGRATIONS = [Runs1764000000000] as const;
