import { Inject, Injectable } from '@nestjs/common';
import { glob } from 'node:fs/promises';
import path from 'node:path';
import { contentHash, LaconicError, nearestName, type SteeringVector } from '../domain/index.js';
import { readJsonFile, withFileLock, writeJsonFile } from '../platform/files/index.js';
import { MODELS_SETTINGS, type ModelsSettings } from './models.service.js';
import { parseVector, VECTOR_NAME } from './vector-file.js';

export interface StoredVector {
  readonly name: string;
  readonly vector: SteeringVector;
  /** Of its content; where the file lies and what it is called do not matter. */
  readonly sha256: string;
}

/** Steering vectors by name: those that ship beside a model (`<model>/vectors/<name>.json`), and those registered in LACONIC_HOME. */
@Injectable()
export class VectorsService {
  private readonly folder: string;

  constructor(@Inject(MODELS_SETTINGS) private readonly settings: ModelsSettings) {
    this.folder = path.join(settings.home, 'vectors');
  }

  /** Throws `model-unknown`, or `model-invalid` where the file is damaged. */
  async get(name: string): Promise<StoredVector> {
    const files = await this.files();
    const file = files.get(name);
    if (file === undefined) throw unknownVector(name, [...files.keys()]);
    const vector = parseVector(await readJsonFile(file), file);
    return { name, vector, sha256: vectorSha256(vector) };
  }

  /** Keeps a vector under a name, which another one must not have; the same vector again changes nothing. */
  async register(name: string, vector: SteeringVector): Promise<StoredVector> {
    if (!VECTOR_NAME.test(name)) {
      throw new LaconicError('usage', `"${name}" cannot be a vector's name.`, {
        hint: 'Use letters, digits, ".", "_" and "-", at most 64, the first a letter or digit.',
        where: name,
      });
    }
    const file = path.join(this.folder, `${name}.json`);
    await withFileLock(file, async () => {
      const taken = (await this.files()).has(name) ? await this.get(name) : null;
      if (taken === null) return writeJsonFile(file, vector);
      if (taken.sha256 !== vectorSha256(vector)) throw nameTaken(name);
    });
    return this.get(name);
  }

  /** By name; what ships cannot be hidden by a file of the same name. */
  private async files(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const [folder, pattern] of [
      [this.folder, '*.json'],
      [this.settings.builtInFolder, '*/vectors/*.json'],
    ] as const) {
      for await (const file of glob(pattern, { cwd: folder })) {
        found.set(path.basename(file, '.json'), path.join(folder, file));
      }
    }
    return found;
  }
}

export function vectorSha256(vector: SteeringVector): string {
  return contentHash(vector);
}

function unknownVector(name: string, names: readonly string[]): LaconicError {
  const nearest = nearestName(name, names);
  return new LaconicError('model-unknown', `There is no steering vector "${name}".`, {
    hint: nearest
      ? `Did you mean ${nearest}?`
      : `Known are ${names.toSorted().join(', ') || 'none'}; fit one with \`laconic fit overclock --name ${name}\`.`,
    where: name,
  });
}

function nameTaken(name: string): LaconicError {
  return new LaconicError('usage', `Another steering vector is called ${name}.`, {
    hint: 'Choose another name; runs that were made with the other one refer to it.',
    where: name,
  });
}
