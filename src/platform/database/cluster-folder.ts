import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { contentHash, LaconicError } from '../../domain/index.js';
import { closedFolder } from '../files/index.js';
import type { SystemUser } from './unprivileged-user.js';

/** Others may pass through, but not look around: what is secret inside has modes of its own. */
const PASSABLE = 0o711;
const LARGEST_LOG_BYTES = 4_000_000;

/** Line 4 of postmaster.pid is the port. */
const PORT_LINE = 3;

/** For homes that PostgreSQL's user cannot reach. */
const OPEN_PLACE = '/var/lib/laconic/homes';

/**
 * Where a home's clusters lie: in it, or, where root chose a home inside a closed folder, in a folder of its own that
 * PostgreSQL's unprivileged user can reach.
 */
export function clusterHome(home: string, user: SystemUser | null): string {
  const isClosed = user !== null && closedFolder(dirname(home)) !== null;
  return isClosed ? join(OPEN_PLACE, contentHash(home).slice(0, 12)) : home;
}

/**
 * The folder of one cluster: `data` (PostgreSQL's own), `password`, `postgres.log`, `members/` and `lock.<n>`.
 * `data` appears by a rename after everything else is there, so a first start that is killed leaves nothing half-made.
 */
export class ClusterFolder {
  readonly data: string;
  readonly log: string;
  private readonly passwordFile: string;

  /** `user` owns what PostgreSQL writes; null = the user of this process. */
  constructor(
    readonly base: string,
    private readonly user: SystemUser | null,
  ) {
    this.data = join(base, 'data');
    this.log = join(base, 'postgres.log');
    this.passwordFile = join(base, 'password');
  }

  /** Makes the folder; where PostgreSQL runs as another user, that user must be able to reach it. */
  prepare(home: string): void {
    const isNewHome = !existsSync(home);
    mkdirSync(this.base, { recursive: true });
    if (!this.user) return;
    chmodSync(this.base, PASSABLE);
    if (isNewHome || closedFolder(home) === home) chmodSync(home, statSync(home).mode | PASSABLE);
    const closed = closedFolder(this.base);
    if (closed !== null) throw unreachable(this.base, closed, this.user);
  }

  exists(): boolean {
    return existsSync(join(this.data, 'PG_VERSION'));
  }

  /** An empty folder for initdb, and the file from which it reads the password. */
  beginCreation(password: string): { readonly data: string; readonly passwordFile: string } {
    for (const name of readdirSync(this.base).filter((each) => each.startsWith('data.new-'))) {
      rmSync(join(this.base, name), { recursive: true, force: true, maxRetries: 3 });
    }
    const folder = mkdtempSync(join(this.base, 'data.new-'));
    const made = { data: join(folder, 'data'), passwordFile: join(folder, 'password') };
    mkdirSync(made.data, { mode: 0o700 });
    writeFileSync(made.passwordFile, password, { mode: 0o600 });
    this.give(folder, made.data, made.passwordFile);
    return made;
  }

  finishCreation(made: { readonly data: string; readonly passwordFile: string }): void {
    const passwordForUs = `${this.passwordFile}.new`;
    writeFileSync(passwordForUs, readFileSync(made.passwordFile), { mode: 0o600 });
    renameSync(passwordForUs, this.passwordFile);
    renameSync(made.data, this.data);
    rmSync(join(made.passwordFile, '..'), { recursive: true });
  }

  password(): string {
    try {
      return readFileSync(this.passwordFile, 'utf8');
    } catch (cause) {
      throw new LaconicError(
        'database-unavailable',
        `The password of Laconic's database cannot be read: ${(cause as Error).message}`,
        {
          hint: `Use the account that created it, or another LACONIC_HOME. If ${this.passwordFile} was deleted, the data in ${this.base} can be opened only by PostgreSQL's administrator.`,
          where: this.passwordFile,
          cause,
        },
      );
    }
  }

  /** Port of the server that runs, or last ran, on this folder; null when it was stopped in order. */
  port(): number | null {
    const text = readOrEmpty(join(this.data, 'postmaster.pid'));
    const port = Number(text.split('\n')[PORT_LINE]);
    return Number.isInteger(port) && port > 0 ? port : null;
  }

  /** The log, writable by PostgreSQL and not without bounds; returns its length. */
  openLog(): number {
    if (existsSync(this.log) && statSync(this.log).size > LARGEST_LOG_BYTES) renameSync(this.log, `${this.log}.old`);
    if (!existsSync(this.log)) writeFileSync(this.log, '', { mode: 0o600 });
    this.give(this.log);
    return statSync(this.log).size;
  }

  logSince(length: number): string {
    return Buffer.from(readOrEmpty(this.log), 'utf8').subarray(length).toString('utf8');
  }

  private give(...paths: readonly string[]): void {
    if (this.user) for (const path of paths) chownSync(path, this.user.uid, this.user.gid);
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function unreachable(base: string, closed: string, user: SystemUser): LaconicError {
  return new LaconicError(
    'database-unavailable',
    `PostgreSQL refuses to run as root; the user ${user.name} cannot reach ${base}, because ${closed} is closed to others.`,
    {
      hint: `Set LACONIC_HOME to a folder outside ${closed} (the default is /var/lib/laconic), or set DATABASE_URL.`,
      where: closed,
    },
  );
}
