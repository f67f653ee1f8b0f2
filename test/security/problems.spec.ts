import request from 'supertest';
import { startHttpApplication, type TestApplication } from '../support/http-application.js';
import { problemOf } from '../support/problem.js';
import { smallSuite } from '../support/suites.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('errors over REST', () => {
  let database: TestDatabase;
  let service: TestApplication;
  const client = (): ReturnType<typeof request> => request(service.app.getHttpServer());

  beforeAll(async () => {
    database = await startTestDatabase();
    service = await startHttpApplication(database.url);
  });
  afterAll(async () => {
    await service.stop();
    await database.stop();
  });

  it.each([
    ['/api/v1/nothing', 404, 'not-found'],
    ['/api/v1/runs/0123456789ab', 404, 'run-unknown'],
    ['/api/v1/runs/0123456789ab/events', 404, 'run-unknown'],
    ['/api/v1/runs/0123456789ab/result', 404, 'run-unknown'],
    ['/api/v1/runs/0123456789ab/samples', 404, 'run-unknown'],
    ['/api/v1/runs/0123456789ab/report', 404, 'run-unknown'],
    ['/api/v1/comparisons?a=0123456789ab', 404, 'run-unknown'],
    ['/api/v1/comparisons/report?a=0123456789ab&b=ba9876543210', 404, 'run-unknown'],
    ['/api/v1/comparisons', 422, 'usage'],
    ['/api/v1/comparisons?a=:nowait', 422, 'usage'],
    ['/api/v1/comparisons?a=0123456789ab&items=some', 422, 'usage'],
    ['/api/v1/comparisons?a=%00', 422, 'usage'],
    ["/api/v1/runs/'%20OR%20true--", 422, 'usage'],
    ['/api/v1/runs/%00/result', 422, 'usage'],
    ['/api/v1/runs?suite=a%00b', 422, 'usage'],
    ['/api/v1/runs?limit=0', 422, 'usage'],
    ['/api/v1/runs?limit=many', 422, 'usage'],
    ['/api/v1/runs?status=asleep', 422, 'usage'],
    ['/api/v1/runs?colour=red', 422, 'usage'],
    ['/api/v1/runs/%E0%A4%A', 400, 'usage'],
  ])('says what is wrong with GET %s', async (url, status, code) => {
    expect(problemOf(await client().get(url))).toMatchObject({ status, code });
  });

  it.each([
    ['{"suite": ', 'application/json', 400],
    ['"text"', 'application/json', 400],
    ['[]', 'application/json', 422],
    ['', 'application/json', 422],
    ['name: x', 'application/yaml', 422],
    ['{}', 'application/json; charset=klingon', 415],
    ['{"__proto__":{"suite":{}}}', 'application/json', 422],
  ])('says what is wrong with the body %.30s as %s', async (body, type, status) => {
    const response = await client().post('/api/v1/runs').set('Content-Type', type).send(body);
    expect(problemOf(response)).toMatchObject({ status, code: 'usage' });
  });

  it.each([
    ['a model', { model: { path: '/etc/passwd' } }],
    ['a missing model', { model: { path: '/nowhere/model.gguf' } }],
    ['a data set', { datasets: [{ path: '/etc/passwd', check: 'text' }] }],
    ['a named data set', { datasets: [{ name: 'mine', path: '/etc/passwd', check: 'text' }] }],
    ['an adapter', { model: { base: 'reference-nano', adapters: [{ path: '/etc/passwd' }] } }],
    ['the base of an adapter', { model: { base: { path: '/etc/passwd' }, adapters: [{ name: 'mine' }] } }],
    ["an arm's model", { arms: [{ name: 'a', technique: 'baseline', model: { path: '/etc/passwd' } }] }],
  ])('refuses %s by path instead of its alias', async (_what, changes) => {
    const response = await client()
      .post('/api/v1/runs')
      .send({ suite: smallSuite(changes) });
    const { text, ...problem } = problemOf(response);
    expect(problem).toMatchObject({ status: 422, code: 'suite-invalid' });
    // Whether there is such a file is nobody's business.
    expect(text).toContain('Paths are not accepted over REST.');
  });

  it.each([
    [{ model: { endpoint: 'http://169.254.169.254/v1', name: 'x' } }, 'suite-invalid'],
    [{ model: '../../../etc/passwd' }, 'model-unknown'],
    [{ model: { base: 'reference-nano', adapters: [{ name: '../../../etc/passwd' }] } }, 'suite-invalid'],
    [{ datasets: [{ name: '../../../etc/passwd' }] }, 'suite-invalid'],
    [{ datasets: [{ name: 'aritmetic' }] }, 'dataset-unknown'],
    [{ against: 'nobody' }, 'suite-invalid'],
    [{ arms: [{ name: 'b', technique: 'budget', params: { tokens: 256 } }], against: 'b' }, 'suite-invalid'],
    [{ arms: [{ name: 'a', technique: 'budgte' }] }, 'suite-invalid'],
    [{ colour: 'red' }, 'suite-invalid'],
    [{ description: 'a\0b' }, 'usage'],
    [{ description: 'half a pair: \ud800' }, 'usage'],
  ])('refuses the suite with %j', async (changes, code) => {
    const response = await client()
      .post('/api/v1/runs')
      .send({ suite: smallSuite(changes) });
    expect(problemOf(response)).toMatchObject({ status: 422, code });
  });

  it('refuses a suite that is nested beyond reason', async () => {
    const body = `{"suite":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    const response = await client().post('/api/v1/runs').set('Content-Type', 'application/json').send(body);
    expect(problemOf(response)).toMatchObject({ status: 422, code: 'suite-invalid' });
  });

  it('names the nearest word for a typing mistake', async () => {
    const arms = [{ name: 'a', technique: 'budgte' }];
    const response = await client()
      .post('/api/v1/runs')
      .send({ suite: smallSuite({ arms }) });
    expect(JSON.stringify(response.body)).toContain('Did you mean budget?');
  });

  it('names every broken rule of a suite, as the command line does', async () => {
    const twice = { name: 'same', technique: 'baseline' };
    const response = await client()
      .post('/api/v1/runs')
      .send({ suite: smallSuite({ arms: [twice, twice], against: 'other' }) });
    problemOf(response);
    const { problems } = response.body as { problems: { key: string }[] };
    expect(problems.map(({ key }) => key)).toEqual(expect.arrayContaining(['against', 'arms.1', 'arms.1.name']));
  });

  it.each(['', 'k'.repeat(256), 'kl\u00fcssel'])('refuses the Idempotency-Key “%.10s”', async (key) => {
    const response = await client().post('/api/v1/runs').set('Idempotency-Key', key).send({ suite: smallSuite() });
    expect(problemOf(response)).toMatchObject({ status: 422, code: 'usage', where: 'Idempotency-Key' });
  });

  it('answers 409 as long as no worker has inspected the model', async () => {
    const response = await client().post('/api/v1/runs').send({ suite: smallSuite() });
    expect(problemOf(response)).toMatchObject({ status: 409, code: 'model-not-inspected', where: 'reference-nano' });
  });

  it('keeps its own failures to itself and gives an id to look them up with', async () => {
    await database.query('ALTER TABLE samples RENAME TO hidden');
    try {
      const response = await client().get('/api/v1/runs').set('X-Request-Id', 'my-request-7');
      expect(problemOf(response)).toMatchObject({ status: 500, code: 'internal' });
      expect(response.headers['x-request-id']).toBe('my-request-7');
    } finally {
      await database.query('ALTER TABLE hidden RENAME TO samples');
    }
    expect((await client().get('/api/v1/runs')).status).toBe(200);
  });
});
