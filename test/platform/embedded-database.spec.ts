import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { EmbeddedCluster } from '../../src/platform/database/embedded-cluster.js';
import { ensureDatabase } from '../../src/platform/database/index.js';
import { findPostgres, systemPostgres, type PostgresBinaries } from '../../src/platform/database/postgres-binaries.js';
import { ClusterUser } from './child.js';

const binaries = findPostgres(() => {});
const system = systemPostgres();
if (!system) console.warn("Skipped: no system PostgreSQL server, so the fallback to the system's binaries is not run.");

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query('SELECT 1')).rowCount === 1;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => null);
  }
}

async function rows(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

describe('the embedded database', () => {
  let home: string;
  let base: string;
  const children: ClusterUser[] = [];
  const user = (): ClusterUser => {
    const child = new ClusterUser(home);
    children.push(child);
    return child;
  };

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'laconic-cluster-'));
    await chmod(home, 0o755);
    base = join(home, `postgres-${binaries.major}`);
  });

  /** Stops what a failed test left. */
  afterEach(async () => {
    for (const child of children.splice(0)) await child.kill();
    if (existsSync(join(base, 'data', 'postmaster.pid'))) {
      const last = new EmbeddedCluster(home, binaries, () => {});
      await last.acquire().catch(() => null);
      await last.release();
    }
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });

  it('is created once, shared and stopped by the last when three processes start together', async () => {
    const users = [user(), user(), user()];
    const urls = await Promise.all(users.map((each) => each.url()));
    expect(new Set(urls).size).toBe(1);
    const logs = users.map((each) => each.output).join('');
    expect(logs.match(/creating a PostgreSQL/g)).toHaveLength(1);
    expect(logs.match(/starting PostgreSQL/g)).toHaveLength(1);
    const url = urls[0] as string;
    await users[0]?.leave();
    await users[2]?.leave();
    expect(await answers(url)).toBe(true);
    await users[1]?.leave();
    expect(await answers(url)).toBe(false);
    expect(readdirSync(join(base, 'members'))).toEqual([]);
  });

  it('adopts the server that killed processes left, keeps its rows, and stops it at the end', async () => {
    const victims = [user(), user()];
    const url = await (victims[0] as ClusterUser).url();
    await victims[1]?.url();
    await rows(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    for (const victim of victims) await victim.kill();
    expect(await answers(url)).toBe(true);
    expect(readdirSync(join(base, 'members'))).toHaveLength(2);

    const heir = user();
    expect(await heir.url()).toBe(url);
    expect(heir.output).not.toContain('starting');
    expect(await rows(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await heir.leave();
    expect(await answers(url)).toBe(false);
    expect(readdirSync(join(base, 'members'))).toEqual([]);
  });

  it('recovers every committed row when the server itself was killed', async () => {
    const first = user();
    const url = await first.url();
    await rows(url, 'CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n');
    const postmaster = Number(readFileSync(join(base, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(postmaster, 'SIGKILL');
    await first.kill();
    const second = user();
    expect(await rows(await second.url(), 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 1000 }]);
    await second.leave();
  });

  it('takes over the lock, and starts anew, when the process that was creating the cluster is killed', async () => {
    const victim = user();
    await victim.first(/creating/);
    await sleep(150);
    await victim.kill();
    const next = user();
    expect(await answers(await next.url())).toBe(true);
    await next.leave();
    expect(readdirSync(base).filter((name) => name.startsWith('lock.'))).toHaveLength(1);
  });

  it('starts although the pid file names a living process that is no server', async () => {
    const first = user();
    await first.url();
    await first.leave();
    const stale = [String(process.pid), join(base, 'data'), '1', '1', '', '127.0.0.1', '0', 'ready'];
    writeFileSync(join(base, 'data', 'postmaster.pid'), `${stale.join('\n')}\n`);
    const next = user();
    const outcome = await next.first(/^(?:url|error): (.*)$/m);
    // As root the named process belongs to another user, and PostgreSQL knows that it is none of its own.
    const started = process.getuid?.() === 0;
    const refused = expect.stringMatching(/database-unavailable|PostgreSQL did not start/) as string;
    expect(started ? await answers(outcome) : outcome).toEqual(started ? true : refused);
    await next.leave();
  }, 30_000);

  it('keeps its password to itself and listens on loopback only', async () => {
    const child = user();
    const url = await child.url();
    expect(statSync(join(base, 'password')).mode & 0o777).toBe(0o600);
    expect(statSync(join(base, 'data')).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(base, 'password'), 'utf8')).toHaveLength(32);
    expect(await answers(url.replace(/:[^:@]+@/, ':guess@'))).toBe(false);
    const settings = await rows(
      url,
      `SELECT name, setting FROM pg_settings WHERE name IN ('listen_addresses', 'unix_socket_directories', 'fsync', 'synchronous_commit') ORDER BY name`,
    );
    expect(settings.map(({ setting }) => setting)).toEqual(['on', '127.0.0.1', 'on', '']);
    await child.leave();
  });

  it('says what failed, with the end of the log and a hint, when the server cannot start', async () => {
    const first = user();
    await first.url();
    await first.leave();
    writeFileSync(join(base, 'data', 'postgresql.auto.conf'), "shared_buffers = 'nonsense'\n");
    await expect(ensureDatabase({ databaseUrl: null, home }, () => {})).rejects.toMatchObject({
      code: 'database-unavailable',
      message: expect.stringContaining('shared_buffers'),
      hint: expect.stringContaining('DATABASE_URL'),
      where: base,
    });
    writeFileSync(join(base, 'data', 'postgresql.auto.conf'), '');
  });

  it('says that its folder cannot be made when a file is in the way', async () => {
    writeFileSync(join(home, 'file'), '');
    await expect(ensureDatabase({ databaseUrl: null, home: join(home, 'file') }, () => {})).rejects.toMatchObject({
      code: 'database-unavailable',
      hint: expect.stringContaining('LACONIC_HOME'),
    });
  });

  it('lets PostgreSQL’s user into a home that is closed to others, and nobody else', async () => {
    const closed = join(home, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const cluster = new EmbeddedCluster(closed, binaries, () => {});
    expect(await answers(await cluster.acquire())).toBe(true);
    await cluster.release();
    expect(statSync(closed).mode & 0o066).toBe(0);
  });

  it('leaves DATABASE_URL to its owner', async () => {
    const database = await ensureDatabase({ databaseUrl: 'postgres://u:p@db/x', home }, () => {});
    expect(database).toMatchObject({ kind: 'external', url: 'postgres://u:p@db/x' });
    await database.release();
    expect(readdirSync(home)).toEqual([]);
  });

  const whereInstalled = system ? describe : describe.skip;
  whereInstalled('from the system', () => {
    it('runs on the system’s binaries in a folder of their major version', async () => {
      const { major } = system as PostgresBinaries;
      const cluster = new EmbeddedCluster(home, system as PostgresBinaries, () => {});
      const url = await cluster.acquire();
      const [row] = await rows(url, `SELECT current_setting('server_version_num')::int / 10000 AS major`);
      expect(row).toEqual({ major });
      await cluster.release();
      expect(readdirSync(home)).toContain(`postgres-${major}`);
      expect(await answers(url)).toBe(false);
    });
  });
});
