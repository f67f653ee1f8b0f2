import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAtomically } from '../../src/results/atomic-file.js';

describe('writeAtomically on a real disk', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'laconic-atomic-'));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it('replaces what was there and keeps every character', async () => {
    const path = join(directory, 'a', 'b.txt');
    const text = 'ä€😀\n'.repeat(200_000);
    await writeAtomically(path, 'old');
    await writeAtomically(path, text);
    expect(await readFile(path, 'utf8')).toBe(text);
    expect(await readdir(join(directory, 'a'))).toEqual(['b.txt']);
  });

  it('lets two writers of one file both finish, with the content of one of them', async () => {
    const path = join(directory, 'raced.txt');
    await Promise.all(['a', 'b'].map((letter) => writeAtomically(path, letter.repeat(1_000_000))));
    expect(await readFile(path, 'utf8')).toMatch(/^(a{1000000}|b{1000000})$/);
    expect(await readdir(directory)).toEqual(['raced.txt']);
  });

  it('says that a part of the path is a file', async () => {
    await writeFile(join(directory, 'file'), 'mine');
    await expect(writeAtomically(join(directory, 'file', 'x.json'), 'text')).rejects.toMatchObject({
      code: 'output-failed',
      where: join(directory, 'file', 'x.json'),
      hint: expect.stringContaining('--out'),
    });
    expect(await readFile(join(directory, 'file'), 'utf8')).toBe('mine');
  });

  it('leaves a directory of the same name alone and nothing beside it', async () => {
    await mkdir(join(directory, 'x.json', 'kept'), { recursive: true });
    await expect(writeAtomically(join(directory, 'x.json'), 'text')).rejects.toMatchObject({ code: 'output-failed' });
    expect(await readdir(directory)).toEqual(['x.json']);
  });

  it('says that the disk is full and leaves nothing half-written', async () => {
    const mounted = mountSmallDisk(directory);
    if (!mounted) {
      process.stderr.write(
        'skipped: a full disk needs the right to mount a tmpfs; src/results/atomic-file.spec.ts simulates one\n',
      );
      return;
    }
    try {
      await writeAtomically(join(directory, 'result.json'), 'old');
      await expect(writeAtomically(join(directory, 'result.json'), 'x'.repeat(3_000_000))).rejects.toMatchObject({
        code: 'output-failed',
        message: expect.stringContaining('the disk is full'),
      });
      expect(await readdir(directory)).toEqual(['result.json']);
      expect(await readFile(join(directory, 'result.json'), 'utf8')).toBe('old');
    } finally {
      execFileSync('umount', [directory]);
    }
  });
});

function mountSmallDisk(directory: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
