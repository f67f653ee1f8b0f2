import { resultProblems } from '../../src/results/index.js';
import type { ServerEvent } from '../support/event-stream.js';
import { ended, ServiceProcess, type RunBody } from '../support/service-process.js';
import { smallSuite } from '../support/suites.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

/** Some seconds of work in several shards. */
const LONG = smallSuite({
  name: 'long',
  datasets: [{ name: 'arithmetic', limit: 8 }],
  sampling: { temperature: 1, repeats: 8, maxTokens: 256 },
});
const TOTAL = 128;

/** What the rows say: states change, shards start and end. Progress is only a view of them. */
function fromRows(events: readonly ServerEvent[]): string[] {
  return events.filter(({ type }) => type !== 'progress').map(({ id, type }) => `${id} ${type}`);
}

describe('following a run', () => {
  let database: TestDatabase;
  let service: ServiceProcess;
  beforeAll(async () => {
    database = await startTestDatabase();
    service = await ServiceProcess.start({ DATABASE_URL: database.url });
  });
  afterAll(async () => {
    await service.stop();
    await database.stop();
  });

  it('misses and repeats no event however often the client comes back, and ends with the run', async () => {
    const { id } = (await service.startRun(LONG)).body;
    const seen: ServerEvent[] = [];
    // Hangs up after every event, progress included, as a bad connection would.
    for (let last: string | undefined; ;) {
      const part = await service.events(id, last).upTo(({ type }) => type !== 'progress');
      seen.push(...part);
      last = part.at(-1)?.id;
      if (part.some(({ data }) => data['status'] === 'completed')) break;
    }
    const progress = seen.filter(({ type }) => type === 'progress');
    expect(progress.length).toBeGreaterThan(2);
    const rows = await database.query<{ seq: string; type: string }>(
      'SELECT seq, type FROM run_events WHERE run_id = $1 ORDER BY seq',
      [id],
    );
    const expected = rows.map(({ seq, type }) => `${seq} ${type}`);
    expect(expected.length).toBeGreaterThan(3);
    expect(fromRows(seen)).toEqual(expected);
    // A late client gets the whole story, one that has it all only the last state.
    const whole = await service.events(id).all();
    expect(fromRows(whole)).toEqual(expected);
    expect(whole.at(-1)).toMatchObject({ type: 'progress', data: { status: 'completed', progress: { done: TOTAL } } });
    const known = await service.events(id, rows.at(-1)?.seq).all();
    expect(known.map(({ type }) => type)).toEqual(['progress']);
  });

  it('answers 409 for the result before the end, stops a cancelled run, and resumes it to the full', async () => {
    const { id } = (await service.startRun(LONG)).body;
    await service.until(id, ({ progress }) => progress.done > 0);
    const early = await service.get(`/api/v1/runs/${id}/result`);
    expect(early).toMatchObject({ status: 409, body: { code: 'run-not-finished', where: id } });
    expect(await service.get(`/api/v1/runs/${id}/report`)).toMatchObject({ status: 409 });

    const cancelled = await service.post<RunBody>(`/api/v1/runs/${id}/cancel`);
    expect(cancelled).toMatchObject({ status: 202, body: { status: 'cancelled' } });
    const kept = cancelled.body.progress.done;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(TOTAL);
    expect(await service.post(`/api/v1/runs/${id}/cancel`)).toMatchObject({
      status: 202,
      body: { status: 'cancelled' },
    });
    expect((await service.events(id).all()).at(-1)).toMatchObject({ data: { status: 'cancelled' } });
    const kinds = await database.query('SELECT arm, item_no, repeat, record FROM samples WHERE run_id = $1', [id]);

    expect(await service.post<RunBody>(`/api/v1/runs/${id}/resume`)).toMatchObject({ status: 202 });
    expect(await service.until(id, ended)).toMatchObject({ status: 'completed', progress: { done: TOTAL } });
    const after = await database.query('SELECT arm, item_no, repeat, record FROM samples WHERE run_id = $1', [id]);
    expect(after).toHaveLength(TOTAL);
    expect(after).toEqual(expect.arrayContaining(kinds));
    const { status, body } = await service.get(`/api/v1/runs/${id}/result`);
    expect(status).toBe(200);
    expect(resultProblems(body)).toEqual([]);
    expect(await service.post(`/api/v1/runs/${id}/resume`)).toMatchObject({
      status: 202,
      body: { status: 'completed' },
    });
  });
});
