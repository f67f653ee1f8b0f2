import { LaconicError } from './errors.js';
import type { ModelCapabilities } from './model.js';

/** What a machine, or the container that the process runs in, has to give. */
export interface MachineRoom {
  readonly cores: number;
  /** Bytes that can be had now without swapping. */
  readonly availableBytes: number;
}

/** What was set by hand; null leaves the choice to the machine. */
export interface EngineWishes {
  readonly processes: number | null;
  readonly threads: number | null;
  readonly streams: number | null;
  readonly memoryBytes: number | null;
}

/** How a worker divides a machine into engines. */
export interface EngineShape {
  readonly processes: number;
  /** Compute threads of a process. */
  readonly threads: number;
  /** Sequences that a process decodes together, where memory allows. */
  readonly streams: number;
  /** For the KV caches of all engines together. */
  readonly memoryBytes: number;
}

/** From here on the service, its database and the prompts' preparation keep cores for themselves. */
const SPARE_CORES_FROM = 8;
const CORES_PER_SPARE = 16;
const STREAMS = 16;
/** Engines that a process keeps open beside each other: of several models, or of one that is steered in several ways. */
export const OPEN_ENGINES_PER_PROCESS = 2;
/** The other half is for weights, repacked ones above all, for the database and for whoever else is there. */
const MEMORY_SHARE = 0.5;

/**
 * Processes of one thread each: two of them decode at least as much as one of two threads, and a process of one thread
 * gives the same bits whatever its batch holds. Weights are mapped once for all. Never more threads than cores.
 */
export function engineShape(room: MachineRoom, wishes: EngineWishes): EngineShape {
  const cores = Math.max(1, Math.floor(room.cores));
  const spare = cores < SPARE_CORES_FROM ? 0 : Math.ceil(cores / CORES_PER_SPARE);
  const threads = wishes.threads ?? 1;
  return {
    processes: wishes.processes ?? Math.max(1, Math.floor((cores - spare) / threads)),
    threads,
    streams: wishes.streams ?? STREAMS,
    memoryBytes: wishes.memoryBytes ?? Math.floor(room.availableBytes * MEMORY_SHARE),
  };
}

export interface StreamFit {
  /** At least one, even where that one is too large. */
  readonly streams: number;
  /** Of one engine with so many streams. */
  readonly kvBytes: number;
  /** Whether one engine at a time can be had at all. */
  readonly fits: boolean;
}

/**
 * The streams of one engine: fewer than wished where its process's share of the memory holds no more. An engine of one
 * stream may take more than its share: engines that do not fit beside each other wait for each other.
 */
export function fitStreams(shape: EngineShape, kvBytesPerToken: number, contextTokens: number): StreamFit {
  const perStream = kvBytesPerToken * contextTokens;
  // With several threads a lone row gets a dummy beside it, in a stream of its own.
  const dummies = shape.threads > 1 ? 1 : 0;
  const room = perStream > 0 ? Math.floor(shape.memoryBytes / shape.processes / perStream) - dummies : shape.streams;
  const streams = Math.max(1, Math.min(shape.streams, room));
  const kvBytes = perStream * (streams + dummies);
  return { streams, kvBytes, fits: kvBytes <= shape.memoryBytes };
}

/** The sentence for an engine that cannot be had even alone and with one stream. */
export function tooLittleMemory(
  shape: EngineShape,
  { kvBytesPerToken }: Pick<ModelCapabilities, 'kvBytesPerToken'>,
  { model, contextTokens }: { readonly model: string; readonly contextTokens: number },
): string {
  const { kvBytes } = fitStreams(shape, kvBytesPerToken, contextTokens);
  return (
    `One stream of ${contextTokens} tokens of ${model} needs ${mebibytes(kvBytes)} for its KV cache, ` +
    `but engines may use ${mebibytes(shape.memoryBytes)} for theirs.`
  );
}

/** Throws `engine-unavailable` where not even one stream fits. */
export function requireStreams(
  shape: EngineShape,
  capabilities: Pick<ModelCapabilities, 'kvBytesPerToken'>,
  use: { readonly model: string; readonly contextTokens: number },
): StreamFit {
  const fit = fitStreams(shape, capabilities.kvBytesPerToken, use.contextTokens);
  if (fit.fits) return fit;
  throw new LaconicError('engine-unavailable', tooLittleMemory(shape, capabilities, use), {
    hint: 'Lower maxTokens, raise LACONIC_ENGINE_MEMORY, or use a machine with more memory.',
    where: use.model,
  });
}

function mebibytes(bytes: number): string {
  const value = bytes / 2 ** 20;
  return `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US')} MiB`;
}
