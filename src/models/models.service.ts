import { Inject, Injectable } from '@nestjs/common';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { LaconicError, nearestName, type ModelCard, type ThinkDelimiters } from '../domain/index.js';
import { chatFormat } from './chat-formats.js';
import { FileHashes } from './file-hashes.js';
import { ALIAS_PATTERN, parseModelCard } from './model-card.js';
import type { ModelFileFacts } from './model-file.js';
import { ModelStore, type StoredModel } from './model-store.js';

export interface ModelsSettings {
  /** Where the user's registry (models.json) and the hash cache (file-hashes.json) lie. */
  readonly home: string;
  /** Folder of the models that ship with the product. */
  readonly builtInFolder: string;
}

export const MODELS_SETTINGS = Symbol('MODELS_SETTINGS');

/** A model whose file is there and has the sha256 that its card says. */
export interface ResolvedModel {
  readonly card: ModelCard;
  readonly path: string;
  readonly sha256: string;
}

/** How a suite names a model. */
export type ModelTarget =
  | string
  | { readonly alias: string }
  | { readonly path: string }
  | { readonly endpoint: string; readonly name: string };

export interface ModelSummary {
  readonly alias: string;
  readonly description: string;
  readonly licence: string;
  readonly sha256: string;
  readonly chatFormat: string;
  /** Whether the card has thinking delimiters. */
  readonly thinking: boolean;
  readonly contextTokens: number;
  readonly source: 'built-in' | 'registered';
  /** Whether the file is there. */
  readonly available: boolean;
  readonly fileBytes: number | null;
}

/** Everything left out is taken from the file, or a default. */
export interface NewModel {
  readonly alias: string;
  readonly chatFormat?: string | undefined;
  /** null = the model does not mark its thinking. */
  readonly think?: ThinkDelimiters | null | undefined;
  readonly description?: string | undefined;
  readonly licence?: string | undefined;
  readonly stopStrings?: readonly string[] | undefined;
}

/** Used where neither the file nor the user says how long the context is. */
const DEFAULT_CONTEXT_TOKENS = 4096;

@Injectable()
export class ModelsService {
  private readonly store: ModelStore;
  private readonly hashes: FileHashes;

  constructor(@Inject(MODELS_SETTINGS) settings: ModelsSettings) {
    this.store = new ModelStore(settings.builtInFolder, path.join(settings.home, 'models.json'));
    this.hashes = new FileHashes(path.join(settings.home, 'file-hashes.json'));
  }

  async list(): Promise<ModelSummary[]> {
    return Promise.all((await this.store.all()).map(summaryOf));
  }

  /** Throws `model-unknown`, `model-missing`, or `model-changed` where the file is not the one that was registered. */
  async get(alias: string): Promise<ResolvedModel> {
    const models = await this.store.all();
    const found = models.find(({ card }) => card.alias === alias);
    if (!found) throw unknownModel(alias, models);
    return this.verified(found);
  }

  /** A path is registered under an alias of its own first, so that workers find it too. Never call with paths from REST. */
  async resolve(target: ModelTarget): Promise<ResolvedModel> {
    if (typeof target === 'string') return this.get(target);
    if ('alias' in target) return this.get(target.alias);
    if ('path' in target) return this.resolvePath(path.resolve(target.path));
    throw new LaconicError('suite-invalid', `Remote models (${target.endpoint}) are not supported yet.`, {
      hint: 'Name a registered model or {path: model.gguf}.',
      where: target.endpoint,
    });
  }

  /** Registers a file under an alias. The same file under the same alias again changes nothing; another file under it is refused. */
  async add(file: string, model: NewModel): Promise<ResolvedModel> {
    const absolute = path.resolve(file);
    const added = await this.newModel(absolute, model);
    await this.store.add((existing) => {
      const taken = existing.find(({ card }) => card.alias === model.alias);
      if (!taken) return added;
      if (taken.path === absolute && taken.card.sha256 === added.card.sha256) return null;
      throw new LaconicError('usage', `The alias ${model.alias} is taken by ${taken.path}.`, {
        hint: 'Choose another alias; `laconic models ls` lists those in use.',
        where: model.alias,
      });
    });
    return this.get(model.alias);
  }

  /**
   * What a file says about itself. Parses the file, so the code for it is loaded here and only here: the API process, which never
   * parses a model file, must not call this, `add`, or `resolve` with a path.
   */
  async inspectFile(file: string): Promise<ModelFileFacts> {
    const { inspectModelFile } = await import('./model-file.js');
    return inspectModelFile(path.resolve(file));
  }

  private async resolvePath(file: string): Promise<ResolvedModel> {
    const known = await this.registeredAs(file);
    if (known) return known;
    const base =
      path
        .basename(file)
        .replace(/\.gguf$/i, '')
        .replace(/[^A-Za-z0-9._-]+/g, '-')
        .replace(/^[^A-Za-z0-9]+/, '')
        .slice(0, 50) || 'model';
    const taken = (await this.store.all()).some(({ card }) => card.alias === base);
    const alias = taken ? `${base}-${(await this.hashes.sha256(file)).slice(0, 8)}` : base;
    return this.add(file, { alias });
  }

  private async registeredAs(file: string): Promise<ResolvedModel | null> {
    const candidates = (await this.store.all()).filter((model) => model.path === file);
    if (candidates.length === 0) return null;
    const sha256 = await this.hashes.sha256(file);
    const same = candidates.find(({ card }) => card.sha256 === sha256);
    return same ? { card: same.card, path: file, sha256 } : null;
  }

  private async verified({ card, path: file }: StoredModel): Promise<ResolvedModel> {
    const sha256 = await this.hashes.sha256(file);
    if (sha256 === card.sha256) return { card, path: file, sha256 };
    throw new LaconicError(
      'model-changed',
      `The file of model ${card.alias} is not the one its card describes (sha256 ${sha256}, expected ${card.sha256}).`,
      {
        hint: 'Put the original file back, or register the new one under another alias with `laconic models add`.',
        where: file,
      },
    );
  }

  private async newModel(file: string, model: NewModel): Promise<StoredModel> {
    if (!ALIAS_PATTERN.test(model.alias)) {
      throw new LaconicError('usage', `"${model.alias}" cannot be an alias.`, {
        hint: 'Use letters, digits, ".", "_" and "-", at most 64, the first a letter or digit.',
        where: model.alias,
      });
    }
    const facts = await this.inspectFile(file);
    const format = model.chatFormat ?? facts.chatFormat;
    if (format === null) throw unrecognisedFormat(file);
    const card = {
      alias: model.alias,
      file: path.basename(file),
      sha256: await this.hashes.sha256(file),
      description: model.description ?? facts.name ?? path.basename(file),
      licence: model.licence ?? 'unknown',
      chatFormat: chatFormat(format).name,
      think: model.think === undefined ? facts.think : model.think,
      stopStrings: model.stopStrings ?? [],
      contextTokens: facts.contextTokens ?? DEFAULT_CONTEXT_TOKENS,
    };
    return { card: parseModelCard(card, file), path: file, source: 'registered' };
  }
}

async function summaryOf({ card, path: file, source }: StoredModel): Promise<ModelSummary> {
  const status = await stat(file).catch(() => null);
  const { alias, description, licence, sha256, contextTokens } = card;
  return {
    alias,
    description,
    licence,
    sha256,
    chatFormat: card.chatFormat,
    thinking: card.think !== null,
    contextTokens,
    source,
    available: status?.isFile() ?? false,
    fileBytes: status?.size ?? null,
  };
}

function unknownModel(alias: string, models: readonly StoredModel[]): LaconicError {
  const aliases = models.map(({ card }) => card.alias);
  const nearest = nearestName(alias, aliases);
  return new LaconicError('model-unknown', `There is no model "${alias}".`, {
    hint: nearest
      ? `Did you mean ${nearest}?`
      : `Known are ${aliases.join(', ')}; register a file with \`laconic models add\`.`,
    where: alias,
  });
}

function unrecognisedFormat(file: string): LaconicError {
  return new LaconicError('model-invalid', `${file} does not show which chat format it was trained on.`, {
    hint: 'Name it with --chat-format (chatml, llama3, gemma, deepseek-r1 or plain).',
    where: file,
  });
}
