import { createServer } from 'node:net';
import { runLaconic, temporaryHome } from '../support/laconic-process.js';
import { ServiceProcess } from '../support/service-process.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

const PASSWORD = 'open-sesame-417';

describe('the serving process', () => {
  let database: TestDatabase;
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  let env: Record<string, string>;
  beforeAll(async () => {
    database = await startTestDatabase();
    home = await temporaryHome();
    await database.query(`CREATE ROLE keeper LOGIN SUPERUSER PASSWORD '${PASSWORD}'`);
    const url = new URL(database.url);
    url.username = 'keeper';
    url.password = PASSWORD;
    env = { LACONIC_HOME: home.home, DATABASE_URL: url.href, LACONIC_LOG_LEVEL: 'debug' };
  });
  afterAll(async () => {
    await database.stop();
    await home.remove();
  });

  it('refuses to listen where others reach it as long as there is no key', async () => {
    const { code, stderr } = await runLaconic(['serve', '--port', '0', '--workers', '0'], {
      ...env,
      LACONIC_HOST: '0.0.0.0',
    });
    expect(code).not.toBe(0);
    expect(stderr).toContain('will not listen on 0.0.0.0 without API keys');
    expect(stderr).toContain('laconic keys add');
    expect(stderr).not.toContain('listening on');
  });

  it('says which port is taken and what to do', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const { port } = other.address() as { port: number };
    const { code, stderr } = await runLaconic(['serve', '--port', String(port), '--workers', '0'], env);
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${port} on 127.0.0.1 is taken.`);
    expect(stderr).not.toMatch(/\bat \S+ \(/);
  });

  it('says that the database cannot be reached, without its password', async () => {
    const { code, stdout, stderr } = await runLaconic(['serve', '--port', '0'], {
      ...env,
      DATABASE_URL: `postgres://keeper:${PASSWORD}@127.0.0.1:1/laconic`,
    });
    expect(code).toBe(1);
    expect(stderr).toContain('The database cannot be used: connect ECONNREFUSED 127.0.0.1:1');
    expect(stderr).toContain('DATABASE_URL');
    expect(stdout + stderr).not.toContain(PASSWORD);
  });

  it('logs neither API keys nor the password of the database, not even at debug and when something fails', async () => {
    const added = await runLaconic(['keys', 'add', 'ci', '--scopes', 'read,run'], env);
    const secret = added.stdout.trim();
    expect(secret).toMatch(/^lac_[\w-]{43}$/);
    expect(added.stderr).not.toContain(secret);
    expect((await runLaconic(['keys', 'ls'], env)).stdout).not.toContain(secret);

    const service = await ServiceProcess.start({ ...env, LACONIC_HOST: '0.0.0.0' }, ['--workers', '0']);
    const url = service.url.replace('0.0.0.0', '127.0.0.1');
    const statuses: number[] = [];
    const ask = async (headers: Record<string, string>): Promise<void> => {
      const response = await fetch(`${url}/api/v1/runs`, { headers });
      statuses.push(response.status);
      expect(await response.text()).not.toContain(PASSWORD);
    };
    await ask({});
    await ask({ Authorization: `Bearer ${secret}` });
    await ask({ 'X-API-Key': `${secret}x` });
    await database.query('ALTER TABLE samples RENAME TO hidden');
    await ask({ 'X-API-Key': secret });
    await database.query('ALTER TABLE hidden RENAME TO samples');
    const { stdout, stderr } = await service.stop();
    expect(statuses).toEqual([401, 200, 401, 500]);
    expect(stderr).toContain('"statusCode":500');
    expect(stdout + stderr).not.toContain(secret);
    expect(stdout + stderr).not.toContain(PASSWORD);
  });
});
