import { appendFile, copyFile, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ModelsService } from './models.service.js';
import { tinyGguf, TINY_METADATA } from './testing/gguf-builder.js';

const BUILT_IN = path.join(__dirname, '..', '..', 'engine', 'models');

describe('ModelsService', () => {
  let home: string;
  let file: string;
  let models: ModelsService;

  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'laconic-models-'));
    file = path.join(home, 'my model.gguf');
    await writeFile(file, tinyGguf());
    models = service();
  });

  afterEach(() => rm(home, { recursive: true }));

  function service(): ModelsService {
    return new ModelsService({ home, builtInFolder: BUILT_IN });
  }

  it('lists the models that ship, with their files in place', async () => {
    expect(await models.list()).toEqual([
      expect.objectContaining({
        alias: 'reference',
        source: 'built-in',
        available: true,
        thinking: true,
        fileBytes: 20_835_456,
      }),
      expect.objectContaining({
        alias: 'reference-nano',
        source: 'built-in',
        available: true,
        thinking: true,
        fileBytes: 3_696_736,
      }),
    ]);
  });

  it.each(['reference', 'reference-nano'])('finds the file of %s to be the one its card describes', async (alias) => {
    const model = await models.get(alias);
    expect(model.sha256).toBe(model.card.sha256);
    expect(model.card).toMatchObject({ alias, chatFormat: 'chatml', contextTokens: 2048 });
  });

  it('suggests the nearest alias when there is no such model', async () => {
    await expect(models.get('refrence')).rejects.toMatchObject({
      code: 'model-unknown',
      hint: 'Did you mean reference?',
    });
    await expect(models.get('gpt')).rejects.toMatchObject({
      code: 'model-unknown',
      hint: expect.stringContaining('reference-nano'),
    });
  });

  it('registers a file with what the file says, and keeps it for the next process', async () => {
    const added = await models.add(file, { alias: 'mine', licence: 'MIT' });
    expect(added.card).toEqual({
      alias: 'mine',
      file: 'my model.gguf',
      sha256: added.sha256,
      description: 'tiny',
      licence: 'MIT',
      chatFormat: 'chatml',
      think: { open: '<think>', close: '</think>', afterClose: '\n\n', openedByPrompt: false },
      stopStrings: [],
      contextTokens: 512,
    });
    expect(await service().get('mine')).toEqual(added);
  });

  it('lets the user overrule what the file suggests', async () => {
    const { card } = await models.add(file, { alias: 'mine', chatFormat: 'llama3', think: null });
    expect(card).toMatchObject({ chatFormat: 'llama3', think: null });
  });

  it('changes nothing when the same file is registered again, and refuses another under the same alias', async () => {
    await models.add(file, { alias: 'mine' });
    await models.add(file, { alias: 'mine' });
    expect((await models.list()).filter(({ alias }) => alias === 'mine')).toHaveLength(1);
    const other = path.join(home, 'other.gguf');
    await copyFile(file, other);
    await expect(models.add(other, { alias: 'mine' })).rejects.toMatchObject({ code: 'usage' });
    await expect(models.add(other, { alias: 'reference' })).rejects.toMatchObject({ code: 'usage' });
    await expect(models.add(other, { alias: '../mine' })).rejects.toMatchObject({ code: 'usage' });
  });

  it('loses no registration when many happen at once', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, index) => service().add(file, { alias: `mine-${index}` })));
    expect((await models.list()).filter(({ source }) => source === 'registered')).toHaveLength(8);
    expect((await readdir(home)).filter((name) => /\.(tmp|lock)$/.test(name))).toEqual([]);
  });

  it('asks for the chat format when the file does not show it', async () => {
    const { 'tokenizer.chat_template': _, ...metadata } = TINY_METADATA;
    await writeFile(file, tinyGguf({ metadata }));
    await expect(models.add(file, { alias: 'mine' })).rejects.toMatchObject({
      code: 'model-invalid',
      hint: expect.stringContaining('--chat-format'),
    });
    expect((await models.add(file, { alias: 'mine', chatFormat: 'plain' })).card.think).toBeNull();
  });

  it('refuses a file that is no model, one that is cut off, and one that is not there', async () => {
    await writeFile(file, 'hello');
    await expect(models.add(file, { alias: 'mine' })).rejects.toMatchObject({ code: 'model-invalid' });
    await writeFile(file, tinyGguf().subarray(0, 200));
    await expect(models.add(file, { alias: 'mine' })).rejects.toMatchObject({ code: 'model-invalid' });
    await expect(models.add(path.join(home, 'absent'), { alias: 'mine' })).rejects.toMatchObject({
      code: 'model-missing',
    });
  });

  it('notices when a registered file was changed or removed', async () => {
    await models.add(file, { alias: 'mine' });
    await appendFile(file, 'x');
    await expect(models.get('mine')).rejects.toMatchObject({ code: 'model-changed' });
    await rm(file);
    await expect(models.get('mine')).rejects.toMatchObject({ code: 'model-missing' });
    expect(await models.list()).toContainEqual(expect.objectContaining({ alias: 'mine', available: false }));
  });

  it('hashes again when content changed but size and modification time did not', async () => {
    await models.add(file, { alias: 'mine' });
    const changed = tinyGguf();
    changed[changed.length - 1] = 1;
    await writeFile(file, changed);
    await utimes(file, 1, 1);
    await expect(models.get('mine')).rejects.toMatchObject({ code: 'model-changed' });
  });

  it('works without its hash cache', async () => {
    await models.add(file, { alias: 'mine' });
    await writeFile(path.join(home, 'file-hashes.json'), '{ damaged');
    expect((await models.get('mine')).card.alias).toBe('mine');
  });

  it('names the registry when it is damaged', async () => {
    await writeFile(path.join(home, 'models.json'), '{"schemaVersion":1,"models":[{"path":1}]}');
    await expect(models.list()).rejects.toMatchObject({
      where: path.join(home, 'models.json'),
      message: expect.stringContaining('models.0'),
    });
  });

  describe('resolve', () => {
    it('takes an alias as a text or in an object', async () => {
      expect((await models.resolve('reference-nano')).card.alias).toBe('reference-nano');
      expect((await models.resolve({ alias: 'reference-nano' })).card.alias).toBe('reference-nano');
    });

    it('registers a path once, under a name made from it', async () => {
      const first = await models.resolve({ path: file });
      expect(first.card.alias).toBe('my-model');
      expect(await models.resolve({ path: file })).toEqual(first);
      expect(await service().get('my-model')).toEqual(first);
    });

    it('makes another alias when the name is taken or the file at the path is a new one', async () => {
      await models.resolve({ path: file });
      await writeFile(
        file,
        tinyGguf({ metadata: { ...TINY_METADATA, 'qwen3.context_length': { type: 'u32', value: 256 } } }),
      );
      const second = await models.resolve({ path: file });
      expect(second.card.alias).toBe(`my-model-${second.sha256.slice(0, 8)}`);
      expect(second.card.contextTokens).toBe(256);
    });

    it('refuses an endpoint with a sentence', async () => {
      await expect(models.resolve({ endpoint: 'http://localhost/v1', name: 'x' })).rejects.toMatchObject({
        code: 'suite-invalid',
      });
    });
  });

  it('writes the registry as readable JSON', async () => {
    await models.add(file, { alias: 'mine' });
    const text = await readFile(path.join(home, 'models.json'), 'utf8');
    expect(text).toContain('\n  "schemaVersion": 1');
    expect(text.endsWith('}\n')).toBe(true);
  });
});
