import request from 'supertest';
import { TECHNIQUES } from '../../src/domain/index.js';
import { renderCatalogue } from '../../src/reporting/index.js';
import { startHttpApplication, type TestApplication } from '../support/http-application.js';
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
});
