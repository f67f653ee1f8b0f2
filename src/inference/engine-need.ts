import {
  adapterBytes,
  adaptersKey,
  effectiveAdapters,
  LaconicError,
  requireStreams,
  scaledDirection,
  steeringKey,
  type Arm,
  type ArmAdapter,
  type EngineShape,
  type ModelCapabilities,
  type ModelCard,
} from '../domain/index.js';
import type { ResolvedAdapter, StoredVector } from '../models/index.js';
import type { EngineNeed } from './engine-pool.js';
import { engineOptionsFor, type GenerationTask } from './generation-work.js';
import type { EngineOptions } from './native/addon.js';

/** What is added to the model, and the bytes that an engine takes for it. */
export interface EngineAdapters extends Pick<EngineOptions, 'adapters'> {
  readonly bytes: number;
}

export interface EngineUse {
  readonly card: ModelCard;
  readonly path: string;
  readonly capabilities: ModelCapabilities;
  readonly contextTokens: number;
  /** One stream, and nothing shared. */
  readonly alone: boolean;
  readonly recordSteps?: boolean | undefined;
  readonly steering: Pick<EngineOptions, 'steering' | 'progress'>;
  readonly adapters: EngineAdapters;
}

/** An engine with as many streams as the memory for KV caches allows. Throws `engine-unavailable` where none fits. */
export function engineNeed(use: EngineUse, settings: EngineShape): EngineNeed {
  const { card, path: modelPath, capabilities, contextTokens, alone, recordSteps = false, steering } = use;
  const { bytes, ...adapters } = use.adapters;
  const shape = alone ? { ...settings, streams: 1 } : settings;
  const { streams, kvBytes } = requireStreams(shape, capabilities, { model: card.alias, contextTokens });
  const { threads } = settings;
  const plain = engineOptionsFor(card, { modelPath, streams, contextTokens, threads, sharing: !alone, recordSteps });
  return { options: { ...plain, ...steering, ...adapters }, kvBytes: kvBytes + bytes };
}

/** What the tasks' arms are steered by; null where they are not. Planning puts arms into a shard that are steered alike. */
export function steeringOf(tasks: readonly GenerationTask[]): NonNullable<Arm['steering']> | null {
  const ways = new Map(tasks.map(({ arm }) => [steeringKey(arm.steering), arm.steering]));
  if (ways.size <= 1) return ways.values().next().value ?? null;
  throw notTogether('that are steered in different ways');
}

/** What is added to the model of the tasks' arms; empty where nothing is. Planning puts arms of equal adapters into a shard. */
export function adaptersOfTasks(tasks: readonly GenerationTask[]): readonly ArmAdapter[] {
  const sets = new Map(tasks.map(({ arm }) => [adaptersKey(arm.adapters), arm.adapters]));
  if (sets.size <= 1) return effectiveAdapters(sets.values().next().value);
  throw notTogether('with different adapters');
}

function notTogether(which: string): LaconicError {
  return new LaconicError('internal', `Arms ${which} cannot be decoded together.`, {
    hint: 'This is a defect of the planning; please report it with the suite.',
  });
}

/** Throws `model-changed` where a name stands for another adapter than when the run was frozen. */
export function engineAdapters(frozen: readonly ArmAdapter[], found: readonly ResolvedAdapter[]): EngineAdapters {
  if (frozen.length === 0) return { bytes: 0 };
  const adapters = frozen.map(({ name, sha256, scale }, index) => {
    const { card, path } = found[index] as ResolvedAdapter;
    if (card.sha256 === sha256) return { path, scale };
    throw new LaconicError(
      'model-changed',
      `The adapter ${name} is another one than when the run was frozen (sha256 ${card.sha256}, then ${sha256}).`,
      { hint: 'Put the original file back, then resume the run; or start a new run.', where: name },
    );
  });
  return { adapters, bytes: adapterBytes(frozen) };
}

/** Throws `model-changed` where the name stands for another vector than when the run was frozen. */
export function engineSteering(
  steering: NonNullable<Arm['steering']>,
  { name, vector, sha256 }: StoredVector,
): Pick<EngineOptions, 'steering' | 'progress'> {
  const { strength, firstLayer, lastLayer, vectorSha256 } = steering;
  if (sha256 !== vectorSha256) {
    throw new LaconicError(
      'model-changed',
      `The steering vector ${name} is another one than when the run was frozen (sha256 ${sha256}, then ${vectorSha256}).`,
      { hint: 'Put the original file back, then resume the run; or start a new run.', where: name },
    );
  }
  const { direction, intercept } = vector;
  const label = `${name}, strength ${String(strength)}`;
  return {
    steering: { direction: scaledDirection(vector, strength), firstLayer, lastLayer, label },
    progress: { direction, intercept },
  };
}
