import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '../domain/index.js';
import { CARD_FILE, OutputFolder } from './output-folder.js';

describe(OutputFolder.name, () => {
  let parent: string;
  const target = (): string => join(parent, 'out');
  const create = async (replace = false): Promise<OutputFolder> => OutputFolder.create(target(), { replace });

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'laconic-folder-'));
  });

  afterEach(async () => {
    await rm(parent, { recursive: true, force: true });
  });

  it('appears with its files when it is finished, and says what they hold', async () => {
    const folder = await create();
    const file = await folder.file('a.txt');
    await file.write('one ');
    await file.write('two');
    expect((await readdir(parent)).includes('out')).toBe(false);
    await folder.finish();
    expect(await readdir(parent)).toEqual(['out']);
    expect(await readFile(join(target(), 'a.txt'), 'utf8')).toBe('one two');
    expect(await folder.written()).toEqual([{ name: 'a.txt', bytes: 7, sha256: sha256Hex('one two') }]);
  });

  it('leaves nothing behind when it is discarded', async () => {
    const folder = await create();
    await (await folder.file('a.txt')).write('half');
    await folder.discard();
    expect(await readdir(parent)).toEqual([]);
  });

  it('refuses a folder that exists, and replaces one of its own where that is wanted', async () => {
    await mkdir(target());
    await writeFile(join(target(), CARD_FILE), '{}');
    await expect(create()).rejects.toMatchObject({ code: 'usage', hint: expect.stringContaining('--force') });
    const folder = await create(true);
    await (await folder.file('b.txt')).write('new');
    await folder.finish();
    expect(await readdir(target())).toEqual(['b.txt']);
    expect(await readdir(parent)).toEqual(['out']);
  });

  it('replaces no folder of somebody else, and no file', async () => {
    await mkdir(target());
    await writeFile(join(target(), 'thesis.tex'), '');
    await expect(create(true)).rejects.toMatchObject({ code: 'usage' });
    expect(await readdir(target())).toEqual(['thesis.tex']);
    await rm(target(), { recursive: true });
    await writeFile(target(), '');
    await expect(create(true)).rejects.toMatchObject({ code: 'usage' });
  });
});
