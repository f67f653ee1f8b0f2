import { LaconicError } from '../domain/index.js';
import { type FileOperations, writeAtomically } from './atomic-file.js';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: told by the system`), { code });
}

type Step = 'makeDirectory' | 'create' | 'write' | 'sync' | 'rename';

/** A disk in memory that fails at one step. */
class FakeDisk implements FileOperations {
  readonly files = new Map<string, string>();
  readonly log: string[] = [];

  constructor(
    private readonly failAt: Step | null = null,
    private readonly code = 'ENOSPC',
  ) {}

  readonly makeDirectory = async (): Promise<void> => this.step('makeDirectory');

  readonly create: FileOperations['create'] = async (path) => {
    this.step('create');
    this.files.set(path, '');
    return {
      write: async (chunk) => {
        const text = String(chunk);
        // A full disk takes a part before it refuses.
        this.files.set(path, (this.files.get(path) ?? '') + text.slice(0, 3));
        this.step('write');
        this.files.set(path, (this.files.get(path) ?? '') + text.slice(3));
      },
      sync: async () => this.step('sync'),
      close: async () => {
        this.log.push('close');
      },
    };
  };

  readonly rename = async (from: string, to: string): Promise<void> => {
    this.step('rename');
    this.files.set(to, this.files.get(from) ?? '');
    this.files.delete(from);
  };

  readonly remove = async (path: string): Promise<void> => {
    this.log.push('remove');
    this.files.delete(path);
  };

  readonly syncDirectory = async (): Promise<void> => {
    this.log.push('syncDirectory');
  };

  private step(name: Step): void {
    this.log.push(name);
    if (name === this.failAt) throw systemError(this.code);
  }
}

async function errorOf(work: Promise<unknown>): Promise<LaconicError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof LaconicError) return error;
  throw new Error(`expected a LaconicError, got ${String(error)}`);
}

async function* broken(): AsyncGenerator<string> {
  yield 'first';
  throw new LaconicError('database-unavailable', 'The database went away.', { hint: 'Start it again.' });
}

describe('writeAtomically', () => {
  it('syncs the file before it takes the name, and the directory after', async () => {
    const disk = new FakeDisk();
    await writeAtomically('/out/result.json', ['a', 'b', 'c', 'd', 'e'], disk);
    expect([...disk.files]).toEqual([['/out/result.json', 'abcde']]);
    expect(disk.log).toEqual(['makeDirectory', 'create', 'write', 'sync', 'close', 'rename', 'syncDirectory']);
  });

  it.each(['create', 'write', 'sync', 'rename'] as const)(
    'leaves the old file and nothing else when %s fails',
    async (step) => {
      const disk = new FakeDisk(step);
      disk.files.set('/out/result.json', 'old');
      const error = await errorOf(writeAtomically('/out/result.json', 'new content', disk));
      expect([...disk.files]).toEqual([['/out/result.json', 'old']]);
      expect(error.code).toBe('output-failed');
      expect(error.message).toBe('/out/result.json could not be written: the disk is full.');
      expect(error.hint).toMatch(/Free some space/);
      expect(error.where).toBe('/out/result.json');
    },
  );

  it.each([
    ['EACCES', /permission denied/, /writable/],
    ['EROFS', /read-only/, /--out/],
    ['EIO', /told by the system/, /--out/],
  ])('says what %s means and what to do', async (code, message, hint) => {
    const error = await errorOf(writeAtomically('/out/x', 'text', new FakeDisk('makeDirectory', code)));
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  it('passes an error of the content through and removes what was written', async () => {
    const disk = new FakeDisk();
    const error = await errorOf(writeAtomically('/out/samples.jsonl', broken(), disk));
    expect(error.code).toBe('database-unavailable');
    expect(disk.files.size).toBe(0);
  });
});
