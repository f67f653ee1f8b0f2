import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { LaconicError } from '../domain/index.js';

const WINDOW_BYTES = 64 * 1024;

/** What a file ought to be. */
export type GgufKind = 'model' | 'adapter';

export function invalidGguf(file: string, kind: GgufKind, why: string): LaconicError {
  return new LaconicError('model-invalid', `${file} is not a usable GGUF ${kind}: ${why}.`, {
    hint: 'Use a complete GGUF file (version 2 or 3, little-endian); download it again if it was cut off.',
    where: file,
  });
}

/**
 * Reads forward through a file in small windows. Every length that the file claims is compared with what is left of the file before
 * anything is read or allocated, so a hostile file costs neither memory nor time beyond its own size.
 */
export class GgufBytes {
  private readonly descriptor: number;
  readonly size: number;
  private readonly window = Buffer.alloc(WINDOW_BYTES);
  private windowStart = 0;
  private windowEnd = 0;
  /** Offset in the file of the next byte. */
  position = 0;

  /** Throws `model-missing` where the file cannot be opened; the caller closes. */
  constructor(
    readonly file: string,
    private readonly kind: GgufKind,
  ) {
    try {
      // Asked before opening: opening a pipe would wait for a writer.
      if (!statSync(file).isFile()) throw this.invalid('it is not a regular file');
      this.descriptor = openSync(file, 'r');
    } catch (error) {
      if (error instanceof LaconicError) throw error;
      throw new LaconicError('model-missing', `There is no readable file ${file}.`, {
        hint: 'Check the path and the permissions.',
        where: file,
        cause: error,
      });
    }
    this.size = fstatSync(this.descriptor).size;
  }

  close(): void {
    closeSync(this.descriptor);
  }

  get left(): number {
    return this.size - this.position;
  }

  u32(what: string): number {
    return this.take(4, what).readUInt32LE();
  }

  i32(what: string): number {
    return this.take(4, what).readInt32LE();
  }

  u64(what: string): bigint {
    return this.take(8, what).readBigUInt64LE();
  }

  f32(what: string): number {
    return this.take(4, what).readFloatLE();
  }

  f64(what: string): number {
    return this.take(8, what).readDoubleLE();
  }

  /** Precondition: `length` ≤ 64 KiB. The result is valid until the next read. */
  take(length: number, what: string): Buffer {
    if (length > this.left) throw this.truncated(what);
    if (this.position < this.windowStart || this.position + length > this.windowEnd) this.fill();
    const from = this.position - this.windowStart;
    if (from + length > this.windowEnd - this.windowStart) throw this.truncated(what);
    this.position += length;
    return this.window.subarray(from, from + length);
  }

  /** A length-prefixed text; null, and skipped, where it is longer than `keep` (≤ 64 KiB). */
  text(keep: number, what: string): string | null {
    const length = this.u64(what);
    if (length > BigInt(keep)) {
      this.skip(length, what);
      return null;
    }
    return this.take(Number(length), what).toString('utf8');
  }

  skip(length: bigint, what: string): void {
    if (length > BigInt(this.left)) throw this.truncated(what);
    this.position += Number(length);
  }

  invalid(why: string): LaconicError {
    return invalidGguf(this.file, this.kind, why);
  }

  truncated(what: string): LaconicError {
    return this.invalid(`it ends after ${this.size} bytes, inside ${what}; the file is cut off or damaged`);
  }

  private fill(): void {
    this.windowStart = this.position;
    this.windowEnd = this.position + readSync(this.descriptor, this.window, 0, WINDOW_BYTES, this.position);
  }
}
