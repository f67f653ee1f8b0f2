import { ended, ServiceProcess } from '../support/service-process.js';
import { smallSuite } from '../support/suites.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

const SUITE = smallSuite({
  datasets: [{ name: 'arithmetic', limit: 8 }],
  sampling: { temperature: 1, repeats: 8, maxTokens: 256 },
});
const TOTAL = 128;

describe('the service in trouble', () => {
  let database: TestDatabase;
  let service: ServiceProcess;
  const samples = async (run: string): Promise<object[]> =>
    database.query(
      `SELECT arm, item_no, repeat, record->>'thinking' AS thinking, record->>'answer' AS answer
         FROM samples WHERE run_id = $1 ORDER BY arm, item_no, repeat`,
      [run],
    );
  beforeAll(async () => {
    database = await startTestDatabase();
    service = await ServiceProcess.start({ DATABASE_URL: database.url });
  });
  afterAll(async () => {
    await service.stop();
    await database.stop();
  });

  it('goes on answering while its engine is killed, and completes the run with no sample lost, doubled or different', async () => {
    const undisturbed = (await service.startRun(SUITE)).body.id;
    await service.until(undisturbed, ended);
    const run = (await service.startRun(SUITE)).body.id;
    await service.until(run, ({ progress }) => progress.done > 0);
    const victims = service.engines();
    expect(victims).toHaveLength(1);
    for (const pid of victims) process.kill(pid, 'SIGKILL');
    expect(await service.get('/healthz')).toMatchObject({ status: 200 });
    expect(await service.get(`/api/v1/runs/${run}`)).toMatchObject({ status: 200, body: { status: 'running' } });
    expect(await service.until(run, ended)).toMatchObject({ status: 'completed', progress: { done: TOTAL } });
    const retried = await database.query(`SELECT 1 FROM run_events WHERE run_id = $1 AND type = 'shard-retried'`, [
      run,
    ]);
    expect(retried.length).toBeGreaterThan(0);
    const found = await samples(run);
    expect(found).toHaveLength(TOTAL);
    expect(found).toEqual(await samples(undisturbed));
  });

  it('stops cleanly on SIGTERM in the middle of a run that a client follows; the next start completes it', async () => {
    const run = (await service.startRun(SUITE)).body.id;
    const stream = service.events(run);
    const following = stream.all().catch(() => 'cut off');
    await service.until(run, ({ progress }) => progress.done > 0);
    const { code, signal, stderr } = await service.stop();
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(stderr).toContain('work in hand is given back');
    expect(stderr).not.toMatch(/unhandled|uncaught/i);
    await following;

    service = await ServiceProcess.start({ DATABASE_URL: database.url });
    expect(await service.until(run, ended)).toMatchObject({ status: 'completed', progress: { done: TOTAL } });
    expect(await samples(run)).toHaveLength(TOTAL);
  });
});
