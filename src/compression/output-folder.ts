import { createHash, randomUUID, type Hash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { LaconicError } from '../domain/index.js';
import { isCode, statIfThere } from '../platform/files/index.js';
import { outputFailed } from '../results/index.js';

/** Tells a folder of ours from others. */
const CARD_FILE = 'card.json';

const WRITE_SIZE = 1 << 18;

export interface WrittenFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * A folder that appears whole or not at all: its files are written into a hidden one beside it, which is renamed at the
 * end. Throws `output-failed` where the disk does not take them.
 */
export class OutputFolder {
  private readonly files: OutputFile[] = [];

  private constructor(
    readonly path: string,
    private readonly staging: string,
  ) {}

  /**
   * Writes what `fill` makes, and the card that it resolves to, or leaves nothing behind. Throws `usage` where the folder
   * exists, unless it is to be replaced and is empty or one of ours.
   */
  static async write<Card>(
    { directory, replace }: { readonly directory: string; readonly replace: boolean },
    fill: (folder: OutputFolder) => Promise<Card>,
  ): Promise<Card> {
    const folder = await OutputFolder.create(directory, replace);
    try {
      const card = await fill(folder);
      await (await folder.file(CARD_FILE)).write(`${JSON.stringify(card, null, 2)}\n`);
      await folder.finish();
      return card;
    } catch (error) {
      await folder.discard();
      throw error;
    }
  }

  private static async create(path: string, replace: boolean): Promise<OutputFolder> {
    const target = resolve(path);
    const existing = await onDisk(path, statIfThere(target));
    if (existing && !existing.isDirectory()) throw taken(path, 'Choose another folder with --out.');
    if (existing && !replace) throw taken(path, 'Choose another folder with --out, or replace it with --force.');
    if (existing && !(await isReplaceable(target)))
      throw taken(path, `It has no ${CARD_FILE}, so it is not replaced; choose another folder with --out.`);
    const staging = join(dirname(target), `.${basename(target)}.${randomUUID().slice(0, 8)}.tmp`);
    await onDisk(staging, mkdir(staging, { recursive: true }));
    return new OutputFolder(target, staging);
  }

  /** What is written to it is kept until the folder is finished. */
  async file(name: string): Promise<OutputFile> {
    const path = join(this.staging, name);
    const file = new OutputFile(name, path, await onDisk(path, open(path, 'wx')));
    this.files.push(file);
    return file;
  }

  /** Closes what is still open. */
  async written(): Promise<readonly WrittenFile[]> {
    return Promise.all(this.files.map(async (file) => file.end()));
  }

  private async finish(): Promise<void> {
    await this.written();
    await onDisk(this.path, this.replaceTarget());
  }

  /** Leaves nothing behind. */
  private async discard(): Promise<void> {
    await Promise.allSettled(this.files.map(async (file) => file.end()));
    await rm(this.staging, { recursive: true, force: true });
  }

  /** A folder that stands there is moved aside first: at no time is there a mixture of the two. */
  private async replaceTarget(): Promise<void> {
    const aside = `${this.staging}.old`;
    const replaced = await rename(this.path, aside).then(
      () => true,
      (error: unknown) => (isCode(error, 'ENOENT') ? false : Promise.reject(error)),
    );
    await rename(this.staging, this.path);
    if (replaced) await rm(aside, { recursive: true, force: true });
  }
}

/** A file that is written from its beginning to its end, in blocks. */
export class OutputFile {
  private gathered: string[] = [];
  private size = 0;
  private bytes = 0;
  private readonly hash: Hash = createHash('sha256');
  private ended: Promise<WrittenFile> | null = null;

  constructor(
    readonly name: string,
    private readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  async write(text: string): Promise<void> {
    this.gathered.push(text);
    this.size += text.length;
    if (this.size >= WRITE_SIZE) await this.flush();
  }

  async end(): Promise<WrittenFile> {
    this.ended ??= this.close();
    return this.ended;
  }

  private async flush(): Promise<void> {
    const block = Buffer.from(this.gathered.join(''));
    this.gathered = [];
    this.size = 0;
    this.bytes += block.length;
    this.hash.update(block);
    await onDisk(this.path, this.handle.appendFile(block));
  }

  private async close(): Promise<WrittenFile> {
    try {
      await this.flush();
      await onDisk(this.path, this.handle.sync());
    } finally {
      await this.handle.close();
    }
    return { name: this.name, bytes: this.bytes, sha256: this.hash.digest('hex') };
  }
}

/** Nothing that another program or a person put there is ever removed. */
async function isReplaceable(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  return names.length === 0 || names.includes(CARD_FILE);
}

function taken(path: string, hint: string): LaconicError {
  return new LaconicError('usage', `${path} exists already.`, { hint, where: '--out' });
}

async function onDisk<T>(path: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => Promise.reject(outputFailed(path, error)));
}
