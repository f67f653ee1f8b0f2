import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '../domain/index.js';
import { OutputFolder, type WrittenFile } from './output-folder.js';

describe(OutputFolder.name, () => {
  let parent: string;
  const target = (): string => join(parent, 'out');
  /** The card is what was written. */
  const write = async (texts: readonly string[], replace = false): Promise<readonly WrittenFile[]> =>
    OutputFolder.write({ directory: target(), replace }, async (folder) => {
      const file = await folder.file('a.txt');
      for (const text of texts) await file.write(text);
      expect(await readdir(parent)).not.toEqual(['out']);
      return folder.written();
    });

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'laconic-folder-'));
  });

  afterEach(async () => {
    await rm(parent, { recursive: true, force: true });
  });

  it('appears with its files and its card when it is whole, and says what they hold', async () => {
    const card = await write(['one ', 'two']);
    expect(card).toEqual([{ name: 'a.txt', bytes: 7, sha256: sha256Hex('one two') }]);
    expect(await readdir(parent)).toEqual(['out']);
    expect(await readFile(join(target(), 'a.txt'), 'utf8')).toBe('one two');
    expect(JSON.parse(await readFile(join(target(), 'card.json'), 'utf8'))).toEqual(card);
  });

  it('leaves nothing behind when filling it fails', async () => {
    const failing = OutputFolder.write({ directory: target(), replace: false }, async (folder) => {
      await (await folder.file('a.txt')).write('half');
      throw new Error('stopped');
    });
    await expect(failing).rejects.toThrow('stopped');
    expect(await readdir(parent)).toEqual([]);
  });

  it('refuses a folder that exists, and replaces one of its own where that is wanted', async () => {
    await mkdir(target());
    await writeFile(join(target(), 'card.json'), '{}');
    await writeFile(join(target(), 'old.txt'), '');
    await expect(write(['new'])).rejects.toMatchObject({ code: 'usage', hint: expect.stringContaining('--force') });
    await write(['new'], true);
    expect((await readdir(target())).toSorted()).toEqual(['a.txt', 'card.json']);
    expect(await readdir(parent)).toEqual(['out']);
  });

  it('replaces no folder of somebody else, and no file', async () => {
    await mkdir(target());
    await writeFile(join(target(), 'thesis.tex'), '');
    await expect(write(['new'], true)).rejects.toMatchObject({ code: 'usage' });
    expect(await readdir(target())).toEqual(['thesis.tex']);
    await rm(target(), { recursive: true });
    await writeFile(target(), '');
    await expect(write(['new'], true)).rejects.toMatchObject({ code: 'usage' });
  });
});
