import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseServer } from '../support/database-server.js';
import { expectExit, expectSameSamples, runIdOf, smoke } from '../support/interrupted-run.js';
import { killGroup, startLaconic, temporaryHome } from '../support/laconic-process.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

// Whole runs in processes of their own; on a busy machine each takes a while.
jest.setTimeout(180_000);

describe('a database that goes away', () => {
  let database: TestDatabase;
  let server: DatabaseServer;
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  let out: string;
  let whole: string;
  let env: Record<string, string>;
  const suite = smoke(12);

  beforeAll(async () => {
    database = await startTestDatabase();
    server = await DatabaseServer.of(database);
    home = await temporaryHome();
    out = await mkdtemp(join(tmpdir(), 'laconic-out-'));
    whole = join(out, 'whole');
    env = { LACONIC_HOME: home.home, DATABASE_URL: database.url, LACONIC_ENGINE_PROCESSES: '1' };
    await expectExit(0, ['run', ...suite, '--out', whole], env);
  });

  afterAll(async () => {
    await database?.stop();
    await home?.remove();
    await rm(out, { recursive: true, force: true });
  });

  it('costs a run nothing but time when it comes back', async () => {
    const running = startLaconic(['run', ...suite, '--out', join(out, 'waited')], {
      ...env,
      LACONIC_LEASE_SECONDS: '5',
    });
    await running.saw(/shard [1-9]\d*\/\d+/);
    await server.stop();
    await running.saw('the database does not answer; waiting for it');
    await sleep(3000);
    await server.start();
    const { code, stderr } = await running.finished;
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('the database is back') });
    expect(stderr).not.toMatch(/^\s+at |Error/m);
    await expectSameSamples(whole, join(out, 'waited'));
  });

  it('leaves a run that can be resumed when the process ends before it is back', async () => {
    const running = startLaconic(['run', ...suite, '--out', join(out, 'gone')], env);
    await running.saw(/shard [1-9]\d*\/\d+/);
    await server.stop();
    try {
      await running.saw('the database does not answer; waiting for it');
      killGroup(running);
      await running.finished;
      const refused = await expectExit(1, ['resume', runIdOf(running.output().stderr)], env);
      expect(refused.stderr).toContain('The database cannot be used');
      expect(refused.stderr).toContain('DATABASE_URL');
    } finally {
      await server.start();
    }
    await expectExit(0, ['resume', runIdOf(running.output().stderr), '--out', join(out, 'later')], env);
    await expectSameSamples(whole, join(out, 'later'));
  });
});
