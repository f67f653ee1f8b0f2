import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { LaconicError } from '../../domain/index.js';
import { ClusterFolder, clusterHome } from './cluster-folder.js';
import { ClusterMembers } from './cluster-members.js';
import { databaseError } from './database-errors.js';
import { reachableBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { ProcessLock } from './process-lock.js';
import { unprivilegedUser, type SystemUser } from './unprivileged-user.js';

const run = promisify(execFile);

export type DatabaseLog = (line: string) => void;

const USER = 'laconic';
const DATABASE = 'laconic';
/** Recovery after a crash may take this long; pg_ctl and the wait for a server that is starting use the same. */
const START_SECONDS = 300;
const LOCK_SECONDS = START_SECONDS + 60;
/** A server that is there but refuses connections this long is none: its pid file names somebody else's process. */
const REFUSED_MILLISECONDS = 5000;
const PORT_ATTEMPTS = 3;

/** Durability (fsync, synchronous_commit) stays at PostgreSQL's safe defaults. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
};

type Probe = 'answers' | 'starting' | 'refused';

/**
 * A real PostgreSQL of Laconic's own, shared by all its processes on the machine: the first starts it, the last stops
 * it. It listens on loopback only, under a random password that one file of mode 600 holds. A server left behind by
 * processes that were killed is found by its postmaster.pid and adopted once it answers to that password; one that
 * runs is never stopped while somebody may use it.
 */
export class EmbeddedCluster {
  private readonly user: SystemUser | null = unprivilegedUser();
  private readonly folder: ClusterFolder;
  private readonly members: ClusterMembers;
  private readonly lock: ProcessLock;
  private readonly home: string;
  private bin: string;
  private joined = false;

  constructor(
    home: string,
    private readonly binaries: PostgresBinaries,
    private readonly log: DatabaseLog,
  ) {
    this.home = clusterHome(home, this.user);
    this.folder = new ClusterFolder(join(this.home, `postgres-${binaries.major}`), this.user);
    this.members = new ClusterMembers(this.folder.base);
    this.bin = binaries.bin;
    this.lock = new ProcessLock(this.folder.base, {
      waitMilliseconds: LOCK_SECONDS * 1000,
      onWait: () => this.log('database: waiting for another Laconic process that is starting or stopping it'),
    });
  }

  /** Joins the cluster, starting (and on first use creating) it where needed; returns its URL. */
  async acquire(): Promise<string> {
    this.makeFolder();
    return this.lock.hold(async () => {
      this.members.join();
      try {
        this.bin = reachableBinaries(this.binaries, this.folder.base).bin;
        if (!this.folder.exists()) await this.create();
        const port = (await this.adopt()) ?? (await this.start());
        await this.createDatabase(port);
        this.joined = true;
        return this.url(port, DATABASE);
      } catch (error) {
        this.members.leave();
        throw error;
      }
    });
  }

  /** Leaves; the last one stops the server. */
  async release(): Promise<void> {
    if (!this.joined) return;
    this.joined = false;
    await this.lock.hold(async () => {
      this.members.leave();
      if (this.members.living() > 0 || !(await this.isRunning())) return;
      await this.pgCtl('stop', '-m', 'fast', '-w', '-t', '60').catch((error: unknown) => {
        this.log(`database: stopping failed: ${complaintOf(error)}`);
      });
    });
  }

  private makeFolder(): void {
    try {
      this.folder.prepare(this.home);
    } catch (cause) {
      if (cause instanceof LaconicError) throw cause;
      throw new LaconicError(
        'database-unavailable',
        `The database's folder cannot be made: ${(cause as Error).message}`,
        {
          hint: 'Set LACONIC_HOME to a folder that you may write, or set DATABASE_URL.',
          where: this.folder.base,
          cause,
        },
      );
    }
  }

  private async create(): Promise<void> {
    this.log(`database: creating a PostgreSQL ${this.binaries.major} cluster in ${this.folder.base} (first use)`);
    const made = this.folder.beginCreation(randomBytes(24).toString('base64url'));
    const access = ['-U', USER, '-A', 'scram-sha-256', `--pwfile=${made.passwordFile}`];
    try {
      await this.tool('initdb', ['-D', made.data, ...access, '-E', 'UTF8', '--locale=C', '--no-instructions']);
    } catch (error) {
      throw this.unavailable('PostgreSQL could not create its data folder', complaintOf(error));
    }
    this.folder.finishCreation(made);
  }

  /** The port of a server that already runs on the folder, once it answers; null when none does. */
  private async adopt(): Promise<number | null> {
    const begin = Date.now();
    let refusedSince = begin;
    while (Date.now() - begin < START_SECONDS * 1000) {
      const port = this.folder.port();
      const probe = port === null ? 'refused' : await this.probe(port);
      if (probe === 'answers') return port;
      if (probe === 'starting') refusedSince = Date.now();
      else if (!(await this.isRunning()) || Date.now() - refusedSince > REFUSED_MILLISECONDS) return null;
      await sleep(100);
    }
    throw this.unavailable('PostgreSQL runs but does not let anybody in', this.lastLines(0));
  }

  /** pg_ctl and PostgreSQL themselves refuse where another server runs on the folder. */
  private async start(): Promise<number> {
    this.log(`database: starting PostgreSQL ${this.binaries.major} (${this.binaries.kind})`);
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      const logLength = this.folder.openLog();
      const options = Object.entries(SETTINGS).map(([name, value]) => `-c '${name}=${value}'`);
      try {
        await this.pgCtl(
          'start',
          '-w',
          '-t',
          String(START_SECONDS),
          '-l',
          this.folder.log,
          '-o',
          `-p ${port} ${options.join(' ')}`,
        );
        return port;
      } catch (error) {
        const lines = this.lastLines(logLength);
        if (attempt < PORT_ATTEMPTS && lines.includes('Address already in use')) continue;
        throw this.unavailable('PostgreSQL did not start', lines || complaintOf(error));
      }
    }
  }

  private async probe(port: number): Promise<Probe> {
    try {
      await this.query(port, 'SELECT 1');
      return 'answers';
    } catch (error) {
      const { code } = error as { code?: string };
      // 57P03: starting up, recovering or shutting down.
      if (code === '57P03') return 'starting';
      // Other SQLSTATEs come from a server that is up: a wrong password, or no connection left.
      if (code !== undefined && /^(28|53)/.test(code)) throw databaseError(error);
      return 'refused';
    }
  }

  private async createDatabase(port: number): Promise<void> {
    const known = await this.query(port, `SELECT 1 FROM pg_database WHERE datname = '${DATABASE}'`);
    if (known === 0) await this.query(port, `CREATE DATABASE ${DATABASE}`);
  }

  /** Returns how many rows there were. */
  private async query(port: number, sql: string): Promise<number> {
    const client = new Client({ connectionString: this.url(port, 'postgres'), connectionTimeoutMillis: 10_000 });
    // A server that goes away while the client is idle must not end this process.
    client.on('error', () => {});
    try {
      await client.connect();
      return (await client.query(sql)).rowCount ?? 0;
    } finally {
      await client.end().catch(() => null);
    }
  }

  private async isRunning(): Promise<boolean> {
    return this.pgCtl('status').then(
      () => true,
      () => false,
    );
  }

  private url(port: number, database: string): string {
    return `postgres://${USER}:${this.folder.password()}@127.0.0.1:${port}/${database}`;
  }

  private lastLines(logLength: number): string {
    return this.folder.logSince(logLength).trimEnd().split('\n').slice(-5).join('\n');
  }

  private async pgCtl(...args: readonly string[]): Promise<void> {
    await this.tool('pg_ctl', [...args, '-D', this.folder.data]);
  }

  /** Without the caller's environment: PGDATA, PGOPTIONS and the like are not meant for this server. */
  private async tool(name: string, args: readonly string[]): Promise<void> {
    const identity = this.user ? { uid: this.user.uid, gid: this.user.gid } : {};
    await run(join(this.bin, name), args, { cwd: '/', env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' }, ...identity });
  }

  private unavailable(what: string, detail: string): LaconicError {
    return new LaconicError('database-unavailable', `${what}: ${detail}`, {
      hint: `Free disk space or repair the folder (log: ${this.folder.log}), or set DATABASE_URL to a PostgreSQL of your own.`,
      where: this.folder.base,
    });
  }
}

/** What a tool printed last. */
function complaintOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr || message).trim().split('\n').slice(-3).join('\n');
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
