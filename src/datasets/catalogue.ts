import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { DatasetSplit } from '../domain/index.js';
import type { RegisteredDataset } from './dataset-store.js';
import type { WrittenCheck } from './item-line.js';
import { isRemote, type FieldMapping, type RegistryEntry, type RemoteFile } from './registry.js';

/** One file of a data set: where it lies, what it must contain, and where it comes from if it is not there. */
export interface CatalogueFile {
  readonly path: string;
  readonly sha256: string;
  readonly count: number;
  readonly remote: RemoteFile | null;
}

/** A data set known by name, whatever its origin. */
export interface CatalogueEntry {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  readonly source: string;
  readonly answerType: string;
  readonly levels: readonly number[];
  readonly origin: 'built-in' | 'download' | 'registered';
  readonly check: WrittenCheck | null;
  readonly prompt: string | null;
  readonly fields: FieldMapping | null;
  readonly files: Readonly<Record<DatasetSplit, CatalogueFile | null>>;
}

/** A row of `laconic datasets ls` and of the REST list. */
export interface DatasetSummary {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  readonly source: string;
  readonly answerType: string;
  readonly items: number;
  readonly calibrationItems: number;
  /** Of the evaluation file. */
  readonly sha256: string;
  readonly levels: readonly number[];
  readonly origin: CatalogueEntry['origin'];
  /** False where the file has to be downloaded, or is gone. */
  readonly available: boolean;
}

/** `folder` holds the shipped files, `cache` the downloaded ones. */
export function fromRegistry(entry: RegistryEntry, folder: string, cache: string): CatalogueEntry {
  const { name, title, licence, source, answer, levels, prompt } = entry;
  const common = { name, title, licence, source, answerType: answer, levels, prompt, check: null };
  if (isRemote(entry)) {
    const remote = entry.items;
    const file = path.join(cache, `${name}-${remote.sha256.slice(0, 8)}.jsonl`);
    const items = { path: file, sha256: remote.sha256, count: remote.count, remote };
    return { ...common, origin: 'download', fields: entry.fields, files: { items, calibration: null } };
  }
  const shipped = ({ path: file, sha256, count }: typeof entry.items): CatalogueFile => ({
    path: path.join(folder, file),
    sha256,
    count,
    remote: null,
  });
  const files = { items: shipped(entry.items), calibration: shipped(entry.calibration) };
  return { ...common, origin: 'built-in', fields: null, files };
}

export function fromStore(dataset: RegisteredDataset): CatalogueEntry {
  const { name, title, licence, check, answer, levels, items, calibration } = dataset;
  return {
    name,
    title,
    licence,
    source: items.path,
    answerType: answer,
    levels,
    origin: 'registered',
    check,
    prompt: null,
    fields: null,
    files: { items: { ...items, remote: null }, calibration: calibration && { ...calibration, remote: null } },
  };
}

export async function summaryOf(entry: CatalogueEntry): Promise<DatasetSummary> {
  const { name, title, licence, source, answerType, levels, origin, files } = entry;
  const status = files.items && (await stat(files.items.path).catch(() => null));
  return {
    name,
    title,
    licence,
    source,
    answerType,
    items: files.items?.count ?? 0,
    calibrationItems: files.calibration?.count ?? 0,
    sha256: files.items?.sha256 ?? '',
    levels,
    origin,
    available: status?.isFile() ?? false,
  };
}
