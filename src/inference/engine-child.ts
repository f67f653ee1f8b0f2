import { LaconicError, type ErrorCode } from '../domain/index.js';
import type { EngineCommand, EngineCallValue, EngineFailure, EngineReply, TimedSample } from './engine-protocol.js';
import { diesAtRequests, diesAtSample, dieNow, parseEngineFault } from './engine-fault.js';
import type { EngineCounters, EngineRequest, NativeAddon, NativeEngine } from './native/addon.js';
import { loadAddon } from './native/load-addon.js';

/**
 * The engine's own process. It translates messages into addon calls and nothing else; a crash in native code ends
 * this process and no other. Samples are sent in small groups so that a burst costs few messages.
 */
const FLUSH_MILLISECONDS = 20;

/** Null but in tests of what happens after a crash. */
const fault = parseEngineFault(process.argv[2]);
const engines = new Map<number, NativeEngine>();
const running = new Map<number, { engine: NativeEngine; cancelled: boolean }>();
let nextEngine = 1;

function reply(message: EngineReply): void {
  if (process.connected) process.send?.(message);
}

async function handle(addon: NativeAddon, command: EngineCommand): Promise<EngineCallValue | null> {
  switch (command.type) {
    case 'inspect':
      return { kind: 'capabilities', capabilities: await addon.inspectModel(command.path) };
    case 'open': {
      const engine = await addon.openEngine(command.options);
      const id = nextEngine++;
      engines.set(id, engine);
      return { kind: 'engine', engine: id, capabilities: engine.capabilities, vocabulary: engine.vocabulary() };
    }
    case 'submit': {
      if (diesAtRequests(fault, command.requests)) dieNow();
      const submit = command.sequential ? submitSequentially : submitTogether;
      return submit(command.call, engineOf(command.engine), command.requests);
    }
    case 'states':
      return { kind: 'states', states: await engineOf(command.engine).states(command.prompt, command.ids) };
    case 'log-probs': {
      const { prompt, ids, from } = command;
      return { kind: 'log-probs', logProbs: await engineOf(command.engine).logProbs(prompt, ids, from) };
    }
    case 'tokenize': {
      const engine = engineOf(command.engine);
      return { kind: 'tokens', ids: command.texts.map((text) => engine.tokenize(text, false)) };
    }
    case 'abort': {
      const job = running.get(command.call);
      if (job) {
        job.cancelled = true;
        job.engine.abort(command.call);
      }
      return null;
    }
    case 'close-engine':
      await engines.get(command.engine)?.close();
      engines.delete(command.engine);
      return { kind: 'closed' };
    case 'shutdown':
      await shutdown();
      return null;
  }
}

function engineOf(id: number): NativeEngine {
  const engine = engines.get(id);
  if (!engine) {
    throw new LaconicError('internal', `Engine ${id} is not open in this process.`, {
      hint: 'This is a defect; please report it with the log.',
    });
  }
  return engine;
}

async function submitTogether(
  call: number,
  engine: NativeEngine,
  requests: readonly EngineRequest[],
): Promise<EngineCallValue> {
  const busyFrom = Date.now();
  const spent = (counters: EngineCounters, failure: EngineFailure | null): EngineCallValue => {
    return { kind: 'spent', counters: { ...counters, busyFrom, busyTo: Date.now() }, failure };
  };
  let pending: TimedSample[] = [];
  const flush = (): void => {
    if (pending.length > 0) reply({ type: 'samples', call, samples: pending });
    pending = [];
  };
  const timer = setInterval(flush, FLUSH_MILLISECONDS);
  running.set(call, { engine, cancelled: false });
  try {
    const counters = await engine.submit(call, requests, (sample) => {
      pending.push({ ...sample, seconds: (Date.now() - busyFrom) / 1000 });
      if (diesAtSample(fault)) dieNow();
    });
    return spent(counters, null);
  } catch (error) {
    const { counters } = error as { readonly counters?: EngineCounters };
    if (!counters) throw error;
    return spent(counters, failureOf(error));
  } finally {
    clearInterval(timer);
    flush();
    running.delete(call);
  }
}

/** One after the other; the first request runs once more beforehand, unreported, so that caches are warm. */
async function submitSequentially(
  call: number,
  engine: NativeEngine,
  requests: readonly EngineRequest[],
): Promise<EngineCallValue> {
  const busyFrom = Date.now();
  const total = { decodedTokens: 0, prefillTokens: 0, prefillSharedTokens: 0, engineSeconds: 0 };
  const job = { engine, cancelled: false };
  running.set(call, job);
  try {
    const warmup = requests.slice(0, 1);
    for (const [index, request] of [...warmup, ...requests].entries()) {
      if (job.cancelled)
        throw new LaconicError('interrupted', 'The timing pass was aborted.', { hint: 'Resume the run.' });
      const samples: TimedSample[] = [];
      const start = performance.now();
      const counters = await engine.submit(call, [request], (sample) => {
        samples.push({ ...sample, seconds: (performance.now() - start) / 1000 });
      });
      if (index < warmup.length) continue;
      reply({ type: 'samples', call, samples });
      total.decodedTokens += counters.decodedTokens;
      total.prefillTokens += counters.prefillTokens;
      total.engineSeconds += counters.engineSeconds;
    }
    return { kind: 'spent', counters: { ...total, busyFrom, busyTo: Date.now() }, failure: null };
  } finally {
    running.delete(call);
  }
}

async function shutdown(): Promise<void> {
  await Promise.allSettled([...engines.values()].map(async (engine) => engine.close()));
  process.disconnect?.();
  process.exit(0);
}

function failureOf(error: unknown): EngineFailure {
  if (error instanceof LaconicError) return { code: error.code, message: error.message, hint: error.hint };
  const coded = error as { code?: unknown; message?: unknown; hint?: unknown };
  return {
    code:
      typeof coded.code === 'string' && /^[a-z]+(-[a-z]+)*$/.test(coded.code) ? (coded.code as ErrorCode) : 'internal',
    message: typeof coded.message === 'string' ? coded.message : String(error),
    hint: typeof coded.hint === 'string' ? coded.hint : 'Check the model file and the engine’s log.',
  };
}

async function main(): Promise<void> {
  // Ctrl-C reaches the whole process group; the worker decides when the engine ends.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  const { addon, info, buildHash } = await loadAddon({ log: (line) => process.stderr.write(`${line}\n`) });
  process.on('message', (message) => {
    const command = message as EngineCommand;
    handle(addon, command)
      .then((value) => {
        if (value !== null && 'call' in command) reply({ type: 'result', call: command.call, value });
      })
      .catch((error: unknown) => {
        if ('call' in command) reply({ type: 'failure', call: command.call, error: failureOf(error) });
      });
  });
  reply({ type: 'hello', llamaCpp: info.llamaCpp, cpuVariant: info.cpuVariant, build: buildHash });
}

main().catch((error: unknown) => {
  reply({ type: 'failure', call: 0, error: failureOf(error) });
  // Let the message leave before the process ends.
  setTimeout(() => process.exit(1), 50);
});
