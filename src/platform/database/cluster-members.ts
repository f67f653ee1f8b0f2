import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LaconicError } from '../../domain/index.js';

const LOCK_WAIT_MILLISECONDS = 60_000;

/**
 * Who uses the shared cluster: one file per process in a folder. A process that was killed leaves its file; the next
 * one that looks removes it. A process is named by its id and start time, so that a reused id is not mistaken for it.
 */
export class ClusterMembers {
  private readonly folder: string;
  private readonly own = processStamp(process.pid);

  constructor(private readonly base: string) {
    this.folder = join(base, 'members');
    mkdirSync(this.folder, { recursive: true });
  }

  join(): void {
    writeFileSync(join(this.folder, String(process.pid)), this.own);
  }

  leave(): void {
    rmSync(join(this.folder, String(process.pid)), { force: true });
  }

  /** Living members, this process included if it joined. */
  living(): number {
    const names = readdirSync(this.folder).filter((name) => /^\d+$/.test(name));
    return names.filter((name) => this.isLiving(name)).length;
  }

  /** Runs `work` while no other process of this machine does; a lock whose holder is gone is taken over. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const lock = join(this.base, 'cluster.lock');
    const deadline = Date.now() + LOCK_WAIT_MILLISECONDS;
    while (!takeLock(lock, this.own)) {
      if (Date.now() > deadline) {
        throw new LaconicError('database-unavailable', `Another process has held ${lock} for a minute.`, {
          hint: 'Wait for it to finish; if no Laconic process runs, delete the file.',
          where: lock,
        });
      }
      await sleep(50);
    }
    try {
      return await work();
    } finally {
      rmSync(lock, { force: true });
    }
  }

  private isLiving(name: string): boolean {
    const file = join(this.folder, name);
    const stamp = readOrNull(file);
    if (stamp !== null && stamp === processStamp(Number(name))) return true;
    rmSync(file, { force: true });
    return false;
  }
}

function takeLock(lock: string, owner: string): boolean {
  try {
    writeFileSync(lock, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = readOrNull(lock);
  // An empty file is a lock being taken at this moment.
  if (holder !== null && holder !== '' && holder !== processStamp(Number(holder.split(' ')[0]))) rmSync(lock, { force: true });
  return false;
}

/** `pid starttime` of a running process; a text that matches nothing when there is none. */
function processStamp(pid: number): string {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return `${pid} gone`;
  }
  // Linux: field 22 of /proc/<pid>/stat, counted behind the name in parentheses.
  const stat = readOrNull(`/proc/${pid}/stat`);
  const start = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return `${pid} ${start}`;
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
