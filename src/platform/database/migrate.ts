import { DataSource } from 'typeorm';
import { LaconicError } from '../../domain/index.js';
import { MIGRATIONS } from './migrations/index.js';

/** Any number that nobody else locks: the first digits of pi. */
const MIGRATION_LOCK = 314_159_265;

export type MigrationDirection = 'up' | 'down';

/**
 * Applies what is missing (or reverts the last one). TypeORM has no lock of its own, so processes that start together
 * queue up at an advisory lock; returns how many migrations were applied or reverted.
 */
export async function migrate(url: string, direction: MigrationDirection = 'up'): Promise<number> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    migrations: [...MIGRATIONS],
    migrationsTransactionMode: 'each',
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    extra: { connectionTimeoutMillis: 10_000 },
  });
  try {
    await dataSource.initialize();
  } catch (cause) {
    throw unreachableDatabase(cause);
  }
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    if (direction === 'up') return (await dataSource.runMigrations()).length;
    await dataSource.undoLastMigration();
    return 1;
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => null);
    await lock.release();
    await dataSource.destroy();
  }
}

export function unreachableDatabase(cause: unknown): LaconicError {
  const message = cause instanceof Error && cause.message !== '' ? cause.message : String((cause as { code?: unknown }).code ?? cause);
  return new LaconicError('database-unavailable', `The database cannot be reached: ${message}`, {
    hint: 'Check that PostgreSQL runs and that DATABASE_URL names it with user, password and database.',
    cause,
  });
}
