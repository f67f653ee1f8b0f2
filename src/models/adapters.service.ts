import { Inject, Injectable } from '@nestjs/common';
import { copyFile, glob, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { LaconicError, nearestName, type AdapterReference } from '../domain/index.js';
import { readJsonFile, statIfThere, withFileLock, writeJsonFile } from '../platform/files/index.js';
import { ADAPTER_NAME, parseAdapterCard, type AdapterCard } from './adapter-card.js';
import type { InspectedAdapter } from './adapter-file.js';
import { FileHashes } from './file-hashes.js';
import { MODELS_SETTINGS, ModelsService, type ModelsSettings, type ResolvedModel } from './models.service.js';

/** An adapter whose file is there and has the sha256 that its card says. */
export interface ResolvedAdapter {
  readonly name: string;
  readonly card: AdapterCard;
  readonly path: string;
}

export interface AdapterSummary {
  readonly name: string;
  readonly card: AdapterCard;
  readonly source: 'built-in' | 'registered';
}

/** Everything left out is taken from the file. */
export interface NewAdapter {
  readonly name?: string | undefined;
  /** Alias of the model that it is for; left out, the known model whose sha256 the file names. */
  readonly base?: string | undefined;
}

interface Wanted {
  /** What to say for the file in sentences. */
  readonly shown?: string;
  readonly name?: string | undefined;
  readonly base: ResolvedModel;
}

/**
 * LoRA adapters by name: those that ship beside their model (`<model>/adapters/<name>.gguf` with a card `<name>.json`), and copies of
 * those that were registered, in LACONIC_HOME. A name stands for one file and the one model file that it was checked against.
 */
@Injectable()
export class AdaptersService {
  private readonly folder: string;
  private readonly hashes: FileHashes;

  constructor(
    @Inject(MODELS_SETTINGS) private readonly settings: ModelsSettings,
    private readonly models: ModelsService,
  ) {
    this.folder = path.join(settings.home, 'adapters');
    this.hashes = new FileHashes(path.join(settings.home, 'file-hashes.json'));
  }

  /** By name. */
  async list(): Promise<AdapterSummary[]> {
    const cards = [...(await this.cards())].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Promise.all(
      cards.map(async ([name, file]) => ({
        name,
        card: parseAdapterCard(await readJsonFile(file), file),
        source: file.startsWith(this.folder + path.sep) ? 'registered' : 'built-in',
      })),
    );
  }

  /** Throws `model-unknown`, `model-missing`, or `model-changed` where the file is not the one that the card describes. */
  async get(name: string): Promise<ResolvedAdapter> {
    const cards = await this.cards();
    const cardFile = cards.get(name);
    if (cardFile === undefined) throw unknownAdapter(name, [...cards.keys()]);
    const card = parseAdapterCard(await readJsonFile(cardFile), cardFile);
    const file = cardFile.replace(/\.json$/, '.gguf');
    const sha256 = await this.hashes.sha256(file);
    if (sha256 === card.sha256) return { name, card, path: file };
    throw new LaconicError(
      'model-changed',
      `The file of adapter ${name} is not the one its card describes (sha256 ${sha256}, expected ${card.sha256}).`,
      { hint: 'Put the original file back, or register the new one under another name.', where: file },
    );
  }

  /**
   * The adapter that a suite names for a model. A file is registered under a name of its own first, so that workers find it. Never
   * call with paths from REST. Throws `model-invalid` where it was made for another model.
   */
  async resolve(reference: AdapterReference, base: ResolvedModel): Promise<ResolvedAdapter> {
    const found =
      'name' in reference
        ? await this.get(reference.name)
        : await this.register(path.resolve(reference.path), { base });
    if (found.card.base.sha256 === base.sha256) return found;
    throw otherBase(found.name, found.card.base.alias, base);
  }

  /** Keeps a copy under a name, which another one must not have; the same file for the same model again changes nothing. */
  async add(source: string, { name, base }: NewAdapter): Promise<ResolvedAdapter> {
    const given = path.resolve(source);
    const model = base === undefined ? await this.baseNamedBy(given) : await this.models.get(base);
    return this.register(given, { name, base: model });
  }

  /** What a file says about itself; parses it, so never in the API process. */
  async inspectFile(file: string, base: string | null = null, shown = file): Promise<InspectedAdapter> {
    const { inspectAdapterFile } = await import('./adapter-file.js');
    return inspectAdapterFile(path.resolve(file), base, shown);
  }

  private async register(given: string, wanted: Wanted): Promise<ResolvedAdapter> {
    if (!(await isFolder(given))) return this.addFile(given, wanted);
    const { convertPeft } = await import('./peft-import.js');
    await mkdir(this.folder, { recursive: true });
    const passing = await mkdtemp(path.join(this.folder, '.import-'));
    try {
      // Named like the folder, which gives the adapter its name.
      const file = path.join(passing, `${path.basename(given)}.gguf`);
      convertPeft({ folder: given, base: wanted.base.path }, file);
      return await this.addFile(file, { ...wanted, shown: given });
    } finally {
      await rm(passing, { recursive: true });
    }
  }

  private async addFile(file: string, { name, base, shown }: Wanted): Promise<ResolvedAdapter> {
    const card = await this.newCard(file, base, shown);
    const chosen = name ?? (await this.freeName(file, card));
    if (!ADAPTER_NAME.test(chosen)) throw unusableName(chosen);
    const cardFile = path.join(this.folder, `${chosen}.json`);
    await withFileLock(cardFile, async () => {
      const taken = (await this.cards()).has(chosen) ? (await this.get(chosen)).card : null;
      if (taken !== null && !isSame(taken, card)) throw nameTaken(chosen);
      if (taken === null) await this.keep(file, cardFile, card);
    });
    return this.get(chosen);
  }

  /** The card comes last: an adapter without one is not there. */
  private async keep(file: string, cardFile: string, card: AdapterCard): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const kept = cardFile.replace(/\.json$/, '.gguf');
    const passing = `${kept}.${process.pid}`;
    try {
      await copyFile(file, passing);
      await rename(passing, kept);
    } finally {
      await rm(passing, { force: true });
    }
    await writeJsonFile(cardFile, card);
  }

  private async newCard(file: string, base: ResolvedModel, shown = file): Promise<AdapterCard> {
    const { name, licence, fileBytes: _, ...facts } = await this.inspectFile(file, base.path, shown);
    const meant = facts.compression?.baseSha256 ?? null;
    if (meant !== null && meant !== base.sha256) throw otherBase(shown, `the model of sha256 ${meant}`, base);
    return {
      schemaVersion: 1,
      sha256: await this.hashes.sha256(file),
      base: { alias: base.card.alias, sha256: base.sha256 },
      description: name ?? path.basename(file),
      licence: licence ?? 'unknown',
      ...facts,
    };
  }

  /** The file's own name, with a piece of its sha256 where that stands for another adapter. */
  private async freeName(file: string, card: AdapterCard): Promise<string> {
    const plain =
      path
        .basename(file)
        .replace(/\.gguf$/i, '')
        .replace(/[^A-Za-z0-9._-]+/g, '-')
        .replace(/^[^A-Za-z0-9]+/, '')
        .slice(0, 46) || 'adapter';
    const named = (await this.list()).filter(({ name }) => name.startsWith(plain));
    const same = named.find((known) => isSame(known.card, card));
    if (same) return same.name;
    const taken = named.some(({ name }) => name === plain);
    return taken ? `${plain}-${card.sha256.slice(0, 8)}-${card.base.sha256.slice(0, 8)}` : plain;
  }

  private async baseNamedBy(given: string): Promise<ResolvedModel> {
    const facts = (await isFolder(given)) ? null : await this.inspectFile(given);
    const wanted = facts?.compression?.baseSha256 ?? null;
    const known = (await this.models.list()).find(({ sha256 }) => sha256 === wanted);
    if (known) return this.models.get(known.alias);
    throw new LaconicError('usage', `${given} does not say which of the models here it is for.`, {
      hint: 'Name the model with --base; `laconic models ls` lists them.',
      where: given,
    });
  }

  /** Card files by name; what ships cannot be hidden by a file of the same name. */
  private async cards(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const [folder, pattern] of [
      [this.folder, '*.json'],
      [this.settings.builtInFolder, '*/adapters/*.json'],
    ] as const) {
      for await (const file of glob(pattern, { cwd: folder })) {
        found.set(path.basename(file, '.json'), path.join(folder, file));
      }
    }
    return found;
  }
}

async function isFolder(given: string): Promise<boolean> {
  return (await statIfThere(given))?.isDirectory() ?? false;
}

function isSame(a: AdapterCard, b: AdapterCard): boolean {
  return a.sha256 === b.sha256 && a.base.sha256 === b.base.sha256;
}

function unknownAdapter(name: string, names: readonly string[]): LaconicError {
  const nearest = nearestName(name, names);
  return new LaconicError('model-unknown', `There is no adapter "${name}".`, {
    hint: nearest
      ? `Did you mean ${nearest}?`
      : `Known are ${names.toSorted().join(', ') || 'none'}; register one with \`laconic adapters add\`.`,
    where: name,
  });
}

function unusableName(name: string): LaconicError {
  return new LaconicError('usage', `"${name}" cannot be an adapter's name.`, {
    hint: 'Use letters, digits, ".", "_" and "-", at most 64, the first a letter or digit.',
    where: name,
  });
}

function nameTaken(name: string): LaconicError {
  return new LaconicError('usage', `Another adapter is called ${name}, or the same one for another model.`, {
    hint: 'Choose another name; runs that were made with the other one refer to it.',
    where: name,
  });
}

function otherBase(adapter: string, meant: string, base: ResolvedModel): LaconicError {
  return new LaconicError(
    'model-invalid',
    `The adapter ${adapter} is for ${meant}, not for ${base.card.alias} (sha256 ${base.sha256}).`,
    {
      hint: 'Name the model that it was trained for, or register the adapter for this one under another name (`laconic adapters add --base`).',
      where: adapter,
    },
  );
}
