import { execFileSync } from 'node:child_process';
import { startLaconic, temporaryHome, type Finished, type Running } from './laconic-process.js';
import { EventStream } from './event-stream.js';

const PATIENCE_MILLISECONDS = 55_000;

export interface Reply<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface RunBody {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly progress: { readonly done: number; readonly total: number };
}

/** `laconic serve` in a process of its own, as a user starts it, and a client of its REST API. */
export class ServiceProcess {
  private constructor(
    readonly running: Running,
    readonly url: string,
    private readonly remove: () => Promise<void>,
  ) {}

  static async start(env: Readonly<Record<string, string>>, args: readonly string[] = []): Promise<ServiceProcess> {
    const { home, remove } = await temporaryHome();
    const running = startLaconic(['serve', '--port', '0', '--workers', '1', ...args], {
      LACONIC_HOME: home,
      LACONIC_RATE_LIMIT_PER_MINUTE: '100000',
      ...env,
    });
    await running.saw(/listening on \S+/);
    const url = /listening on (\S+)/.exec(running.output().stderr)?.[1] ?? '';
    return new ServiceProcess(running, url, remove);
  }

  async get<T = Record<string, unknown>>(path: string): Promise<Reply<T>> {
    return this.call<T>('GET', path);
  }

  async post<T = Record<string, unknown>>(
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply<T>> {
    return this.call<T>('POST', path, { body, headers });
  }

  /** Waits for the workers' first look at the models, then starts a run. */
  async startRun(suite: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply<RunBody>> {
    for (;;) {
      const reply = await this.post<RunBody & { code?: string }>('/api/v1/runs', { suite }, headers);
      if (reply.status !== 409 || reply.body.code !== 'model-not-inspected') return reply;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  events(runId: string, lastEventId?: string): EventStream {
    return new EventStream(`${this.url}/api/v1/runs/${runId}/events`, lastEventId);
  }

  /** Polls the run until `reached` says so; gives up where Jest does, so that nothing outlives the test. */
  async until(runId: string, reached: (run: RunBody) => boolean): Promise<RunBody> {
    const end = Date.now() + PATIENCE_MILLISECONDS;
    for (;;) {
      const { body } = await this.get<RunBody>(`/api/v1/runs/${runId}`);
      if (reached(body)) return body;
      if (Date.now() > end) throw new Error(`still ${JSON.stringify(body)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Engine processes of this service. */
  engines(): number[] {
    return execFileSync('ps', ['-axo', 'pid=,ppid=,args='], { encoding: 'utf8' })
      .split('\n')
      .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
      .filter((match) => Number(match?.[2]) === this.running.child.pid && match?.[3]?.includes('engine-child'))
      .map((match) => Number(match?.[1]));
  }

  /** Ends the process with the signal and removes its folder. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Finished> {
    this.running.child.kill(signal);
    const forced = setTimeout(() => this.running.child.kill('SIGKILL'), PATIENCE_MILLISECONDS / 2);
    const finished = await this.running.finished;
    clearTimeout(forced);
    await this.remove();
    return finished;
  }

  private async call<T>(
    method: string,
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Reply<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T };
  }
}

export function ended({ status }: RunBody): boolean {
  return status !== 'queued' && status !== 'running';
}
