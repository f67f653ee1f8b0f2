import type { QueryRunner } from 'typeorm';
import { LaconicError } from '../../domain/index.js';
import { dataSourceOptions, LaconicDataSource } from './data-source.js';
import { MIGRATIONS } from './migrations/index.js';

/** Any number that nobody else locks: the first digits of pi. */
const MIGRATION_LOCK = 314_159_265;
const OLDEST_SERVER = 150_000;

export type MigrationDirection = 'up' | 'down';

/**
 * Applies what is missing (or reverts the last one). TypeORM has no lock of its own, so processes that start together
 * queue up at an advisory lock; returns how many migrations were applied or reverted.
 */
export async function migrate(url: string, direction: MigrationDirection = 'up'): Promise<number> {
  const dataSource = new LaconicDataSource({
    ...dataSourceOptions(url, 2),
    migrations: [...MIGRATIONS],
    migrationsTransactionMode: 'each',
  });
  await dataSource.initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await refuseOldServer(lock);
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const applied = await appliedMigrations(lock);
    refuseNewerSchema(applied);
    if (direction === 'up') return (await dataSource.runMigrations()).length;
    await dataSource.undoLastMigration();
    return Math.min(1, applied.length);
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => null);
    await lock.release();
    await dataSource.destroy();
  }
}

async function refuseOldServer(runner: QueryRunner): Promise<void> {
  const [row] = (await runner.query(
    `SELECT current_setting('server_version_num')::int AS number, version() AS text`,
  )) as {
    number: number;
    text: string;
  }[];
  if (!row || row.number >= OLDEST_SERVER) return;
  throw new LaconicError('database-unavailable', `The database is too old: ${row.text}.`, {
    hint: 'Laconic needs PostgreSQL 15 or newer; without DATABASE_URL it brings its own.',
    where: 'DATABASE_URL',
  });
}

async function appliedMigrations(runner: QueryRunner): Promise<string[]> {
  const [table] = (await runner.query(`SELECT to_regclass('migrations') IS NOT NULL AS present`)) as {
    present: boolean;
  }[];
  if (!table?.present) return [];
  const rows = (await runner.query('SELECT name FROM migrations ORDER BY id')) as { name: string }[];
  return rows.map(({ name }) => name);
}

/** An older Laconic would write rows that the newer one's tables do not expect. */
function refuseNewerSchema(applied: readonly string[]): void {
  const known = new Set<string>(MIGRATIONS.map((migration) => migration.name));
  const unknown = applied.find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new LaconicError(
    'database-unavailable',
    `The database was set up by a newer Laconic: it has the migration ${unknown}.`,
    {
      hint: 'Update Laconic, or set DATABASE_URL or LACONIC_HOME to another database.',
    },
  );
}
