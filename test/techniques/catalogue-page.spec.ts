import request from 'supertest';
import { techniqueEntry, TECHNIQUES } from '../../src/domain/index.js';
import { renderCatalogue } from '../../src/reporting/index.js';
import { startHttpApplication, type TestApplication } from '../support/http-application.js';
import { problemOf } from '../support/problem.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('the catalogue over HTTP', () => {
  let database: TestDatabase;
  let service: TestApplication;
  const get = (path: string): request.Test =>
    request(service.app.getHttpServer()).get(path).set('Host', 'localhost:3000');
  beforeAll(async () => {
    database = await startTestDatabase();
    service = await startHttpApplication(database.url);
  });
  afterAll(async () => {
    await service?.stop();
    await database?.stop();
  });

  it('is an array of entries under /api/v1/techniques', async () => {
    const response = await get('/api/v1/techniques');
    expect(response.body).toEqual({ techniques: JSON.parse(JSON.stringify(TECHNIQUES)) });
  });

  it('is a page under /techniques, with the policy that the page names itself', async () => {
    const response = await get('/techniques');
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toMatch(/^text\/html/);
    expect(response.headers['content-security-policy']).toBeUndefined();
    expect(response.text).toBe(renderCatalogue(TECHNIQUES));
  });

  it('has a page for each technique, and a problem for a name that is none', async () => {
    const page = await get('/techniques/lc-prompt');
    expect(page.text).toBe(renderCatalogue([techniqueEntry('lc-prompt')]));
    const problem = problemOf(await get('/techniques/lc-promt'));
    expect(problem).toMatchObject({ code: 'unknown-technique' });
    expect(JSON.stringify(problem)).toContain('Did you mean lc-prompt?');
  });
});
