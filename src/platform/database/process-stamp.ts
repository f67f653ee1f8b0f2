import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * `pid starttime` of a running process, null where there is none. The start time tells a process from a later one
 * that got the same id.
 */
export function processStamp(pid: number): string | null {
  if (!isRunning(pid)) return null;
  const start = process.platform === 'linux' ? startTicks(pid) : startText(pid);
  return start === null ? null : `${pid} ${start}`;
}

/** Whether the process that wrote the stamp still runs. */
export function isLivingStamp(stamp: string): boolean {
  const pid = Number(stamp.split(' ')[0]);
  return Number.isSafeInteger(pid) && pid > 0 && processStamp(pid) === stamp;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/<pid>/stat, counted behind the name in parentheses; a zombie (field 3) counts as gone. */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function startText(pid: number): string | null {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}
