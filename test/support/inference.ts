import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatasetsService } from '../../src/datasets/index.js';
import type { Arm, Item, ModelCapabilities } from '../../src/domain/index.js';
import { InferenceService, type FrozenModelFile, type KnownCall } from '../../src/inference/index.js';
import {
  AdaptersService,
  ModelsService,
  usageHash,
  VectorsService,
  type CapabilitiesRepository,
} from '../../src/models/index.js';

const ROOT = join(__dirname, '../..');
const HOME = join(tmpdir(), 'laconic-inference');

/** Capabilities in memory, so that an engine needs no database. */
class RememberedCapabilities implements Pick<CapabilitiesRepository, 'find' | 'record'> {
  private readonly known = new Map<string, ModelCapabilities>();

  async find(sha256: string): Promise<ModelCapabilities | null> {
    return this.known.get(sha256) ?? null;
  }

  async record(sha256: string, _: unknown, capabilities: ModelCapabilities): Promise<void> {
    this.known.set(sha256, capabilities);
  }
}

export async function shippedItems(name: string, limit: number): Promise<readonly Item[]> {
  const settings = { home: HOME, folder: join(ROOT, 'datasets'), fetch };
  return (await new DatasetsService(settings).load({ name, limit })).items;
}

export interface Inference {
  readonly service: InferenceService;
  readonly model: FrozenModelFile;
  /** Samples of the tasks, as calls that are known by now; in the order of the tasks. */
  readonly sample: (arm: Arm, items: readonly Item[]) => Promise<KnownCall[]>;
}

/** The engine as the service sees it, with a model that ships. Needs a build; close it with `onApplicationShutdown`. */
export async function openInference(alias: string, processes: number): Promise<Inference> {
  const settings = { home: HOME, builtInFolder: join(ROOT, 'engine/models') };
  const models = new ModelsService(settings);
  const { card, sha256 } = await models.get(alias);
  const model = { alias, sha256, usageSha256: usageHash(card) };
  const shape = { processes, streams: 8, threads: 1, memoryBytes: 2 ** 32, fault: null };
  const service = new InferenceService(
    { ...shape, childModule: join(ROOT, 'dist/inference/engine-child.js') },
    models,
    new RememberedCapabilities() as unknown as CapabilitiesRepository,
    new VectorsService(settings),
    new AdaptersService(settings, models),
  );
  const sample = async (arm: Arm, items: readonly Item[]): Promise<KnownCall[]> => {
    const tasks = items.map((item) => ({ arm, items: [item], repeat: 0 }));
    const ids = new Map<unknown, readonly number[]>();
    await service.generate(model, tasks, {
      tenancy: 'shared',
      signal: new AbortController().signal,
      onSamples: (samples) => {
        for (const { task, generation } of samples) ids.set(task, [...generation.thinkIds, ...generation.answerIds]);
        return [];
      },
    });
    return tasks.map((task) => ({ task, ids: ids.get(task) ?? [] }));
  };
  return { service, model, sample };
}
