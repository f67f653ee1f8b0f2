import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { FINAL_STATUSES, LaconicError, type RunResult, type RunView, type SuiteInput } from '../../domain/index.js';
import { packagePath } from '../../platform/config/index.js';

const START_MS = 120_000;
const POLL_MS = 100;
/** Once the service listens, its worker still inspects the models. */
const CONFLICT = 409;

/** `laconic serve` in a process of its own, asked over HTTP as any client asks it. */
export class ServedLaconic {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(home: string): Promise<ServedLaconic> {
    const env = {
      ...process.env,
      LACONIC_HOME: home,
      LACONIC_LOG_LEVEL: 'error',
      LACONIC_RATE_LIMIT_PER_MINUTE: '1000000',
    };
    const { DATABASE_URL: _database, REDIS_URL: _redis, ...own } = env as NodeJS.ProcessEnv;
    const child = spawn(process.execPath, [packagePath('dist', 'cli.js'), 'serve', '--port', '0'], {
      env: own,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      return new ServedLaconic(child, await listeningAt(child));
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** Runs a suite to its end. */
  async run(suite: SuiteInput, signal: AbortSignal): Promise<RunResult> {
    const id = await this.begin(suite, signal);
    for (;;) {
      const view = await this.get<RunView>(`/api/v1/runs/${id}`);
      if (FINAL_STATUSES.some((status) => status === view.status)) break;
      await sleep(POLL_MS, undefined, { signal });
    }
    return this.get<RunResult>(`/api/v1/runs/${id}/result`);
  }

  async begin(suite: SuiteInput, signal: AbortSignal): Promise<string> {
    for (;;) {
      const response = await fetch(`${this.url}/api/v1/runs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ suite }),
      });
      const body = (await response.json()) as { id?: string; detail?: string };
      if (response.status !== CONFLICT && body.id !== undefined) return body.id;
      if (response.status !== CONFLICT) throw unexpected(`POST /runs: ${response.status} ${body.detail ?? ''}`);
      await sleep(POLL_MS, undefined, { signal });
    }
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}${path}`);
    if (!response.ok) throw unexpected(`GET ${path}: ${response.status}`);
    return (await response.json()) as T;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    this.child.kill('SIGTERM');
    await gone;
  }
}

async function listeningAt(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(unexpected(`it does not listen: ${said}`)), START_MS);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /listening on (http:\S+)/.exec(said);
      if (!found?.[1]) return;
      clearTimeout(timer);
      resolve(found[1]);
    });
    child.once('exit', () => reject(unexpected(`it ended: ${said}`)));
  });
}

function unexpected(what: string): LaconicError {
  return new LaconicError('internal', `The service under measurement failed: ${what}`, {
    hint: 'Run `laconic serve` to see its messages.',
  });
}
