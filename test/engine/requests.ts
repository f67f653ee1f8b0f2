import { join } from 'node:path';
import type {
  EngineCounters,
  EngineOptions,
  EnginePolicy,
  EngineRequest,
  EngineSample,
  NativeEngine,
} from '../../src/inference/native/addon.js';
import type { Generation } from '../../src/domain/index.js';

export const NANO = join(__dirname, '../../engine/models/reference-nano/reference-nano.gguf');

export function nanoOptions(changes: Partial<EngineOptions> = {}): EngineOptions {
  return {
    modelPath: NANO,
    streams: 4,
    contextTokens: 1024,
    threads: 1,
    think: { open: '<think>', close: '</think>', openedByPrompt: false },
    stopStrings: [],
    addBos: false,
    ...changes,
  };
}

export function nanoRequest(id: number, policy: EnginePolicy = { technique: 'baseline' }): EngineRequest {
  return {
    id,
    prompt: [
      { text: '<|im_start|>user\n', special: true },
      { text: `What is ${13 + 7 * id} + ${5 + 3 * id} - 4?`, special: false },
      { text: '<|im_end|>\n<|im_start|>assistant\n', special: true },
    ],
    policy,
    sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, maxTokens: 160, seed: 1 },
    itemKey: (0x1000 + id).toString(16),
    repeat: 0,
  };
}

export function nanoRequests(count: number, policy?: EnginePolicy): EngineRequest[] {
  return Array.from({ length: count }, (_, id) => nanoRequest(id, policy));
}

let nextJob = 1;

/** Runs requests as a job of their own; samples in order of request id. */
export async function runJob(
  engine: NativeEngine,
  requests: readonly EngineRequest[],
): Promise<{ samples: Generation[]; counters: EngineCounters }> {
  const received: EngineSample[] = [];
  const counters = await engine.submit(nextJob++, requests, (sample) => received.push(sample));
  const samples = received.toSorted((a, b) => a.id - b.id).map((sample) => sample.generation);
  return { samples, counters };
}
