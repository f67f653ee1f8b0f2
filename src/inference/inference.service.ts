import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import {
  LaconicError,
  type EngineIdentity,
  type EngineShape,
  type Generation,
  type ModelCapabilities,
  type ModelCard,
  type PromptPiece,
  type SelfCheck,
} from '../domain/index.js';
import { AdaptersService, CapabilitiesRepository, ModelsService, usageHash, VectorsService } from '../models/index.js';
import {
  adaptersOfTasks,
  engineAdapters,
  engineNeed,
  engineSteering,
  steeringOf,
  type EngineUse,
} from './engine-need.js';
import { EnginePool, type EngineNeed, type Tenant } from './engine-pool.js';
import { EngineProcess } from './engine-process.js';
import type { TimedSample } from './engine-protocol.js';
import {
  buildRequests,
  contextTokensFor,
  promptPieces,
  type BuiltRequests,
  type GenerationTask,
} from './generation-work.js';
import type {
  FinishedSample,
  FrozenModelFile,
  GenerateOptions,
  KnownCall,
  ReadCall,
  Reading,
  Tokenizer,
} from './inference-types.js';
import { SelfChecker, tasksToCheck } from './self-check.js';
import { submitAll, type Submit } from './submissions.js';
import { tokenEnds } from './text-positions.js';

export interface EngineSettings extends EngineShape {
  /** Compiled entry of the engine process. */
  readonly childModule: string;
  /** For tests: how engine processes are to die; see engine-fault.ts. */
  readonly fault: string | null;
}

export const ENGINE_SETTINGS = Symbol('ENGINE_SETTINGS');

/** Fewer are not worth another engine. */
const LEAST_CALLS = 16;

interface ModelUse {
  readonly card: ModelCard;
  readonly path: string;
  readonly sha256: string;
  readonly signal: AbortSignal;
}

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
    private readonly vectors: VectorsService,
    private readonly adapters: AdaptersService,
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
    const use = await this.use(model, options.signal);
    // What is checked once for a model are its plain engines.
    const plain = steeringOf(tasks) === null && adaptersOfTasks(tasks).length === 0;
    const checks = options.tenancy === 'shared' && options.onSelfCheck && plain;
    if (!checks) return this.make(use, tasks, options);
    const together = new Map<number, Generation>();
    const checked = new Map(tasksToCheck(tasks).map((index) => [tasks[index], index]));
    await this.make(use, tasks, {
      ...options,
      onSamples: (samples) => {
        for (const { task, generation } of samples) {
          const index = checked.get(task);
          if (index !== undefined) together.set(index, generation);
        }
        return options.onSamples(samples);
      },
    });
    const check = await this.selfCheck(use, tasks, together);
    if (check) options.onSelfCheck?.(check);
  }

  /**
   * Reads calls that are known already: `take` gets the last-layer states of each one's ids, row by row, in order.
   * Rejects with `interrupted` when the signal fires.
   */
  async readStates(model: FrozenModelFile, calls: readonly KnownCall[], reading: Reading): Promise<void> {
    await this.read(model, calls, reading, async ({ process, engine }, prompt, { ids }) =>
      process.states(engine.id, prompt, ids),
    );
  }

  /**
   * Reads calls that are known already: `take` gets the natural logarithms of the probabilities of each one's ids from
   * `from` on, in any order, every call once. Texts that begin alike are read fastest one behind the other: of the
   * second only what differs is fed. What is read does not depend on it. Rejects with `interrupted` when the signal fires.
   */
  async readLogProbs(model: FrozenModelFile, calls: readonly ReadCall[], { signal, take }: Reading): Promise<void> {
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const size = Math.ceil(calls.length / this.readers(calls.length));
    const parts = Array.from({ length: Math.ceil(calls.length / size) }, async (_, part) => {
      const first = part * size;
      const reading: Reading = { signal: either, take: (index, logProbs) => take(first + index, logProbs) };
      const read = this.read(
        model,
        calls.slice(first, first + size),
        reading,
        async ({ process, engine }, prompt, call) =>
          process.logProbs(engine.id, { prompt, ids: call.ids, from: call.from ?? 0 }),
      );
      await read.catch((error: unknown) => {
        failed.abort();
        throw error;
      });
    });
    await Promise.all(parts);
  }

  /** So many engines share so many calls of readLogProbs. */
  readers(calls: number): number {
    return Math.max(1, Math.min(this.settings.processes, Math.floor(calls / LEAST_CALLS)));
  }

  private async read<Call extends KnownCall>(
    model: FrozenModelFile,
    calls: readonly Call[],
    { signal, take }: Reading,
    readOne: (tenant: Tenant, prompt: readonly PromptPiece[], call: Call) => Promise<Float32Array>,
  ): Promise<void> {
    const use = await this.use(model, signal);
    const tasks = calls.map(({ task }) => task);
    const { options, kvBytes } = await this.need(use, tasks, { alone: true });
    // Reading takes a stream beside the one that would decode.
    await this.pool.withEngine({ options, kvBytes: 2 * kvBytes }, 'shared', async (tenant) => {
      for (const [index, call] of calls.entries()) {
        if (signal.aborted) throw interrupted('Repeat the command.');
        const values = await readOne(tenant, promptPieces(call.task, use.card), call);
        if (!signal.aborted) take(index, values);
      }
    });
    if (signal.aborted) throw interrupted('Repeat the command.');
  }

  /** The model's tokenizer, for as long as `work` takes. */
  async withTokenizer<T>(
    model: FrozenModelFile,
    signal: AbortSignal,
    work: (tokenizer: Tokenizer) => Promise<T>,
  ): Promise<T> {
    const need = await this.need(await this.use(model, signal), [], { alone: true });
    return this.pool.withEngine(need, 'shared', async ({ process, engine }) =>
      work({ vocabulary: engine.vocabulary, tokenize: async (texts) => process.tokenize(engine.id, texts) }),
    );
  }

  private async use(model: FrozenModelFile, signal: AbortSignal): Promise<ModelUse> {
    const { card, path, sha256 } = await this.models.get(model.alias);
    if (sha256 !== model.sha256) throw otherModel(model, sha256, path);
    if (usageHash(card) !== model.usageSha256) throw otherCard(model, path);
    return { card, path, sha256, signal };
  }

  private async make(
    use: ModelUse,
    tasks: readonly GenerationTask[],
    options: GenerateOptions & { readonly alone?: boolean },
  ): Promise<void> {
    const { tenancy, alone = tenancy === 'solo', recordSteps = false, onSpent } = options;
    const need = await this.need(use, tasks, { alone, recordSteps });
    await this.pool.withEngine(need, options.tenancy, async ({ process, engine }) => {
      if (options.signal.aborted) throw interrupted('Resume the run.');
      const build = (wanted: readonly GenerationTask[]): BuiltRequests =>
        buildRequests(wanted, use.card, engine.vocabulary);
      options.onSuppression?.(build(tasks).suppression);
      const submit: Submit = async (wanted, more) => {
        const { requests, prompts } = build(wanted);
        await process.submit(engine.id, requests, {
          sequential: tenancy === 'solo',
          signal: options.signal,
          ...(onSpent && { onSpent }),
          onSamples: (samples) =>
            more(
              options.onSamples(
                samples.map((sample) => finished(sample, { tasks: wanted, prompts }, engine.vocabulary)),
              ),
            ),
        });
      };
      await submitAll(tasks, submit, tenancy === 'solo');
    });
  }

  private async selfCheck(
    use: ModelUse,
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
      const onSamples = (samples: readonly FinishedSample[]): readonly GenerationTask[] => {
        for (const { task, generation } of samples) made.set(again.indexOf(task), generation);
        return [];
      };
      await this.make(use, again, { tenancy: 'shared', alone: true, signal, onSamples });
      return made;
    };
    return this.checker.check(sha256, record, { tasks, together, makeAlone });
  }

  private async need(
    { card, path }: ModelUse,
    tasks: readonly GenerationTask[],
    how: Pick<EngineUse, 'alone' | 'recordSteps'>,
  ): Promise<EngineNeed> {
    const way = steeringOf(tasks);
    const steering = way === null ? {} : engineSteering(way, await this.vectors.get(way.vector));
    const added = adaptersOfTasks(tasks);
    const adapters = engineAdapters(added, await Promise.all(added.map(async ({ name }) => this.adapters.get(name))));
    const capabilities = await this.inspect(card.alias);
    const contextTokens = contextTokensFor(tasks, card);
    return engineNeed({ card, path, capabilities, contextTokens, steering, adapters, ...how }, this.settings);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.close();
  }
}

interface Submitted {
  readonly tasks: readonly GenerationTask[];
  readonly prompts: readonly string[];
}

function finished(sample: TimedSample, of: Submitted, vocabulary: readonly string[]): FinishedSample {
  const { id, generation, seconds } = sample;
  const [task, prompt] = [of.tasks[id] as GenerationTask, of.prompts[id] ?? ''];
  return { task, prompt, generation, ends: tokenEnds(generation, vocabulary), seconds };
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

function interrupted(hint: string): LaconicError {
  return new LaconicError('interrupted', 'The work was stopped before it reached the engine.', { hint });
}
