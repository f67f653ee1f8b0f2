import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LaconicError } from '../domain/index.js';

export type Chunk = string | Uint8Array;

/** What a file is made of, in pieces; texts become UTF-8. */
export type FileChunks = string | Iterable<Chunk> | AsyncIterable<Chunk>;

/** What the writer needs of a file system; tests put a failing one in its place. */
export interface FileOperations {
  readonly makeDirectory: (path: string) => Promise<void>;
  /** Creates the file; fails when it exists. */
  readonly create: (path: string) => Promise<WritableFile>;
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly remove: (path: string) => Promise<void>;
  /** Makes a rename inside the directory survive a power cut; a no-op where directories cannot be synced. */
  readonly syncDirectory: (path: string) => Promise<void>;
}

export interface WritableFile {
  readonly write: (chunk: Chunk) => Promise<void>;
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export const NODE_FILES: FileOperations = {
  makeDirectory: async (path) => {
    await mkdir(path, { recursive: true });
  },
  create: async (path) => {
    const handle = await open(path, 'wx');
    return {
      write: (chunk) => handle.appendFile(chunk, 'utf8'),
      sync: () => handle.sync(),
      close: () => handle.close(),
    };
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  syncDirectory: async (path) => {
    const handle = await open(path, 'r').catch(() => null);
    await handle?.sync().catch(() => undefined);
    await handle?.close();
  },
};

/** Texts are gathered up to this many code units before they go to the disk. */
const WRITE_SIZE = 1 << 18;

/**
 * Writes a file whole or not at all: a temporary file beside it is written, synced and renamed over it. Missing
 * directories are made. A failing disk throws `output-failed` and leaves what was there before; an error of `chunks`
 * itself passes through unchanged.
 */
export async function writeAtomically(
  path: string,
  chunks: FileChunks,
  files: FileOperations = NODE_FILES,
): Promise<void> {
  const directory = dirname(path);
  const temporary = join(directory, `.${basename(path)}.${randomUUID().slice(0, 8)}.tmp`);
  const disk = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => Promise.reject(outputFailed(path, error)));
  await disk(files.makeDirectory(directory));
  try {
    const file = await disk(files.create(temporary));
    try {
      for await (const block of blocks(chunks)) await disk(file.write(block));
      await disk(file.sync());
    } finally {
      // An error of the write itself says more than the one that closing may add.
      await file.close().catch(() => undefined);
    }
    await disk(files.rename(temporary, path));
  } catch (error) {
    await files.remove(temporary).catch(() => undefined);
    throw error;
  }
  await files.syncDirectory(directory);
}

async function* blocks(chunks: FileChunks): AsyncGenerator<Chunk> {
  let gathered: string[] = [];
  let size = 0;
  for await (const chunk of typeof chunks === 'string' ? [chunks] : chunks) {
    if (typeof chunk === 'string') {
      gathered.push(chunk);
      size += chunk.length;
    }
    const bytes = typeof chunk !== 'string';
    if (size > 0 && (bytes || size >= WRITE_SIZE)) {
      yield gathered.join('');
      gathered = [];
      size = 0;
    }
    if (bytes) yield chunk;
  }
  if (size > 0) yield gathered.join('');
}

/** What went wrong and what to do, by the system's error code. */
const REASONS: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOSPC: [
    'the disk is full',
    'Free some space or choose another directory with --out, then repeat the command; the run itself is saved.',
  ],
  EDQUOT: [
    'your disk quota is used up',
    'Free some space or choose another directory with --out, then repeat the command; the run itself is saved.',
  ],
  EFBIG: [
    'the file would exceed the size limit',
    'Raise the file size limit (ulimit -f) or choose another file system with --out.',
  ],
  EACCES: ['permission denied', 'Make the directory writable for this user or choose another one with --out.'],
  EPERM: ['permission denied', 'Make the directory writable for this user or choose another one with --out.'],
  EROFS: ['the file system is read-only', 'Choose another directory with --out.'],
  ENOTDIR: ['a part of the path is a file', 'Choose another directory with --out.'],
  EEXIST: ['a part of the path is a file', 'Choose another directory with --out.'],
  EISDIR: ['a directory of this name exists', 'Remove it or choose another directory with --out.'],
  ENAMETOOLONG: ['the path is too long', 'Choose a shorter path with --out.'],
};

export function outputFailed(path: string, cause: unknown): LaconicError {
  const { code, message } = systemError(cause);
  const [reason, hint] = REASONS[code] ?? [message, 'Choose another directory with --out and repeat the command.'];
  return new LaconicError('output-failed', `${path} could not be written: ${reason}.`, { hint, where: path, cause });
}

/** By shape and not by class: errors of the file system can come from another realm. */
function systemError(cause: unknown): { readonly code: string; readonly message: string } {
  const fields: Partial<Record<'code' | 'message', string>> = typeof cause === 'object' && cause !== null ? cause : {};
  return { code: fields.code ?? '', message: fields.message ?? String(cause) };
}
