import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SteeringVector } from '../domain/index.js';
import { vectorSha256, VectorsService } from './vectors.service.js';

const VECTOR: SteeringVector = {
  schemaVersion: 1,
  technique: 'overclock',
  model: { alias: 'mine', sha256: 'a'.repeat(64) },
  states: 'final-norm',
  direction: [0.5, -0.25],
  intercept: 0.1,
  stateLength: 24,
  fit: {
    ridge: 1000,
    items: 10,
    itemSetSha256: 'b'.repeat(64),
    samples: 10,
    tokens: 900,
    folds: 5,
    seed: 1,
    r2: 0.6,
    heldOutR2: 0.5,
  },
};

describe('VectorsService', () => {
  let home: string;
  let vectors: VectorsService;

  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'laconic-vectors-'));
    vectors = new VectorsService({ home, builtInFolder: path.join(home, 'shipped') });
    await mkdir(path.join(home, 'shipped', 'mine', 'vectors'), { recursive: true });
    await writeFile(path.join(home, 'shipped', 'mine', 'vectors', 'stock.json'), JSON.stringify(VECTOR));
  });

  afterEach(() => rm(home, { recursive: true }));

  it('finds vectors that ship and vectors that were registered, by name', async () => {
    const other = { ...VECTOR, intercept: 0.2 };
    expect(await vectors.register('own', other)).toEqual({ name: 'own', vector: other, sha256: vectorSha256(other) });
    expect((await vectors.get('own')).vector).toEqual(other);
    expect((await vectors.get('stock')).sha256).toBe(vectorSha256(VECTOR));
  });

  it('ships a vector of the reference model that fits its file', async () => {
    const models = path.join(__dirname, '..', '..', 'engine', 'models');
    const { vector, sha256 } = await new VectorsService({ home, builtInFolder: models }).get('reference');
    const folder = path.join(models, 'reference');
    const card = JSON.parse(await readFile(path.join(folder, 'card.json'), 'utf8')) as { sha256: string };
    expect(vector.model).toEqual({ alias: 'reference', sha256: card.sha256 });
    expect(vector.direction).toHaveLength(384);
    const described = await readFile(path.join(folder, 'vectors', 'README.md'), 'utf8');
    expect(described).toContain(sha256);
    expect(described).toContain(`${vector.fit.heldOutR2.toFixed(3)} on items held out`);
  });

  it('refuses another vector under a name that is taken, and takes the same one again', async () => {
    await vectors.register('own', VECTOR);
    await vectors.register('own', VECTOR);
    await vectors.register('stock', VECTOR);
    for (const name of ['own', 'stock']) {
      await expect(vectors.register(name, { ...VECTOR, intercept: 9 })).rejects.toMatchObject({
        code: 'usage',
        where: name,
      });
    }
  });

  it.each(['../own', 'a/b', '', '.hidden'])('refuses the name "%s", which could be a path', async (name) => {
    await expect(vectors.register(name, VECTOR)).rejects.toMatchObject({ code: 'usage' });
    await expect(vectors.get(name)).rejects.toMatchObject({ code: 'model-unknown' });
  });

  it('suggests the nearest name when there is no such vector', async () => {
    await expect(vectors.get('stok')).rejects.toMatchObject({ code: 'model-unknown', hint: 'Did you mean stock?' });
  });

  it('names the file and the key when a file is damaged', async () => {
    await mkdir(path.join(home, 'vectors'));
    await writeFile(path.join(home, 'vectors', 'bad.json'), JSON.stringify({ ...VECTOR, direction: [0, 0] }));
    await expect(vectors.get('bad')).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining('direction: must not be zero'),
      where: path.join(home, 'vectors', 'bad.json'),
    });
  });
});
