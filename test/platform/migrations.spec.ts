import { migrate } from '../../src/platform/database/index.js';
import { MIGRATIONS } from '../../src/platform/database/migrations/index.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('migrations', () => {
  let server: TestDatabase;
  let database: TestDatabase;
  // Holds the server between the tests; every test has a database of its own.
  beforeAll(async () => {
    server = await startTestDatabase({ migrated: false });
  });
  afterAll(async () => {
    await server.stop();
  });
  beforeEach(async () => {
    database = await startTestDatabase({ migrated: false });
  });
  afterEach(async () => {
    await database.stop();
  });

  /** Everything a migration may leave: columns with their types and defaults, constraints, indexes. */
  const schema = async (): Promise<string[]> => {
    const rows = await database.query<{ line: string }>(`
      SELECT concat_ws(' ', 'column', table_name, column_name, data_type, is_nullable, column_default) AS line
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migrations'
      UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'migrations'
      UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'migrations'
      ORDER BY 1`);
    return rows.map(({ line }) => line);
  };

  it('come back to the same schema after up, down and up, and leave nothing when all are reverted', async () => {
    expect(await migrate(database.url)).toBe(MIGRATIONS.length);
    const first = await schema();
    expect(first.length).toBeGreaterThan(50);
    for (let i = 0; i < MIGRATIONS.length; i++) expect(await migrate(database.url, 'down')).toBe(1);
    expect(await schema()).toEqual([]);
    expect(await migrate(database.url, 'down')).toBe(0);
    expect(await migrate(database.url)).toBe(MIGRATIONS.length);
    expect(await schema()).toEqual(first);
  });

  it('are applied once when three processes migrate at the same time', async () => {
    const applied = await Promise.all([1, 2, 3].map(async () => migrate(database.url)));
    expect(applied.toSorted((a, b) => a - b)).toEqual([0, 0, MIGRATIONS.length]);
    const rows = await database.query<{ name: string }>('SELECT name FROM migrations ORDER BY id');
    expect(rows).toHaveLength(MIGRATIONS.length);
  });

  it('refuse a database that a newer Laconic has set up', async () => {
    await migrate(database.url);
    await database.query(`INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Future9999999999999')`);
    const before = await schema();
    await expect(migrate(database.url)).rejects.toMatchObject({
      code: 'database-unavailable',
      message: expect.stringContaining('Future9999999999999'),
    });
    expect(await schema()).toEqual(before);
  });

  it('give a clear message, without the password, when there is no server or no such database', async () => {
    const missing = new URL(database.url);
    missing.pathname = '/absent';
    await expect(migrate(missing.href)).rejects.toMatchObject({
      code: 'database-unavailable',
      hint: expect.stringContaining('Create the database'),
    });
    const error: unknown = await migrate('postgres://laconic:sesame@127.0.0.1:1/laconic').catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      code: 'database-unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
      hint: expect.stringContaining('DATABASE_URL'),
    });
    expect(JSON.stringify(error) + String(error)).not.toContain('sesame');
  });
});
