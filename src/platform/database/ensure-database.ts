import type { LaconicConfig } from '../config/index.js';
import { EmbeddedCluster, type DatabaseLog } from './embedded-cluster.js';
import { findPostgres } from './postgres-binaries.js';

export interface Database {
  readonly url: string;
  readonly kind: 'external' | 'embedded' | 'system';
  /** Gives up this process's use; the last user of Laconic's own cluster stops it. */
  readonly release: () => Promise<void>;
}

/** DATABASE_URL where set, else Laconic's own cluster from packaged binaries, else from the system's. */
export async function ensureDatabase(
  config: Pick<LaconicConfig, 'databaseUrl' | 'home'>,
  log: DatabaseLog,
): Promise<Database> {
  if (config.databaseUrl !== null) return { url: config.databaseUrl, kind: 'external', release: async () => {} };
  const binaries = findPostgres(log);
  const cluster = new EmbeddedCluster(config.home, binaries, log);
  const url = await cluster.acquire();
  return { url, kind: binaries.kind, release: async () => cluster.release() };
}
