import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Compiled command line; `npm test` builds it first. */
const CLI = join(__dirname, '..', '..', 'dist', 'cli.js');

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** What was written so far. */
  readonly output: () => { stdout: string; stderr: string };
  /** Resolves when `text` has appeared on stderr or stdout; rejects when the process ends before. */
  readonly saw: (text: string | RegExp) => Promise<void>;
  readonly finished: Promise<Finished>;
}

/** A LACONIC_HOME of its own that PostgreSQL's unprivileged user can reach. */
export async function temporaryHome(): Promise<{ home: string; remove: () => Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'laconic-test-'));
  await chmod(home, 0o755);
  return { home, remove: async () => rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) };
}

/** Starts `laconic …` as a user would, in a process group of its own; `before` is a line of shell, such as a limit. */
export function startLaconic(args: readonly string[], env: Readonly<Record<string, string>>, before?: string): Running {
  const command = [process.execPath, CLI, ...args];
  const [program, ...rest] = (
    before === undefined ? command : ['sh', '-c', `${before} && exec "$@"`, 'sh', ...command]
  ) as [string, ...string[]];
  const child = spawn(program, rest, {
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    notify();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    notify();
  });
  const finished = new Promise<Finished>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const saw = async (text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const all = `${stdout}\n${stderr}`;
        if (typeof text === 'string' ? !all.includes(text) : !text.test(all)) return;
        listeners.delete(check);
        resolve();
      };
      listeners.add(check);
      void finished.then(() => reject(new Error(`ended before ${String(text)}:\n${stdout}\n${stderr}`)));
      check();
    });
  return { child, output: () => ({ stdout, stderr }), saw, finished };
}

export async function runLaconic(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Finished> {
  return startLaconic(args, env).finished;
}

/** kill -9 for the process and everything it started but the database, which survives a crash of its users. */
export function killGroup(running: Running): void {
  if (running.child.pid !== undefined) process.kill(-running.child.pid, 'SIGKILL');
}
