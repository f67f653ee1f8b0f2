import { fork, type ChildProcess } from 'node:child_process';
import { LaconicError, type ModelCapabilities, type PromptPiece } from '../domain/index.js';
import type {
  BusyCounters,
  EngineCallValue,
  EngineCommand,
  EngineFailure,
  EngineReply,
  HelloMessage,
  TimedSample,
} from './engine-protocol.js';
import type { EngineOptions, EngineRequest } from './native/addon.js';

interface PendingCall {
  readonly resolve: (value: EngineCallValue) => void;
  readonly reject: (error: LaconicError) => void;
  readonly onSamples: ((samples: readonly TimedSample[]) => void) | null;
}

export interface OpenEngine {
  readonly id: number;
  readonly capabilities: ModelCapabilities;
  readonly vocabulary: readonly string[];
}

export interface KnownText {
  readonly prompt: readonly PromptPiece[];
  readonly ids: readonly number[];
  readonly from: number;
}

type EngineCommandBody = EngineCommand extends infer C ? (C extends { call: number } ? Omit<C, 'call'> : never) : never;

/**
 * One engine process seen from its worker. When the process dies, every call in flight rejects with `engine-died`;
 * the object is then spent and the pool makes a new one.
 */
export class EngineProcess {
  private readonly pending = new Map<number, PendingCall>();
  private nextCall = 1;
  private dead: LaconicError | null = null;

  private constructor(
    private readonly child: ChildProcess,
    readonly hello: HelloMessage,
  ) {
    child.on('message', (message) => this.receive(message as EngineReply));
    child.once('exit', (code, signal) => this.die(code, signal));
  }

  /** Starts the process and waits until the addon is loaded (built first where needed). */
  static async start(modulePath: string, fault: string | null = null): Promise<EngineProcess> {
    const child = fork(modulePath, fault === null ? [] : [fault], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return new Promise((resolve, reject) => {
      const fail = (error: LaconicError): void => {
        child.removeAllListeners();
        child.kill('SIGKILL');
        reject(error);
      };
      child.once('error', (cause) => fail(startFailure(cause.message, cause)));
      child.once('exit', (code, signal) => fail(startFailure(`it ended with ${signal ?? `code ${code}`}`)));
      child.once('message', (message) => {
        const first = message as EngineReply;
        if (first.type === 'hello') {
          child.removeAllListeners();
          resolve(new EngineProcess(child, first));
        } else if (first.type === 'failure') {
          fail(errorOf(first.error));
        }
      });
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get alive(): boolean {
    return this.dead === null;
  }

  async inspect(path: string): Promise<ModelCapabilities> {
    const value = await this.call({ type: 'inspect', path }).promise;
    if (value.kind !== 'capabilities') throw protocolError(value.kind);
    return value.capabilities;
  }

  async open(options: EngineOptions): Promise<OpenEngine> {
    const value = await this.call({ type: 'open', options }).promise;
    if (value.kind !== 'engine') throw protocolError(value.kind);
    return { id: value.engine, capabilities: value.capabilities, vocabulary: value.vocabulary };
  }

  async closeEngine(engine: number): Promise<void> {
    await this.call({ type: 'close-engine', engine }).promise;
  }

  /** Last-layer states of `ids` behind the prompt, row by row. */
  async states(engine: number, prompt: readonly PromptPiece[], ids: readonly number[]): Promise<Float32Array> {
    const value = await this.call({ type: 'states', engine, prompt, ids }).promise;
    if (value.kind !== 'states') throw protocolError(value.kind);
    return value.states;
  }

  /** Log-probabilities of the text's ids from `from` on, each behind all before it. */
  async logProbs(engine: number, { prompt, ids, from }: KnownText): Promise<Float32Array> {
    const value = await this.call({ type: 'log-probs', engine, prompt, ids, from }).promise;
    if (value.kind !== 'log-probs') throw protocolError(value.kind);
    return value.logProbs;
  }

  /** Token ids of texts; nothing in them becomes a control token. */
  async tokenize(engine: number, texts: readonly string[]): Promise<readonly Int32Array[]> {
    const value = await this.call({ type: 'tokenize', engine, texts }).promise;
    if (value.kind !== 'tokens') throw protocolError(value.kind);
    return value.ids;
  }

  /** Rejects with `interrupted` when the signal fires; samples that are finished by then have been delivered. */
  async submit(engine: number, requests: readonly EngineRequest[], options: SubmitOptions): Promise<void> {
    const { call, promise } = this.call(
      { type: 'submit', engine, requests, sequential: options.sequential },
      options.onSamples,
    );
    const abort = (): void => this.send({ type: 'abort', call });
    options.signal.addEventListener('abort', abort, { once: true });
    if (options.signal.aborted) abort();
    try {
      const value = await promise;
      if (value.kind !== 'spent') throw protocolError(value.kind);
      options.onSpent?.(value.counters);
      if (value.failure) throw errorOf(value.failure);
    } finally {
      options.signal.removeEventListener('abort', abort);
    }
  }

  /** Ends the process; it is killed if it has not gone after two seconds. */
  async stop(): Promise<void> {
    if (this.dead) return;
    const gone = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    this.send({ type: 'shutdown' });
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 2000);
    await gone;
    clearTimeout(timer);
  }

  private call(
    body: EngineCommandBody,
    onSamples: ((samples: readonly TimedSample[]) => void) | null = null,
  ): { call: number; promise: Promise<EngineCallValue> } {
    const call = this.nextCall++;
    const promise = new Promise<EngineCallValue>((resolve, reject) => {
      if (this.dead) {
        reject(this.dead);
        return;
      }
      this.pending.set(call, { resolve, reject, onSamples });
      this.send({ ...body, call });
    });
    return { call, promise };
  }

  private send(command: EngineCommand): void {
    if (this.child.connected) this.child.send(command);
  }

  private receive(message: EngineReply): void {
    switch (message.type) {
      case 'hello':
        return;
      case 'samples':
        this.pending.get(message.call)?.onSamples?.(message.samples);
        return;
      case 'result':
        this.pending.get(message.call)?.resolve(message.value);
        this.pending.delete(message.call);
        return;
      case 'failure':
        this.pending.get(message.call)?.reject(errorOf(message.error));
        this.pending.delete(message.call);
    }
  }

  private die(code: number | null, signal: NodeJS.Signals | null): void {
    this.dead = new LaconicError('engine-died', `The engine process ended with ${signal ?? `code ${code}`}.`, {
      hint: 'The work is retried by itself; if it repeats, the item that kills the engine is isolated and named.',
    });
    for (const call of this.pending.values()) call.reject(this.dead);
    this.pending.clear();
  }
}

export interface SubmitOptions {
  readonly sequential: boolean;
  readonly onSamples: (samples: readonly TimedSample[]) => void;
  /** Told what the engine spent, when all is finished or when it was interrupted; never where the process died. */
  readonly onSpent?: (counters: BusyCounters) => void;
  readonly signal: AbortSignal;
}

function errorOf({ code, message, hint }: EngineFailure): LaconicError {
  return new LaconicError(code, message, { hint });
}

function startFailure(detail: string, cause?: unknown): LaconicError {
  return new LaconicError('engine-unavailable', `The engine process could not be started: ${detail}.`, {
    hint: 'Run `node engine/build.mjs` to see the build’s own messages.',
    cause,
  });
}

function protocolError(kind: string): LaconicError {
  return new LaconicError('internal', `The engine process answered with an unexpected ${kind}.`, {
    hint: 'Worker and engine are of different versions; reinstall with `npm ci`.',
  });
}
