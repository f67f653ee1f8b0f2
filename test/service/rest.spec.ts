import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ComparisonDocument } from '../../src/comparisons/index.js';
import type { RunResult, SampleRecord } from '../../src/domain/index.js';
import { resultProblems } from '../../src/results/index.js';
import { NANO, writeLora } from '../../src/models/testing/lora-file.js';
import { runLaconic, temporaryHome } from '../support/laconic-process.js';
import { ended, ServiceProcess, type RunBody } from '../support/service-process.js';
import { smallSuite } from '../support/suites.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Page {
  readonly samples: readonly SampleRecord[];
  readonly next: string | null;
}

/** The whole service through its REST API alone: real worker, engine and database. */
describe('the service', () => {
  let database: TestDatabase;
  let service: ServiceProcess;
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  let run: RunBody;

  beforeAll(async () => {
    database = await startTestDatabase();
    home = await temporaryHome();
    service = await ServiceProcess.start({ DATABASE_URL: database.url, LACONIC_HOME: home.home });
    run = (await service.startRun(smallSuite(), { 'Idempotency-Key': 'first' })).body;
    await service.until(run.id, ended);
  });
  afterAll(async () => {
    await service.stop();
    await home.remove();
    await database.stop();
  });

  it('answers a new run with 202 and where it is', async () => {
    const { status, headers, body } = await service.startRun(smallSuite({ name: 'located' }));
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/api/v1/runs/${body.id}`);
    const found = await service.get<RunBody>(headers.get('location') ?? '');
    expect(found).toMatchObject({ status: 200, body: { id: body.id, suite: 'located', progress: { total: 12 } } });
    expect(await service.until(body.id, ended)).toMatchObject({ status: 'completed' });
  });

  it('answers a repeated Idempotency-Key with the same run, and with 409 where the request differs', async () => {
    const again = await service.startRun(smallSuite(), { 'Idempotency-Key': 'first' });
    expect(again).toMatchObject({ status: 202, body: { id: run.id } });
    const other = await service.startRun(smallSuite({ sampling: { seed: 2 } }), { 'Idempotency-Key': 'first' });
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency-conflict', where: 'Idempotency-Key' } });
    const twins = await Promise.all(
      Array.from({ length: 4 }, async () =>
        service.startRun(smallSuite({ name: 'twin' }), { 'Idempotency-Key': 'twin' }),
      ),
    );
    expect(new Set(twins.map(({ body }) => body.id)).size).toBe(1);
    const rows = await database.query(`SELECT 1 FROM runs WHERE suite_name = 'twin'`);
    expect(rows).toHaveLength(1);
  });

  it('compares the arms of a run, as JSON and as a page, and names an arm that it does not have', async () => {
    const { status, body } = await service.get<ComparisonDocument>(`/api/v1/comparisons?a=${run.id}`);
    const result = await service.get<RunResult>(`/api/v1/runs/${run.id}/result`);
    expect(status).toBe(200);
    expect(body.compared).toHaveLength(1);
    expect(body.compared[0]?.overall).toMatchObject({ ...result.body.comparisons[0] });
    const self = await service.get<ComparisonDocument>(`/api/v1/comparisons?a=${run.id}&b=${run.id}&items=all`);
    expect(self.body.compared.map(({ overall, items }) => [overall.accuracyDelta, items.length])).toEqual([
      [0, 6],
      [0, 6],
    ]);
    const page = await service.get<string>(`/api/v1/comparisons/report?a=${run.id}&b=${run.id}:budget-16`);
    expect(page.body).toContain('budget-16');
    const wrong = await service.get(`/api/v1/comparisons?a=${run.id}&b=${run.id}:budget-61`);
    expect(wrong).toMatchObject({ status: 422, body: { code: 'usage', hint: 'Did you mean budget-16?' } });
  });

  it('runs arms with an adapter that is registered on its machine, by name', async () => {
    const file = join(home.home, 'trained.gguf');
    writeLora(file, NANO);
    const env = { DATABASE_URL: database.url, LACONIC_HOME: home.home };
    const added = await runLaconic(['adapters', 'add', file, '--base', 'reference-nano', '--name', 'mine'], env);
    expect(added).toMatchObject({ code: 0 });
    const model = { base: 'reference-nano', adapters: [{ name: 'mine', scale: 0.5 }] };
    const adapted = { name: 'adapted', technique: 'baseline', model };
    const arms = [{ name: 'baseline', technique: 'baseline' }, adapted];
    const { status, body } = await service.startRun(smallSuite({ name: 'adapted', arms }));
    expect(status).toBe(202);
    expect(await service.until(body.id, ended)).toMatchObject({ status: 'completed' });
    const result = await service.get<RunResult>(`/api/v1/runs/${body.id}/result`);
    expect(resultProblems(result.body)).toEqual([]);
    expect(result.body.run.provenance.models[0]?.adapters).toEqual([
      { name: 'mine', sha256: JSON.parse(added.stdout).sha256, scale: 0.5 },
    ]);
    const unknown = await service.startRun(smallSuite({ model: { ...model, adapters: [{ name: 'mien' }] } }));
    expect(unknown).toMatchObject({ status: 422, body: { code: 'model-unknown', hint: 'Did you mean mine?' } });
  });

  it('gives the result of a finished run as CONTRACT asks', async () => {
    const { status, body } = await service.get(`/api/v1/runs/${run.id}/result`);
    expect(status).toBe(200);
    expect(resultProblems(body)).toEqual([]);
    expect(body).toMatchObject({
      run: { id: run.id, status: 'completed', provenance: { models: [{ alias: 'reference-nano' }] } },
      arms: [
        { name: 'baseline', overall: { samples: 6 } },
        { name: 'budget-16', overall: { samples: 6 } },
      ],
      comparisons: expect.arrayContaining([expect.objectContaining({ arm: 'budget-16', against: 'baseline' })]),
    });
  });

  it('gives every sample exactly once, page by page, in the order of samples.jsonl', async () => {
    const whole = (await service.get<Page>(`/api/v1/runs/${run.id}/samples`)).body;
    expect(whole).toMatchObject({ next: null });
    const paged: SampleRecord[] = [];
    let next: string | null = '';
    for (let pages = 0; next !== null; pages++) {
      expect(pages).toBeLessThan(3);
      const page: Page = (
        await service.get<Page>(`/api/v1/runs/${run.id}/samples?limit=5${next && `&after=${encodeURIComponent(next)}`}`)
      ).body;
      paged.push(...page.samples);
      next = page.next;
    }
    expect(paged).toHaveLength(12);
    expect(paged).toEqual(whole.samples);
    const keys = paged.map(({ arm, dataset, item, repeat }) => JSON.stringify([arm, dataset, item, repeat]));
    expect(keys).toEqual([...new Set(keys)].toSorted());
  });

  it('filters samples and refuses a cursor of its own making', async () => {
    const filtered = await service.get<Page>(`/api/v1/runs/${run.id}/samples?arm=budget-16&dataset=arithmetic`);
    expect(filtered.body.samples.map(({ arm, dataset }) => `${arm} ${dataset}`)).toEqual(
      Array.from({ length: 3 }, () => 'budget-16 arithmetic'),
    );
    const wrong = await service.get<Page>(`/api/v1/runs/${run.id}/samples?correct=false`);
    expect(wrong.body.samples.every(({ correct }) => !correct)).toBe(true);
    const invented = await service.get(`/api/v1/runs/${run.id}/samples?after=abc`);
    expect(invented).toMatchObject({ status: 422, body: { code: 'usage', where: 'after' } });
  });

  it('serves the report as one page under a policy that allows nothing from elsewhere', async () => {
    const { status, headers, body } = await service.get<string>(`/api/v1/runs/${run.id}/report`);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(body)?.[1] ?? '';
    expect(policy).toContain('default-src &#x27;none&#x27;');
    expect(policy).toMatch(/script-src &#x27;sha256-/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers.get('content-security-policy')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(body).toContain(run.id);
  });

  it('lists runs newest first, page by page', async () => {
    const { body } = await service.get<{ runs: RunBody[]; next: string | null }>('/api/v1/runs?limit=2');
    expect(body.runs).toHaveLength(2);
    const rest = await service.get<{ runs: RunBody[] }>(`/api/v1/runs?limit=200&after=${body.next}`);
    const ids = [...body.runs, ...rest.body.runs].map(({ id }) => id);
    const rows = await database.query<{ id: string }>('SELECT id FROM runs ORDER BY created_at DESC, id DESC');
    expect(ids).toEqual(rows.map(({ id }) => id));
    const small = await service.get<{ runs: RunBody[] }>('/api/v1/runs?suite=small&status=completed');
    expect(small.body.runs.map(({ id }) => id)).toEqual([run.id]);
  });

  it('lists models, data sets and techniques', async () => {
    const { models } = (await service.get<{ models: { alias: string }[] }>('/api/v1/models')).body;
    expect(models.map(({ alias }) => alias)).toEqual(expect.arrayContaining(['reference', 'reference-nano']));
    const { datasets } = (await service.get<{ datasets: { name: string }[] }>('/api/v1/datasets')).body;
    expect(datasets.map(({ name }) => name)).toEqual(expect.arrayContaining(['arithmetic', 'countdown']));
    const { techniques } = (await service.get<{ techniques: { name: string }[] }>('/api/v1/techniques')).body;
    expect(techniques.map(({ name }) => name)).toEqual(expect.arrayContaining(['baseline', 'nowait', 'budget']));
    // Where a file lies is not for clients.
    expect(JSON.stringify([models, datasets])).not.toMatch(/"\/|\.gguf|\.jsonl/);
  });

  it('reports health, readiness and metrics', async () => {
    expect(await service.get('/healthz')).toMatchObject({ status: 200, body: { status: 'alive' } });
    const ready = { status: 'ready', checks: { database: 'up', queue: 'up' } };
    expect(await service.get('/readyz')).toMatchObject({ status: 200, body: ready });
    const { headers, body } = await service.get<string>('/metrics');
    expect(headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const samples = [...body.matchAll(/^laconic_samples_total\{[^}]*\} (\d+)$/gm)].map(([, count]) => Number(count));
    expect(samples.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(12);
    expect(body).toContain('route="/api/v1/runs/:id"');
    expect(body).not.toContain(run.id);
  });

  it('serves the description of the API that is committed', async () => {
    const committed: unknown = JSON.parse(readFileSync(join(__dirname, '../../docs/openapi.json'), 'utf8'));
    expect((await service.get('/api/openapi.json')).body).toEqual(committed);
    expect((await service.get<string>('/api/docs')).body).toContain('swagger-ui');
  });
});
