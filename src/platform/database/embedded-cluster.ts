import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { LaconicError } from '../../domain/index.js';
import { ClusterMembers } from './cluster-members.js';
import { findPostgres, isReachableByOthers, reachableBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { unprivilegedUser, type SystemUser } from './unprivileged-user.js';

const run = promisify(execFile);

export type DatabaseLog = (line: string) => void;

interface Connection {
  readonly port: number;
  readonly password: string;
}

/**
 * A real PostgreSQL of Laconic's own, shared by all its processes on the machine: the first starts it, the last stops
 * it. It listens on loopback only, under a password that only its files hold.
 */
export class EmbeddedCluster {
  private readonly base: string;
  private readonly members: ClusterMembers;
  private readonly binaries: PostgresBinaries;
  private readonly user: SystemUser | null;

  constructor(
    home: string,
    private readonly log: DatabaseLog,
  ) {
    const found = findPostgres();
    this.user = unprivilegedUser();
    this.base = join(home, `postgres-${found.major}`);
    mkdirSync(this.base, { recursive: true });
    if (this.user && !isReachableByOthers(this.base)) throw unreachable(this.base, this.user);
    this.binaries = this.user ? reachableBinaries(found, this.base) : found;
    this.members = new ClusterMembers(this.base);
  }

  get kind(): PostgresBinaries['kind'] {
    return this.binaries.kind;
  }

  /** Joins the cluster, starting (and on first use creating) it where needed; returns its URL. */
  async acquire(): Promise<string> {
    return this.members.exclusively(async () => {
      this.members.join();
      try {
        const known = this.readConnection();
        if (known && (await this.answers(known))) return urlOf(known);
        if (!existsSync(join(this.data, 'PG_VERSION'))) await this.create();
        return urlOf(await this.start());
      } catch (error) {
        this.members.leave();
        throw error;
      }
    });
  }

  /** Leaves; the last one stops the server. */
  async release(): Promise<void> {
    await this.members.exclusively(async () => {
      this.members.leave();
      if (this.members.living() > 0) return;
      await this.pgCtl(['stop', '-m', 'fast', '-w', '-t', '60']).catch((error: unknown) => {
        this.log(`database: stopping failed: ${(error as Error).message.split('\n')[0]}`);
      });
    });
  }

  private get data(): string {
    return join(this.base, 'data');
  }

  private get logFile(): string {
    return join(this.base, 'postgres.log');
  }

  private async create(): Promise<void> {
    this.log(`database: creating a PostgreSQL ${this.binaries.major} cluster (first use)`);
    const password = randomBytes(24).toString('base64url');
    const passwordFile = join(this.base, 'password');
    writeFileSync(passwordFile, password, { mode: 0o600 });
    mkdirSync(this.data, { recursive: true, mode: 0o700 });
    writeFileSync(this.logFile, '', { mode: 0o600 });
    this.give(passwordFile, this.data, this.logFile);
    const options = ['-D', this.data, '-U', 'laconic', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
    try {
      await this.exec('initdb', [...options, '-E', 'UTF8', '--locale=C', '--no-instructions']);
    } catch (error) {
      throw unavailable('PostgreSQL could not create its data folder', (error as Error).message, this.base);
    }
    this.writeConnection({ port: 0, password });
  }

  private async start(): Promise<Connection> {
    const password = this.readConnection()?.password;
    if (password === undefined) throw unavailable('The cluster has lost its password', 'connection.json is missing', this.base);
    // A cluster that runs but does not answer (its port file is stale) is stopped first.
    await this.pgCtl(['stop', '-m', 'fast', '-w', '-t', '30']).catch(() => null);
    this.log(`database: starting PostgreSQL ${this.binaries.major} (${this.binaries.kind})`);
    const connection = { port: await freePort(), password };
    const settings = ['-p', String(connection.port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'max_connections=200'];
    try {
      await this.pgCtl(['start', '-w', '-t', '60', '-l', this.logFile, '-o', settings.map((part) => `'${part}'`).join(' ')]);
    } catch (error) {
      throw unavailable('PostgreSQL did not start', this.lastLogLines() || (error as Error).message, this.base);
    }
    this.writeConnection(connection);
    if (!(await this.answers(connection))) throw unavailable('PostgreSQL does not answer', this.lastLogLines(), this.base);
    return connection;
  }

  /** A real connect, and the database exists. */
  private async answers(connection: Connection): Promise<boolean> {
    const client = new pg.Client({ connectionString: urlOf(connection, 'postgres'), connectionTimeoutMillis: 5000 });
    try {
      await client.connect();
      const { rowCount } = await client.query(`SELECT 1 FROM pg_database WHERE datname = 'laconic'`);
      if (rowCount === 0) await client.query('CREATE DATABASE laconic');
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => null);
    }
  }

  private readConnection(): Connection | null {
    const file = join(this.base, 'connection.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Connection) : null;
  }

  private writeConnection(connection: Connection): void {
    const file = join(this.base, 'connection.json');
    writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
    chmodSync(file, 0o600);
  }

  private lastLogLines(): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-5).join('\n') : '';
  }

  private async pgCtl(args: readonly string[]): Promise<void> {
    await this.exec('pg_ctl', [...args, '-D', this.data]);
  }

  private async exec(tool: string, args: readonly string[]): Promise<void> {
    const identity = this.user ? { uid: this.user.uid, gid: this.user.gid } : {};
    await run(join(this.binaries.bin, tool), args, { cwd: '/', ...identity });
  }

  private give(...paths: readonly string[]): void {
    if (this.user) for (const path of paths) chownSync(path, this.user.uid, this.user.gid);
  }
}

function urlOf(connection: Connection, database = 'laconic'): string {
  return `postgres://laconic:${connection.password}@127.0.0.1:${connection.port}/${database}`;
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

function unavailable(what: string, detail: string, where: string): LaconicError {
  return new LaconicError('database-unavailable', `${what}: ${detail}`, {
    hint: 'Free disk space or repair the folder, or set DATABASE_URL to a PostgreSQL of your own.',
    where,
  });
}

function unreachable(base: string, user: SystemUser): LaconicError {
  return new LaconicError('database-unavailable', `PostgreSQL must run as ${user.name}, who cannot reach ${base}.`, {
    hint: 'Set LACONIC_HOME to a folder whose parents are open to others (mode 755), or set DATABASE_URL.',
    where: base,
  });
}
