import { createHash } from 'node:crypto';
import request from 'supertest';
import { ApiKeysService } from '../../src/platform/http/index.js';
import { startHttpApplication, type TestApplication } from '../support/http-application.js';
import { problemOf } from '../support/problem.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

const NO_RUN = '/api/v1/runs/0123456789ab';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(async () => {
  await database.stop();
});

describe('who may speak to the server', () => {
  let service: TestApplication;
  const client = (): ReturnType<typeof request> => request(service.app.getHttpServer());
  beforeAll(async () => {
    service = await startHttpApplication(database.url, { allowedHosts: ['laconic.example', '2001:db8::7'] });
  });
  afterAll(async () => {
    await service.stop();
  });

  it.each(['evil.example', 'evil.example:3000', '127.0.0.1.evil.example', 'localhost.evil.example', '0.0.0.0'])(
    'refuses the foreign host %s, also for reading',
    async (host) => {
      const response = await client().get('/api/v1/runs').set('Host', host);
      expect(problemOf(response)).toMatchObject({ status: 403, code: 'forbidden', where: 'Host' });
    },
  );

  it.each([
    'localhost',
    'localhost:3000',
    '127.0.0.1:3000',
    '[::1]:3000',
    'Laconic.Example:3000',
    '[2001:db8::7]:3000',
  ])('knows itself as %s', async (host) => {
    const response = await client().get('/api/v1/runs').set('Host', host);
    expect(response.status).toBe(200);
  });

  it.each(['https://evil.example', 'http://localhost:9999', 'http://localhost.evil.example:3000', 'null'])(
    'refuses a state change that a page of %s sends, and lets it read',
    async (origin) => {
      const change = await client().post(`${NO_RUN}/cancel`).set('Host', 'localhost:3000').set('Origin', origin);
      expect(problemOf(change)).toMatchObject({ status: 403, code: 'forbidden', where: 'Origin' });
      const read = await client().get('/api/v1/runs').set('Host', 'localhost:3000').set('Origin', origin);
      expect(read.status).toBe(200);
      // Without this header a browser shows the answer to nobody.
      expect(read.headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  it.each(['http://localhost:3000', undefined])('accepts a state change with the origin %s', async (origin) => {
    const change = client().post(`${NO_RUN}/cancel`).set('Host', 'localhost:3000');
    const response = await (origin === undefined ? change : change.set('Origin', origin));
    expect(problemOf(response)).toMatchObject({ status: 404, code: 'run-unknown' });
  });
});

describe('API keys', () => {
  let service: TestApplication;
  let keys: ApiKeysService;
  const secrets = { read: '', run: '', admin: '' };
  const client = (): ReturnType<typeof request> => request(service.app.getHttpServer());

  beforeAll(async () => {
    service = await startHttpApplication(database.url, { rateLimitPerMinute: 10_000 });
    keys = service.app.get(ApiKeysService, { strict: false });
    for (const scope of ['read', 'run', 'admin'] as const) secrets[scope] = (await keys.create(scope, [scope])).secret;
  });
  afterAll(async () => {
    await database.query('DELETE FROM api_keys');
    await service.stop();
  });

  it('stores the hash of a key and nothing that gives the key away', async () => {
    const rows = await database.query<{ key_hash: string; row: string }>(
      'SELECT key_hash, k::text AS row FROM api_keys k',
    );
    expect(rows).toHaveLength(3);
    for (const secret of Object.values(secrets)) {
      expect(rows.map((row) => row.key_hash)).toContain(createHash('sha256').update(secret).digest('hex'));
      const random = secret.slice('lac_'.length);
      expect(random).toMatch(/^[\w-]{43}$/);
      for (const { row } of rows) expect(row).not.toContain(random.slice(0, 8));
    }
  });

  it('needs a key on every route but the health checks once there is one', async () => {
    const open: string[] = [];
    const routes = routesOf(service);
    expect(routes.length).toBeGreaterThan(12);
    for (const [method, path] of routes) {
      const { status } = await client()[method](path.replace(':id', '0123456789ab'));
      if (status !== 401) open.push(`${method} ${path}`);
    }
    expect(open).toEqual(['get /healthz', 'get /readyz']);
  });

  it('lets a key with the scope read read everything and change nothing', async () => {
    for (const [method, path] of routesOf(service)) {
      const run = '0123456789ab';
      const named = path.includes('/comparisons') ? `${path}?a=${run}` : path.replace(':id', run);
      const anonymous = client()[method](named);
      const { status } = await anonymous.set(...withKey(secrets.read));
      const past = named.includes(run) ? 404 : 200;
      expect({ method, path, status }).toEqual({ method, path, status: method === 'get' ? past : 403 });
    }
  });

  it.each(['run', 'admin'] as const)('lets a key with the scope %s read, start, cancel and resume', async (scope) => {
    const read = await client()
      .get('/api/v1/runs')
      .set(...withKey(secrets[scope]));
    expect(read.status).toBe(200);
    const start = await client()
      .post('/api/v1/runs')
      .set(...withKey(secrets[scope]))
      .send({});
    expect(problemOf(start)).toMatchObject({ status: 422 });
    for (const change of ['cancel', 'resume']) {
      const response = await client()
        .post(`${NO_RUN}/${change}`)
        .set(...withKey(secrets[scope]));
      expect(problemOf(response)).toMatchObject({ status: 404, code: 'run-unknown' });
    }
  });

  it('takes the key from X-API-Key too, and from nowhere else', async () => {
    expect((await client().get('/api/v1/runs').set('X-API-Key', secrets.read)).status).toBe(200);
    for (const place of [`key=${secrets.read}`, `api_key=${secrets.read}`, `access_token=${secrets.read}`])
      expect((await client().get(`/api/v1/runs?${place}`)).status).toBe(401);
  });

  it.each(['', 'lac_', 'x'.repeat(5000), "lac_' OR true --"])('refuses the invented key “%.20s”', async (secret) => {
    const response = await client().get('/api/v1/runs').set('X-API-Key', secret);
    expect(problemOf(response)).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  it('refuses a revoked key with the next request', async () => {
    const { id, secret } = await keys.create('leaver', ['read']);
    expect(
      (
        await client()
          .get('/api/v1/runs')
          .set(...withKey(secret))
      ).status,
    ).toBe(200);
    await keys.revoke(id);
    expect(
      problemOf(
        await client()
          .get('/api/v1/runs')
          .set(...withKey(secret)),
      ).status,
    ).toBe(401);
  });
});

describe('limits', () => {
  let service: TestApplication;
  const client = (): ReturnType<typeof request> => request(service.app.getHttpServer());
  beforeAll(async () => {
    service = await startHttpApplication(database.url, { bodyLimitBytes: 2048, rateLimitPerMinute: 5 });
  });
  afterAll(async () => {
    await service.stop();
  });

  it('refuses a body above the limit', async () => {
    const response = await client()
      .post('/api/v1/runs')
      .send({ suite: 'x'.repeat(4096) });
    expect(problemOf(response)).toMatchObject({ status: 413, code: 'payload-too-large', where: 'body' });
    expect(response.text).toContain('LACONIC_BODY_LIMIT_BYTES');
  });

  it('refuses requests above the rate and says when to come back, but never a health check', async () => {
    const statuses: number[] = [];
    let last = await client().get('/api/v1/techniques');
    for (let i = 0; i < 6; i++) {
      statuses.push(last.status);
      last = await client().get('/api/v1/techniques');
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect(problemOf(last)).toMatchObject({ status: 429, code: 'rate-limited' });
    const seconds = Number(last.headers['retry-after']);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    for (let i = 0; i < 10; i++) expect((await client().get('/healthz')).status).toBe(200);
  });
});

function withKey(secret: string): [string, string] {
  return ['Authorization', `Bearer ${secret}`];
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

interface ExpressInternals {
  readonly router: {
    readonly stack: readonly { readonly route?: { readonly path: string; readonly methods: object } }[];
  };
}

/** Every route of a controller, as the router knows it. The description of the API is no secret, and no controller's. */
function routesOf(service: TestApplication): (readonly [Method, string])[] {
  const { router } = service.app.getHttpAdapter().getInstance() as unknown as ExpressInternals;
  return router.stack
    .flatMap(({ route }) =>
      Object.keys(route?.methods ?? {}).map((method) => [method as Method, route?.path ?? ''] as const),
    )
    .filter(([, path]) => !/^\/api\/(docs|openapi)|splat/.test(path));
}
