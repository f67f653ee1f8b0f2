import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { z } from 'zod';
import { LaconicError } from '../domain/index.js';

/*
 * Reads a safetensors file: eight bytes of length, a JSON header, data. An untrusted file: every length is compared with the file's
 * before anything is read, and only one tensor is in memory at a time.
 */

const VALUE_BYTES = { F32: 4, F16: 2, BF16: 2 } as const;

type ValueType = keyof typeof VALUE_BYTES;

export interface SafeTensor {
  /** Slowest dimension first: (rows, columns) of a matrix. */
  readonly shape: readonly number[];
  readonly type: ValueType;
  /** Bytes from the beginning of the file. */
  readonly begin: number;
  readonly end: number;
}

/** A header of an adapter takes some kilobytes. */
const MAX_HEADER_BYTES = 16 * 2 ** 20;

const entrySchema = z.object({
  dtype: z.enum(['F32', 'F16', 'BF16']),
  shape: z
    .array(
      z
        .int()
        .min(0)
        .max(2 ** 31),
    )
    .max(4),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

/** Open until `close`. Every function throws `model-invalid` with a sentence, the constructor `model-missing` too. */
export class SafetensorsFile {
  private readonly descriptor: number;
  readonly tensors: ReadonlyMap<string, SafeTensor>;

  constructor(private readonly file: string) {
    this.descriptor = openRegularFile(file);
    try {
      this.tensors = this.readHeader(fstatSync(this.descriptor).size);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }

  /** Row by row. Precondition: `tensor` is one of `tensors`. */
  values({ type, begin, end }: SafeTensor): Float32Array {
    const bytes = this.read(begin, end - begin);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const size = VALUE_BYTES[type];
    const values = new Float32Array(bytes.length / size);
    for (let index = 0; index < values.length; index++) values[index] = valueAt(view, type, index * size);
    return values;
  }

  private readHeader(fileBytes: number): Map<string, SafeTensor> {
    if (fileBytes < 8) throw this.invalid('it is too short for a header');
    const length = Number(this.read(0, 8).readBigUInt64LE());
    if (length > Math.min(MAX_HEADER_BYTES, fileBytes - 8)) {
      throw this.invalid(`its header claims ${length} bytes, and the file has ${fileBytes}`);
    }
    const start = 8 + length;
    const tensors = new Map<string, SafeTensor>();
    for (const [name, entry] of this.headerEntries(length)) {
      if (name === '__metadata__') continue;
      const parsed = entrySchema.safeParse(entry);
      if (!parsed.success)
        throw this.invalid(`the header's entry ${name} is damaged, or of another type than F32, F16, BF16`);
      const { dtype, shape, data_offsets } = parsed.data;
      const [begin, end] = data_offsets;
      const elements = shape.reduce((product, size) => product * size, 1);
      if (end - begin !== elements * VALUE_BYTES[dtype])
        throw this.invalid(`${name} has other bytes than its shape needs`);
      if (start + end > fileBytes) throw this.invalid(`${name} lies behind the end of the file; it was cut short`);
      tensors.set(name, { shape, type: dtype, begin: start + begin, end: start + end });
    }
    return tensors;
  }

  private headerEntries(length: number): [string, unknown][] {
    try {
      const header: unknown = JSON.parse(this.read(8, length).toString('utf8'));
      if (header !== null && typeof header === 'object') return Object.entries(header);
    } catch (error) {
      if (error instanceof LaconicError) throw error;
    }
    throw this.invalid('its header is no JSON object');
  }

  private read(position: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length;) {
      const count = readSync(this.descriptor, bytes, at, length - at, position + at);
      if (count === 0) throw this.invalid('it was cut short');
      at += count;
    }
    return bytes;
  }

  private invalid(why: string): LaconicError {
    return new LaconicError('model-invalid', `${this.file} is not a usable safetensors file: ${why}.`, {
      hint: 'Save the adapter again, or fetch it again if it was cut off.',
      where: this.file,
    });
  }
}

function openRegularFile(file: string): number {
  try {
    // Asked before opening: opening a pipe would wait for a writer.
    if (statSync(file).isFile()) return openSync(file, 'r');
  } catch {
    // Told below.
  }
  throw new LaconicError('model-missing', `There is no readable file ${file}.`, {
    hint: 'Name the folder that PEFT wrote: adapter_config.json and adapter_model.safetensors lie in it.',
    where: file,
  });
}

function valueAt(view: DataView, type: ValueType, offset: number): number {
  switch (type) {
    case 'F32':
      return view.getFloat32(offset, true);
    case 'F16':
      return halfToNumber(view.getUint16(offset, true));
    case 'BF16': {
      BITS.setUint16(2, view.getUint16(offset, true), true);
      return BITS.getFloat32(0, true);
    }
  }
}

const BITS = new DataView(new ArrayBuffer(4));

/** IEEE 754 half precision. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
