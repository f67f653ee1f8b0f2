import { Inject, Injectable } from '@nestjs/common';
import path from 'node:path';
import {
  InvalidFileError,
  LaconicError,
  nearestName,
  sha256Hex,
  type DatasetProvenance,
  type DatasetSplit,
  type Item,
} from '../domain/index.js';
import { itemSetSha256, markAsCalibration } from './calibration-guard.js';
import { fromRegistry, fromStore, summaryOf, type CatalogueEntry, type DatasetSummary } from './catalogue.js';
import { changed, noSuchSplit, notPulled } from './dataset-errors.js';
import { DatasetStore } from './dataset-store.js';
import { download, type Fetch } from './download.js';
import type { WrittenCheck } from './item-line.js';
import { parseItems, readDatasetFile, type ReadItems } from './read-items.js';
import { readRegistry, type RegistryEntry } from './registry.js';
import { selectItems } from './select-items.js';

export interface DatasetsSettings {
  /** Holds the user's registry (datasets.json) and downloaded files (datasets/). */
  readonly home: string;
  /** Folder with registry.yaml and the data sets that ship with the product. */
  readonly folder: string;
  readonly fetch: Fetch;
}

export const DATASETS_SETTINGS = Symbol('DATASETS_SETTINGS');

/** How a suite names a data set: a registered name, or a path with an optional name for it. */
export interface DatasetTarget {
  readonly name?: string | undefined;
  readonly path?: string | undefined;
  /** How answers are checked where the items do not say it themselves. */
  readonly check?: WrittenCheck | undefined;
  readonly split?: DatasetSplit | undefined;
  readonly limit?: number | undefined;
}

export interface LoadedDataset {
  readonly provenance: DatasetProvenance;
  readonly items: readonly Item[];
}

export interface NewDataset {
  readonly name: string;
  readonly check?: WrittenCheck | undefined;
  readonly title?: string | undefined;
  readonly licence?: string | undefined;
  /** Items to fit and tune on; must share no question with the others. */
  readonly calibrationPath?: string | undefined;
}

interface LocatedItems extends ReadItems {
  readonly path: string;
}

const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

@Injectable()
export class DatasetsService {
  private readonly store: DatasetStore;
  private registry: Promise<readonly RegistryEntry[]> | null = null;

  constructor(@Inject(DATASETS_SETTINGS) private readonly settings: DatasetsSettings) {
    this.store = new DatasetStore(path.join(settings.home, 'datasets.json'));
  }

  /** Shipped and downloadable ones in the registry's order, then the user's own by name. */
  async list(): Promise<DatasetSummary[]> {
    return Promise.all((await this.entries()).map(summaryOf));
  }

  /** Reads, verifies and selects. Throws `dataset-unknown`, `dataset-changed` or `dataset-invalid`. Never call with paths from REST. */
  async load(target: DatasetTarget): Promise<LoadedDataset> {
    const split = target.split ?? 'items';
    const { name, read } =
      target.path === undefined ? await this.readNamed(target, split) : await readPath(target, target.path);
    if (split === 'calibration') markAsCalibration(read.items);
    const items = selectItems(read.items, target.limit);
    return {
      items,
      provenance: { name, sha256: read.sha256, itemSetSha256: itemSetSha256(items), items: items.length },
    };
  }

  /** Downloads a data set that does not ship; one that is there already is only verified. */
  async pull(name: string): Promise<DatasetSummary> {
    const entry = await this.entry(name);
    const file = entry.files.items;
    const summary = await summaryOf(entry);
    if (file?.remote && !summary.available) await download(file.remote, file.path, this.settings.fetch);
    await this.load({ name });
    return summaryOf(entry);
  }

  /** Registers a file of the user's own under a name. Registering the name again replaces what it stood for. */
  async add(file: string, dataset: NewDataset): Promise<DatasetSummary> {
    await this.refuseName(dataset.name);
    const read = async (source: string): Promise<LocatedItems> => {
      const absolute = path.resolve(source);
      return { ...(await readPath(dataset, absolute)).read, path: absolute };
    };
    const items = await read(file);
    const calibration = dataset.calibrationPath === undefined ? null : await read(dataset.calibrationPath);
    if (calibration) refuseShared(items.items, calibration);
    await this.store.put({
      name: dataset.name,
      title: dataset.title ?? dataset.name,
      licence: dataset.licence ?? 'unknown',
      check: dataset.check ?? null,
      answer: [...new Set(items.items.map((item) => item.check.type))].toSorted().join(', '),
      levels: [...new Set(items.items.flatMap((item) => item.level ?? []))].toSorted((a, b) => a - b),
      items: fileOf(items),
      calibration: calibration && fileOf(calibration),
    });
    return summaryOf(await this.entry(dataset.name));
  }

  private async entries(): Promise<CatalogueEntry[]> {
    this.registry ??= readRegistry(this.settings.folder);
    const cache = path.join(this.settings.home, 'datasets');
    const known = (await this.registry).map((entry) => fromRegistry(entry, this.settings.folder, cache));
    return [...known, ...(await this.store.all()).map(fromStore)];
  }

  private async entry(name: string): Promise<CatalogueEntry> {
    const entries = await this.entries();
    const found = entries.find((entry) => entry.name === name);
    if (found) return found;
    const names = entries.map((entry) => entry.name);
    const nearest = nearestName(name, names);
    throw new LaconicError('dataset-unknown', `There is no data set "${name}".`, {
      hint: nearest
        ? `Did you mean ${nearest}?`
        : `Known are ${names.join(', ')}; a file of your own is named by its path.`,
      where: name,
    });
  }

  private async readNamed(target: DatasetTarget, split: DatasetSplit): Promise<{ name: string; read: ReadItems }> {
    const entry = await this.entry(target.name ?? '');
    const file = entry.files[split];
    if (!file) throw noSuchSplit(entry.name, split);
    if (file.remote && !(await summaryOf(entry)).available) throw notPulled(entry.name);
    const bytes = await readDatasetFile(file.path);
    const { name: dataset, fields, prompt } = entry;
    if (sha256Hex(bytes) !== file.sha256) throw changed(file, bytes.length);
    return {
      name: dataset,
      read: parseItems(bytes, file.path, { dataset, fields, prompt, check: target.check ?? entry.check }),
    };
  }

  private async refuseName(name: string): Promise<void> {
    const taken = (await this.entries()).find((entry) => entry.name === name && entry.origin !== 'registered');
    if (NAME_PATTERN.test(name) && !taken) return;
    throw new LaconicError(
      'usage',
      taken ? `The name ${name} is taken by a data set of the product.` : `"${name}" cannot be a name.`,
      {
        hint: 'Use letters, digits, ".", "_" and "-", at most 64, the first a letter or digit.',
        where: name,
      },
    );
  }
}

async function readPath(
  target: { readonly name?: string | undefined; readonly check?: WrittenCheck | undefined },
  file: string,
) {
  const absolute = path.resolve(file);
  const base = path.basename(absolute).replace(/\.(jsonl|ndjson|json)$/i, '');
  const name =
    target.name ??
    (base
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 64) ||
      'items');
  const read = parseItems(await readDatasetFile(absolute), file, {
    dataset: name,
    check: target.check ?? null,
    prompt: null,
    fields: null,
  });
  return { name, read };
}

function fileOf({ path: file, sha256, items }: LocatedItems) {
  return { path: file, sha256, count: items.length };
}

function refuseShared(evaluation: readonly Item[], calibration: LocatedItems): void {
  const questions = new Set(evaluation.map((item) => item.question));
  const shared = calibration.items.filter((item) => questions.has(item.question));
  if (shared.length === 0) return;
  throw new InvalidFileError(
    'dataset-invalid',
    shared.slice(0, 20).map((item) => ({
      file: calibration.path,
      line: null,
      key: item.id,
      message: 'The question is an evaluation item too.',
      hint: 'Nothing may be fitted on items that results are quoted on; remove it from one of the files.',
    })),
  );
}
