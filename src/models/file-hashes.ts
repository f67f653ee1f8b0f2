import { createHash } from 'node:crypto';
import { createReadStream, type BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { LaconicError } from '../domain/index.js';
import { isCode, readJsonFile, writeJsonFile } from '../platform/files/index.js';

const entriesSchema = z.record(z.string(), z.strictObject({ identity: z.string(), sha256: z.string() }));

type Entries = z.output<typeof entriesSchema>;

/**
 * sha256 of large files, remembered in one JSON file by path, size, times and inode, so that gigabytes are hashed once.
 * The cache only saves time: one that is missing, damaged or cannot be written makes the next call slow, not wrong.
 */
export class FileHashes {
  private readonly running = new Map<string, Promise<string>>();

  constructor(private readonly cacheFile: string) {}

  /** Throws `model-missing` where there is no such file. */
  async sha256(file: string): Promise<string> {
    const status = await statusOf(file);
    const identity = identityOf(status);
    const known = (await this.entries())[file];
    if (known?.identity === identity) return known.sha256;
    const key = `${file}|${identity}`;
    const running = this.running.get(key) ?? this.hash(file, identity).finally(() => this.running.delete(key));
    this.running.set(key, running);
    return running;
  }

  private async hash(file: string, identity: string): Promise<string> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    const sha256 = hash.digest('hex');
    // Changed while being read: the next call hashes again.
    if (identityOf(await statusOf(file)) === identity) {
      await writeJsonFile(this.cacheFile, { ...(await this.entries()), [file]: { identity, sha256 } }).catch(
        () => undefined,
      );
    }
    return sha256;
  }

  private async entries(): Promise<Entries> {
    const parsed = entriesSchema.safeParse(await readJsonFile(this.cacheFile).catch(() => null));
    return parsed.success ? parsed.data : {};
  }
}

async function statusOf(file: string): Promise<BigIntStats> {
  try {
    const status = await stat(file, { bigint: true });
    if (status.isFile()) return status;
  } catch (error) {
    if (!isCode(error, 'ENOENT') && !isCode(error, 'ENOTDIR')) throw error;
  }
  throw new LaconicError('model-missing', `There is no model file ${file}.`, {
    hint: 'Put the file back, or register the model again with `laconic models add`.',
    where: file,
  });
}

function identityOf(status: BigIntStats): string {
  return [status.size, status.mtimeNs, status.ctimeNs, status.ino, status.dev].join(':');
}
