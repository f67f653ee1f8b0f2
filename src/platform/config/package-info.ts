import { execFileSync, type ExecFileSyncOptionsWithStringEncoding } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MachineProvenance } from '../../domain/index.js';

/** Absolute path inside the installed package, the same from dist/ and from src/. */
export function packagePath(...parts: readonly string[]): string {
  return join(packageRoot(), ...parts);
}

export function packageVersion(): string {
  const parsed = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };
  return parsed.version;
}

/** Null where the package was not installed from a git checkout. */
export function gitCommit(): string | null {
  try {
    const options: ExecFileSyncOptionsWithStringEncoding = {
      cwd: packageRoot(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    };
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], options).trim();
    const dirty = execFileSync('git', ['status', '--porcelain', '--untracked-files=no'], options).trim() !== '';
    return dirty ? `${commit}-dirty` : commit;
  } catch {
    return null;
  }
}

export function machineProvenance(): MachineProvenance {
  const processors = cpus();
  return { cpu: processors[0]?.model.trim() ?? 'unknown', cores: processors.length, memoryBytes: totalmem() };
}

function packageRoot(): string {
  return join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
}
