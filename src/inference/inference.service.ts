import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import {
  LaconicError,
  requireStreams,
  type EngineIdentity,
  type EngineShape,
  type Generation,
  type ModelCapabilities,
  type ModelCard,
  type SelfCheck,
} from '../domain/index.js';
import type { SuppressionProvenance } from '../domain/techniques/index.js';
import { CapabilitiesRepository, ModelsService, usageHash } from '../models/index.js';
import { EnginePool, type EngineNeed, type Tenancy } from './engine-pool.js';
import { EngineProcess } from './engine-process.js';
import type { BusyCounters, TimedSample } from './engine-protocol.js';
import { buildRequests, contextTokensFor, engineOptionsFor, type GenerationTask } from './generation-work.js';
import { SelfChecker, tasksToCheck } from './self-check.js';
import { tokenEnds, type TokenEnds } from './text-positions.js';

export interface EngineSettings extends EngineShape {
  /** Compiled entry of the engine process. */
  readonly childModule: string;
  /** For tests: how engine processes are to die; see engine-fault.ts. */
  readonly fault: string | null;
}

export const ENGINE_SETTINGS = Symbol('ENGINE_SETTINGS');

/** A sample of `tasks[task]`, not scored yet. */
export interface FinishedSample {
  readonly task: number;
  readonly prompt: string;
  readonly generation: Generation;
  /** Where its tokens end in its texts. */
  readonly ends: TokenEnds;
  /** Wall time; meaningful only under `solo` tenancy. */
  readonly seconds: number;
}

export interface GenerateOptions {
  readonly tenancy: Tenancy;
  /** For benchmarks: `onSpent` is told every step of the engine, too. */
  readonly recordSteps?: boolean;
  readonly signal: AbortSignal;
  readonly onSamples: (samples: readonly FinishedSample[]) => void;
  /** Told what the engine spent on the tasks, also where they were interrupted; never where it died. */
  readonly onSpent?: (counters: BusyCounters) => void;
  /** Told once, before the first sample, what each nowait arm bans on this model. */
  readonly onSuppression?: (suppression: RunSuppression) => void;
  /** Told after the last sample whether this model's samples are the same alone; not where that is unknown. */
  readonly onSelfCheck?: (check: SelfCheck) => void;
}

/** A model as a run's provenance names it: an alias may stand for another file by now. */
export interface FrozenModelFile {
  readonly alias: string;
  readonly sha256: string;
  readonly usageSha256: string;
}

interface EngineUse {
  readonly card: ModelCard;
  readonly path: string;
  readonly sha256: string;
  readonly signal: AbortSignal;
}

export type RunSuppression = Readonly<Record<string, SuppressionProvenance>>;

/** The engine as the rest of the service sees it: tasks in, samples out. */
@Injectable()
export class InferenceService implements OnApplicationShutdown {
  private readonly pool: EnginePool;
  private readonly checker = new SelfChecker();
  private known: Promise<EngineIdentity> | null = null;

  constructor(
    @Inject(ENGINE_SETTINGS) private readonly settings: EngineSettings,
    private readonly models: ModelsService,
    private readonly capabilities: CapabilitiesRepository,
  ) {
    this.pool = new EnginePool(
      settings.processes,
      async () => EngineProcess.start(settings.childModule, settings.fault),
      settings.memoryBytes,
    );
  }

  /** Shards that keep all engine processes busy. */
  get capacity(): number {
    return this.pool.capacity;
  }

  /** Starts an engine process if none runs yet. */
  async identity(): Promise<EngineIdentity> {
    this.known ??= this.pool.withProcess(async ({ hello }) => ({
      llamaCpp: hello.llamaCpp,
      build: hello.build,
      cpuVariant: hello.cpuVariant,
      backend: 'cpu',
      threads: this.settings.threads,
      profile: 'separate',
    }));
    this.known.catch(() => (this.known = null));
    return this.known;
  }

  /** Opens the model's file with the engine and records what it can do, unless that is known for this engine. */
  async inspect(alias: string): Promise<ModelCapabilities> {
    const { path, sha256 } = await this.models.get(alias);
    const engine = await this.identity();
    const recorded = await this.capabilities.find(sha256, engine);
    if (recorded) return recorded;
    const found = await this.pool.withProcess(async (process) => process.inspect(path));
    await this.capabilities.record(sha256, engine, found);
    return found;
  }

  /** Makes the samples of `tasks`, all of one model. Rejects with `engine-died`, `interrupted` or a model error. */
  async generate(model: FrozenModelFile, tasks: readonly GenerationTask[], options: GenerateOptions): Promise<void> {
    const { card, path, sha256 } = await this.models.get(model.alias);
    if (sha256 !== model.sha256) throw otherModel(model, sha256, path);
    if (usageHash(card) !== model.usageSha256) throw otherCard(model, path);
    const use: EngineUse = { card, path, sha256, signal: options.signal };
    if (options.tenancy !== 'shared' || !options.onSelfCheck) return this.make(use, tasks, options);
    const together = new Map<number, Generation>();
    const checked = new Set(tasksToCheck(tasks));
    await this.make(use, tasks, {
      ...options,
      onSamples: (samples) => {
        for (const { task, generation } of samples) if (checked.has(task)) together.set(task, generation);
        options.onSamples(samples);
      },
    });
    const check = await this.selfCheck(use, tasks, together);
    if (check) options.onSelfCheck(check);
  }

  private async make(
    { card, path }: EngineUse,
    tasks: readonly GenerationTask[],
    options: GenerateOptions & { readonly alone?: boolean },
  ): Promise<void> {
    const alone = options.alone ?? options.tenancy === 'solo';
    const { recordSteps = false } = options;
    const need = await this.need(card, path, { contextTokens: contextTokensFor(tasks, card), alone, recordSteps });
    return this.pool.withEngine(need, options.tenancy, async ({ process, engine }) => {
      if (options.signal.aborted) throw interrupted();
      const { requests, prompts, suppression } = buildRequests(tasks, card, engine.vocabulary);
      options.onSuppression?.(suppression);
      await process.submit(engine.id, requests, {
        sequential: options.tenancy === 'solo',
        signal: options.signal,
        ...(options.onSpent && { onSpent: options.onSpent }),
        onSamples: (samples) =>
          options.onSamples(samples.map((sample) => finished(sample, prompts, engine.vocabulary))),
      });
    });
  }

  private async selfCheck(
    use: EngineUse,
    tasks: readonly GenerationTask[],
    together: ReadonlyMap<number, Generation>,
  ): Promise<SelfCheck | null> {
    const { sha256, signal } = use;
    const engine = await this.identity();
    const record = {
      find: async () => this.capabilities.selfCheck(sha256, engine),
      record: async (check: SelfCheck) => this.capabilities.recordSelfCheck(sha256, engine, check),
    };
    const makeAlone = async (again: readonly GenerationTask[]): Promise<ReadonlyMap<number, Generation>> => {
      const made = new Map<number, Generation>();
      const onSamples = (samples: readonly FinishedSample[]): void => {
        for (const { task, generation } of samples) made.set(task, generation);
      };
      await this.make(use, again, { tenancy: 'shared', alone: true, signal, onSamples });
      return made;
    };
    return this.checker.check(sha256, record, { tasks, together, makeAlone });
  }

  /** As many streams as the memory for KV caches allows; what is made alone has one, with nothing shared. */
  private async need(
    card: ModelCard,
    modelPath: string,
    how: { readonly contextTokens: number; readonly alone: boolean; readonly recordSteps: boolean },
  ): Promise<EngineNeed> {
    const { contextTokens, alone, recordSteps } = how;
    const shape = alone ? { ...this.settings, streams: 1 } : this.settings;
    const use = { model: card.alias, contextTokens };
    const { streams, kvBytes } = requireStreams(shape, await this.inspect(card.alias), use);
    const { threads } = this.settings;
    const options = engineOptionsFor(card, {
      modelPath,
      streams,
      contextTokens,
      threads,
      sharing: !alone,
      recordSteps,
    });
    return { options, kvBytes };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.close();
  }
}

function finished(sample: TimedSample, prompts: readonly string[], vocabulary: readonly string[]): FinishedSample {
  const { id, generation, seconds } = sample;
  return { task: id, prompt: prompts[id] ?? '', generation, ends: tokenEnds(generation, vocabulary), seconds };
}

function otherModel(model: FrozenModelFile, sha256: string, path: string): LaconicError {
  return new LaconicError(
    'model-changed',
    `The alias ${model.alias} stands for another file than when the run was frozen (sha256 ${sha256}, then ${model.sha256}).`,
    {
      hint: `Register the original file as ${model.alias} again, then resume the run; or start a new run.`,
      where: path,
    },
  );
}

function otherCard(model: FrozenModelFile, path: string): LaconicError {
  return new LaconicError(
    'model-changed',
    `The card of ${model.alias} names another chat format, thinking delimiter or stop string than when the run was frozen.`,
    { hint: 'Put the card back as it was, then resume the run; or start a new run.', where: path },
  );
}

function interrupted(): LaconicError {
  return new LaconicError('interrupted', 'The work was stopped before it reached the engine.', {
    hint: 'Resume the run.',
  });
}
