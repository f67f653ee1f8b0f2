import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { runLaconic, temporaryHome } from '../support/laconic-process.js';
import { ended, ServiceProcess } from '../support/service-process.js';
import { smallSuite } from '../support/suites.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

const installed = spawnSync('redis-server', ['--version']).status === 0;
if (!installed) console.warn('Skipped: no redis-server on this machine, so a queue in Redis is not run.');
const describeWithRedis = installed ? describe : describe.skip;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a queue in Redis', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await startTestDatabase();
  });
  afterAll(async () => {
    await database.stop();
  });

  it('is missed at the start with a clear message when nothing answers at REDIS_URL', async () => {
    const { home, remove } = await temporaryHome();
    const { code, stdout, stderr } = await runLaconic(['serve', '--port', '0'], {
      LACONIC_HOME: home,
      DATABASE_URL: database.url,
      REDIS_URL: 'redis://:sesame@127.0.0.1:1',
    });
    await remove();
    expect(code).toBe(1);
    expect(stderr).toContain('Redis cannot be reached: connect ECONNREFUSED 127.0.0.1:1');
    expect(stderr).toContain('unset REDIS_URL');
    expect(stdout + stderr).not.toContain('sesame');
  });

  describeWithRedis('that runs', () => {
    it('carries a run, and its loss shows in readiness and does not keep the service from stopping', async () => {
      const port = await freePort();
      const redis: ChildProcess = spawn(
        'redis-server',
        ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', '/'],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      await new Promise<void>((resolve) => {
        redis.stdout?.on('data', (text: Buffer) => text.includes('Ready to accept connections') && resolve());
      });
      const gone = new Promise<void>((resolve) => redis.once('exit', () => resolve()));
      const service = await ServiceProcess.start({
        DATABASE_URL: database.url,
        REDIS_URL: `redis://127.0.0.1:${port}`,
      });
      try {
        const { id } = (await service.startRun(smallSuite())).body;
        expect(await service.until(id, ended)).toMatchObject({ status: 'completed', progress: { done: 12 } });
        expect(await service.get('/readyz')).toMatchObject({ status: 200, body: { checks: { queue: 'up' } } });
        redis.kill('SIGKILL');
        await gone;
        expect(await service.get('/readyz')).toMatchObject({ status: 503, body: { checks: { queue: 'down' } } });
        expect(await service.get('/healthz')).toMatchObject({ status: 200 });
      } finally {
        redis.kill('SIGKILL');
      }
      expect(await service.stop('SIGTERM')).toMatchObject({ code: 0 });
    });
  });
});
