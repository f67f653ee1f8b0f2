import { appendFile, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AdaptersService } from './adapters.service.js';
import { ModelsService, type ResolvedModel } from './models.service.js';
import { NANO, writeLora } from './testing/lora-file.js';
import { writePeft } from './testing/peft-folder.js';

describe('AdaptersService', () => {
  let home: string;
  let file: string;
  let models: ModelsService;
  let adapters: AdaptersService;
  let nano: ResolvedModel;

  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'laconic-adapters-'));
    file = path.join(home, 'my adapter.gguf');
    writeLora(file, NANO);
    await mkdir(path.join(home, 'shipped', 'reference-nano', 'adapters'), { recursive: true });
    for (const part of ['card.json', 'reference-nano.gguf']) {
      await copyFile(path.join(path.dirname(NANO), part), path.join(home, 'shipped', 'reference-nano', part));
    }
    const settings = { home: path.join(home, 'home'), builtInFolder: path.join(home, 'shipped') };
    models = new ModelsService(settings);
    adapters = new AdaptersService(settings, models);
    nano = await models.get('reference-nano');
  });

  afterEach(() => rm(home, { recursive: true }));

  it('keeps a copy with what the file says, so that it outlives the original', async () => {
    const added = await adapters.add(file, { name: 'mine', base: 'reference-nano' });
    expect(added.card).toMatchObject({
      base: { alias: 'reference-nano', sha256: nano.sha256 },
      description: 'my adapter.gguf',
      licence: 'unknown',
      arch: 'qwen3',
      rank: 4,
      alpha: 8,
    });
    await rm(file);
    expect(await adapters.get('mine')).toEqual(added);
    expect(await adapters.list()).toEqual([{ name: 'mine', card: added.card, source: 'registered' }]);
    expect((await readdir(path.dirname(added.path))).toSorted()).toEqual(['mine.gguf', 'mine.json']);
  });

  it('ships an adapter of the reference model whose card says what its file says', async () => {
    const settings = { home: path.join(home, 'home'), builtInFolder: path.dirname(path.dirname(NANO)) };
    const shipped = new AdaptersService(settings, new ModelsService(settings));
    const { card, path: own } = await shipped.get('tokenskip');
    const { arch, rank, alpha, weights, parameters, compression } = card;
    expect(await shipped.inspectFile(own)).toMatchObject({ arch, rank, alpha, weights, parameters, compression });
    expect(compression).toMatchObject({ control: 'qwen', baseSha256: card.base.sha256 });
    await expect(shipped.add(own, { name: 'again', base: 'reference' })).resolves.toMatchObject({ name: 'again' });
  });

  it('takes the same file again, and refuses another under the name', async () => {
    const added = await adapters.add(file, { name: 'mine', base: 'reference-nano' });
    expect(await adapters.add(file, { name: 'mine', base: 'reference-nano' })).toEqual(added);
    writeLora(file, NANO, { seed: 2 });
    await expect(adapters.add(file, { name: 'mine', base: 'reference-nano' })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('Another adapter is called mine'),
    });
    expect(await adapters.get('mine')).toEqual(added);
  });

  it('registers a file that a suite names under a name of its own, once for each content', async () => {
    const first = await adapters.resolve({ path: file, scale: 1 }, nano);
    expect(first.name).toBe('my-adapter');
    expect((await adapters.resolve({ path: file, scale: 0.5 }, nano)).name).toBe('my-adapter');
    writeLora(file, NANO, { seed: 2 });
    const second = await adapters.resolve({ path: file, scale: 1 }, nano);
    expect(second.name).toMatch(/^my-adapter-[0-9a-f]{8}-[0-9a-f]{8}$/);
    expect(await adapters.get('my-adapter')).toEqual(first);
    expect(await adapters.resolve({ name: second.name, scale: 1 }, nano)).toEqual(second);
  });

  it('finds adapters that ship, and none of the same name hides them', async () => {
    const { card, path: kept } = await adapters.add(file, { name: 'stock', base: 'reference-nano' });
    const shipped = path.join(home, 'shipped', 'reference-nano', 'adapters');
    writeLora(file, NANO, { seed: 2 });
    const other = await adapters.add(file, { name: 'other', base: 'reference-nano' });
    await copyFile(other.path, path.join(shipped, 'stock.gguf'));
    await writeFile(path.join(shipped, 'stock.json'), JSON.stringify({ ...other.card, training: { steps: 3 } }));
    const found = await adapters.get('stock');
    expect(found.path).not.toBe(kept);
    expect(found.card.sha256).not.toBe(card.sha256);
    expect((await adapters.list()).find(({ name }) => name === 'stock')).toMatchObject({ source: 'built-in' });
  });

  it('takes the model that the file names, and refuses another', async () => {
    const named = (sha256: string): void =>
      writeLora(file, NANO, { metadata: { 'laconic.tokenskip.base_sha256': { type: 'text', value: sha256 } } });
    named(nano.sha256);
    expect((await adapters.add(file, {})).card.base.alias).toBe('reference-nano');
    named('a'.repeat(64));
    await expect(adapters.add(file, {})).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('--base'),
    });
    await expect(adapters.add(file, { name: 'other', base: 'reference-nano' })).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining(`is for the model of sha256 ${'a'.repeat(64)}, not for reference-nano`),
    });
  });

  it('refuses a registered adapter on a model that it was not made for', async () => {
    await adapters.add(file, { name: 'mine', base: 'reference-nano' });
    const other = { ...nano, sha256: 'b'.repeat(64), card: { ...nano.card, alias: 'other' } };
    await expect(adapters.resolve({ name: 'mine', scale: 1 }, other)).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining('is for reference-nano, not for other'),
    });
  });

  it('says that a file is not the one of its card any more', async () => {
    const { path: kept } = await adapters.add(file, { name: 'mine', base: 'reference-nano' });
    await appendFile(kept, 'x');
    await expect(adapters.get('mine')).rejects.toMatchObject({ code: 'model-changed', where: kept });
    await rm(kept);
    await expect(adapters.get('mine')).rejects.toMatchObject({ code: 'model-missing' });
  });

  it('suggests the nearest name, and refuses names that are none', async () => {
    await adapters.add(file, { name: 'mine', base: 'reference-nano' });
    await expect(adapters.get('mien')).rejects.toMatchObject({ code: 'model-unknown', hint: 'Did you mean mine?' });
    await expect(adapters.get('../mine')).rejects.toMatchObject({ code: 'model-unknown' });
    await expect(adapters.add(file, { name: '../mine', base: 'reference-nano' })).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it('turns a PEFT folder into an adapter of its name, the same one each time, and leaves nothing else behind', async () => {
    const folder = path.join(home, 'trained-1');
    writePeft(folder, NANO, { rank: 2, alpha: 4 });
    const added = await adapters.add(folder, { base: 'reference-nano' });
    expect(added).toMatchObject({ name: 'trained-1', card: { rank: 2, alpha: 4, description: 'trained-1' } });
    expect(await adapters.add(folder, { base: 'reference-nano' })).toEqual(added);
    expect(await adapters.resolve({ path: folder, scale: 1 }, nano)).toEqual(added);
    expect((await readdir(path.dirname(added.path))).toSorted()).toEqual(['trained-1.gguf', 'trained-1.json']);
    await expect(adapters.add(folder, {})).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('--base'),
    });
  });

  it('names the folder where what PEFT wrote does not fit the model', async () => {
    const folder = path.join(home, 'trained-2');
    writePeft(folder, NANO, { layers: 9 });
    await expect(adapters.add(folder, { base: 'reference-nano' })).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining(`${folder} does not fit the model: it adapts blk.6.attn_q.weight`),
    });
  });
});
