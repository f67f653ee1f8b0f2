import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { LaconicError, type ModelCard } from '../domain/index.js';
import { isCode, readJsonFile, withFileLock, writeJsonFile } from '../platform/files/index.js';
import { modelCardSchema, parseModelCard } from './model-card.js';

/** A card with where its file lies. */
export interface StoredModel {
  readonly card: ModelCard;
  readonly path: string;
  readonly source: 'built-in' | 'registered';
}

const registrySchema = z.strictObject({
  schemaVersion: z.literal(1),
  models: z.array(z.strictObject({ card: modelCardSchema, path: z.string().min(1) })),
});

/** Cards that ship with the product (`<folder>/<alias>/card.json`), and those a user registered in one JSON file. */
export class ModelStore {
  private shipped: Promise<StoredModel[]> | null = null;

  constructor(
    private readonly builtInFolder: string,
    private readonly registryFile: string,
  ) {}

  /** Built-in ones first, both sorted by alias. */
  async all(): Promise<StoredModel[]> {
    this.shipped ??= readBuiltIn(this.builtInFolder);
    const [builtIn, registered] = await Promise.all([this.shipped, this.registered()]);
    return [...builtIn, ...registered.toSorted((a, b) => (a.card.alias < b.card.alias ? -1 : 1))];
  }

  /**
   * `choose` sees every model under the registry's lock and returns the one to add, or null to add nothing; it may throw.
   * So a check for a free alias and the entry that takes it cannot be separated by another process.
   */
  async add(choose: (existing: readonly StoredModel[]) => StoredModel | null): Promise<void> {
    await withFileLock(this.registryFile, async () => {
      const added = choose(await this.all());
      if (!added) return;
      const models = [...(await this.registered()), added].map(({ card, path: file }) => ({ card, path: file }));
      await writeJsonFile(this.registryFile, { schemaVersion: 1, models });
    });
  }

  private async registered(): Promise<StoredModel[]> {
    const content = await readJsonFile(this.registryFile);
    if (content === null) return [];
    const parsed = registrySchema.safeParse(content);
    if (parsed.success) return parsed.data.models.map((model) => ({ ...model, source: 'registered' }));
    const [issue] = parsed.error.issues;
    throw new LaconicError(
      'model-invalid',
      `${this.registryFile} is damaged at ${issue?.path.map(String).join('.')}: ${issue?.message}.`,
      {
        hint: 'Correct or delete the file and register your models again with `laconic models add`.',
        where: this.registryFile,
      },
    );
  }
}

async function readBuiltIn(folder: string): Promise<StoredModel[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found: StoredModel[] = [];
  for (const name of entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted()) {
    const file = path.join(folder, name, 'card.json');
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (isCode(error, 'ENOENT')) return null;
      throw error;
    });
    if (text === null) continue;
    const card = parseModelCard(JSON.parse(text), file);
    found.push({ card, path: path.join(folder, name, card.file), source: 'built-in' });
  }
  return found;
}
