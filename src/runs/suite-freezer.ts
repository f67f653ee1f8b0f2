import { Injectable } from '@nestjs/common';
import {
  adapterUses,
  baseModelOf,
  LaconicError,
  mapModelPaths,
  techniqueDefinition,
  unsharedReason,
  type Arm,
  type ArmAdapter,
  type DatasetProvenance,
  type FrozenSuite,
  type Item,
  type ModelCapabilities,
  type ModelProvenance,
  type RunProvenance,
  type SuiteInput,
} from '../domain/index.js';
import { DatasetsService, requireCalibrationItems } from '../datasets/index.js';
import {
  AdaptersService,
  CapabilitiesRepository,
  ModelsService,
  usageHash,
  VectorsService,
  type ResolvedModel,
} from '../models/index.js';
import { freezeSuite } from '../planning/index.js';
import { loadAdapters } from './adapters-freezer.js';
import { loadSteering } from './steering-freezer.js';

export type RunOrigin = 'cli' | 'rest';

export interface FreezeRequest {
  readonly suite: SuiteInput;
  readonly origin: RunOrigin;
  /** At most so many items of each data set. */
  readonly limit?: number | undefined;
}

/** A suite whose inputs are read, hashed and can change no more. */
export interface Frozen {
  readonly suite: FrozenSuite;
  readonly items: readonly Item[];
  readonly models: readonly FrozenModel[];
  /** Which items few-shot arms show. */
  readonly examples: NonNullable<RunProvenance['examples']>;
  /** What steered arms are steered by. */
  readonly steering: NonNullable<RunProvenance['steering']>;
}

type LoadedModel = Omit<FrozenModel, 'adapters'>;

export interface FrozenModel {
  readonly resolved: ResolvedModel;
  readonly capabilities: ModelCapabilities;
  /** All that any arm adds to it. */
  readonly adapters: readonly ArmAdapter[];
}

@Injectable()
export class SuiteFreezer {
  constructor(
    private readonly datasets: DatasetsService,
    private readonly models: ModelsService,
    private readonly capabilities: CapabilitiesRepository,
    private readonly vectors: VectorsService,
    private readonly adapters: AdaptersService,
  ) {}

  async freeze(request: FreezeRequest): Promise<Frozen> {
    if (request.origin === 'rest') refuseLocalFiles(request.suite);
    const { items, provenance } = await this.loadItems(request);
    const models = await this.loadModels(request.suite);
    const { shown, provenance: examples } = await this.loadExamples(request.suite, items);
    const modelOf = (arm: SuiteInput['arms'][number]): LoadedModel =>
      models.get(JSON.stringify(arm.model ?? request.suite.model)) as LoadedModel;
    const steering = await loadSteering(request.suite, this.vectors, modelOf);
    const adapters = await loadAdapters(request.suite, this.adapters, (arm) => modelOf(arm).resolved);
    const aliases = new Map([...models].map(([key, model]) => [key, model.resolved.card.alias]));
    return {
      suite: freezeSuite(request.suite, {
        datasets: provenance,
        aliasOf: (reference) => aliases.get(JSON.stringify(reference)) ?? '',
        adapters,
        examples: shown,
        steering,
      }),
      items,
      examples,
      steering,
      models: withAdapters(distinct([...models.values()]), (alias) =>
        request.suite.arms
          .filter((arm) => modelOf(arm).resolved.card.alias === alias)
          .flatMap(({ name }) => adapters[name] ?? []),
      ),
    };
  }

  private async loadItems(request: FreezeRequest): Promise<{ items: Item[]; provenance: DatasetProvenance[] }> {
    const items: Item[] = [];
    const provenance: DatasetProvenance[] = [];
    for (const [index, reference] of request.suite.datasets.entries()) {
      const limit = Math.min(reference.limit ?? Number.MAX_SAFE_INTEGER, request.limit ?? Number.MAX_SAFE_INTEGER);
      const loaded = await this.datasets.load({
        ...reference,
        limit: limit === Number.MAX_SAFE_INTEGER ? undefined : limit,
      });
      if (provenance.some(({ name }) => name === loaded.provenance.name)) throw sameName(loaded.provenance.name, index);
      items.push(...loaded.items);
      provenance.push(loaded.provenance);
    }
    return { items, provenance };
  }

  /** Calibration items of every data set, for the arms that show solved examples; the guard names any other item. */
  private async loadExamples(suite: SuiteInput, evaluated: readonly Item[]): Promise<LoadedExamples> {
    const shown: Record<string, NonNullable<Arm['examples']>> = {};
    const provenance: LoadedExamples['provenance'] = {};
    for (const arm of suite.arms) {
      const shots = techniqueDefinition(arm.technique).traits.shots(arm.params);
      if (shots === 0) continue;
      const examples: Record<string, { question: string; answer: string }[]> = {};
      const used: Record<string, { items: number; itemSetSha256: string }> = {};
      for (const { name, check } of suite.datasets) {
        const loaded = await this.datasets.load({ name, check, split: 'calibration', limit: shots });
        const itemSetSha256 = requireCalibrationItems(loaded.items);
        refuseEvaluated(loaded.items, evaluated);
        examples[loaded.provenance.name] = loaded.items.map(({ question, answer }) => ({ question, answer }));
        used[loaded.provenance.name] = { items: loaded.items.length, itemSetSha256 };
      }
      shown[arm.name] = examples;
      provenance[arm.name] = used;
    }
    return { shown, provenance };
  }

  /** Keyed by the reference as written, so that two arms naming one model share it. */
  private async loadModels(suite: SuiteInput): Promise<Map<string, LoadedModel>> {
    const found = new Map<string, LoadedModel>();
    for (const reference of [suite.model, ...suite.arms.map((arm) => arm.model ?? suite.model)]) {
      const key = JSON.stringify(reference);
      if (found.has(key)) continue;
      const resolved = await this.models.resolve(baseModelOf(reference));
      const capabilities = await this.capabilities.latest(resolved.sha256);
      if (!capabilities) throw notInspected(resolved.card.alias);
      found.set(key, { resolved, capabilities });
    }
    return found;
  }
}

export function modelProvenance({ resolved, capabilities, adapters }: FrozenModel): ModelProvenance {
  const unshared = unsharedReason(capabilities);
  return {
    alias: resolved.card.alias,
    sha256: resolved.sha256,
    usageSha256: usageHash(resolved.card),
    arch: capabilities.arch,
    parameters: capabilities.parameters,
    quantization: capabilities.quantization,
    fileBytes: capabilities.fileBytes,
    adapters: adapterUses(adapters),
    sharing: unshared === null,
    ...(unshared === null ? {} : { sharingReason: unshared }),
  };
}

interface LoadedExamples {
  readonly shown: Record<string, NonNullable<Arm['examples']>>;
  readonly provenance: Record<string, Record<string, { items: number; itemSetSha256: string }>>;
}

function refuseEvaluated(examples: readonly Item[], evaluated: readonly Item[]): void {
  const questions = new Set(evaluated.map((item) => item.question));
  const shared = examples.find((item) => questions.has(item.question));
  if (!shared) return;
  throw new LaconicError(
    'evaluation-items-refused',
    `Calibration item ${shared.id} of ${shared.dataset} asks what an evaluated item asks, so it cannot be an example.`,
    { hint: 'Remove the question from one of the two files.', where: `${shared.dataset}/${shared.id}` },
  );
}

/** Each adapter once, however many arms use it at one scale. */
function withAdapters(
  models: readonly LoadedModel[],
  ofModel: (alias: string) => readonly ArmAdapter[],
): FrozenModel[] {
  return models.map((model) => {
    const all = ofModel(model.resolved.card.alias).map((adapter) => [JSON.stringify(adapter), adapter] as const);
    return { ...model, adapters: [...new Map(all).values()] };
  });
}

function distinct(models: readonly LoadedModel[]): LoadedModel[] {
  return [...new Map(models.map((model) => [model.resolved.card.alias, model])).values()];
}

/** Over REST a path would let a caller read the server's disk. */
function refuseLocalFiles(suite: SuiteInput): void {
  for (const reference of [suite.model, ...suite.arms.map((arm) => arm.model ?? suite.model)]) {
    mapModelPaths(reference, refusePath);
  }
  for (const { path } of suite.datasets) if (path !== undefined) refusePath(path);
}

function refusePath(where: string): never {
  throw new LaconicError('suite-invalid', 'Paths are not accepted over REST.', {
    hint: 'Register the file on the server (`laconic models add`, `laconic adapters add`, `laconic datasets add`) and name its alias.',
    where,
  });
}

/** Samples name their data set, so two of one name could not be told apart. */
function sameName(name: string, index: number): LaconicError {
  return new LaconicError('suite-invalid', `Two data sets of the suite are called ${name}.`, {
    hint: 'Give one of them another `name` (a data set with a `path` takes any), or remove it.',
    where: `datasets.${index}`,
  });
}

function notInspected(alias: string): LaconicError {
  return new LaconicError('model-not-inspected', `No worker has inspected the model ${alias} yet.`, {
    hint: 'Start a worker (`laconic worker`); it inspects the registered models within seconds. Then repeat the request.',
    where: alias,
  });
}
