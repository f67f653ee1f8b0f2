import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { ensureDatabase, migrate, type Database } from '../../src/platform/database/index.js';

export interface TestDatabase {
  /** A database of its own on a cluster that only this test file uses; migrated unless told otherwise. */
  readonly url: string;
  /** Rows of one statement over a connection of its own. */
  readonly query: <T extends object>(sql: string, parameters?: readonly unknown[]) => Promise<T[]>;
  readonly stop: () => Promise<void>;
}

let cluster: Promise<{ database: Database; home: string }> | null = null;
let users = 0;

/**
 * A fresh database for an integration test. The first call in a test file starts a PostgreSQL of the test's own in a
 * temporary folder (about 1 s), later ones only create a database; the last `stop` stops it and removes the folder.
 */
export async function startTestDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  users++;
  cluster ??= startCluster();
  const { database } = await cluster;
  const name = `test_${randomBytes(6).toString('hex')}`;
  await queryOnce(database.url, `CREATE DATABASE ${name}`);
  const url = new URL(`/${name}`, database.url).href;
  if (options.migrated ?? true) await migrate(url);
  return {
    url,
    query: async <T extends object>(sql: string, parameters?: readonly unknown[]) => queryOnce<T>(url, sql, parameters),
    stop: stopOnce(),
  };
}

async function startCluster(): Promise<{ database: Database; home: string }> {
  const home = await mkdtemp(join(tmpdir(), 'laconic-database-'));
  // PostgreSQL's user must get in when the tests run as root.
  await chmod(home, 0o711);
  return { home, database: await ensureDatabase({ databaseUrl: null, home }, () => {}) };
}

function stopOnce(): () => Promise<void> {
  let stopped = false;
  return async () => {
    if (stopped) return;
    stopped = true;
    users--;
    if (users > 0 || !cluster) return;
    const { database, home } = await cluster;
    cluster = null;
    await database.release();
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
}

async function queryOnce<T extends object>(
  url: string,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql, [...parameters])).rows;
  } finally {
    await client.end();
  }
}
