import { GgufBytes, type GgufKind } from './gguf-bytes.js';
import { TENSOR_TYPES } from './gguf-types.js';

/*
 * The parts that every GGUF file has: metadata and tensor table, no weights (format: ggml's docs/gguf.md). A file is untrusted input.
 * Only workers and the command line may import this file; the API process never parses one.
 */

type Scalar = number | bigint | boolean | string | null;
/** Of arrays only the length is kept. */
export type MetadataValue = { readonly scalar: Scalar } | { readonly length: number };

export type GgufMetadata = ReadonlyMap<string, MetadataValue>;

export interface GgufTensor {
  readonly name: string;
  /** Fastest dimension first: (columns, rows) of a matrix. */
  readonly shape: readonly number[];
  readonly elements: number;
  /** ggml's number. */
  readonly type: number;
}

export interface GgufContent {
  readonly version: number;
  readonly metadata: GgufMetadata;
  readonly tensors: readonly GgufTensor[];
  readonly fileBytes: number;
}

const MAX_METADATA = 100_000;
const MAX_TENSORS = 200_000;
const MAX_KEY_BYTES = 65_535;
const MAX_NAME_BYTES = 1024;
const MAX_DIMENSIONS = 4;
const MAX_NESTING = 3;
/** Longest text that is kept. */
const KEPT_TEXT = 65_535;
const ARRAY = 9;
const STRING = 8;
/** Bytes of the metadata types 0 … 12 that have a fixed size; 0 = not fixed. */
const VALUE_BYTES = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8] as const;

/** `kind` is what the file ought to be, for the sentences. Throws `model-missing` or `model-invalid`, whatever the file holds. */
export function readGguf(file: string, kind: GgufKind): GgufContent {
  const bytes = new GgufBytes(file, kind);
  try {
    return readContent(bytes);
  } finally {
    bytes.close();
  }
}

function readContent(bytes: GgufBytes): GgufContent {
  const version = readVersion(bytes);
  const tensorCount = bounded(bytes, bytes.u64('the header'), MAX_TENSORS, 'tensors');
  const metadataCount = bounded(bytes, bytes.u64('the header'), MAX_METADATA, 'metadata entries');
  const metadata = readMetadata(bytes, metadataCount);
  const { tensors, dataBytes } = readTensorTable(bytes, tensorCount);
  if (tensorCount > 0) checkData(bytes, dataBytes, alignmentOf(bytes, metadata));
  return { version, metadata, tensors, fileBytes: bytes.size };
}

function readVersion(bytes: GgufBytes): number {
  if (bytes.size < 4 || bytes.take(4, 'the header').toString('latin1') !== 'GGUF') {
    throw bytes.invalid('it does not begin with the letters GGUF');
  }
  const version = bytes.u32('the header');
  if (version === 2 || version === 3) return version;
  const why = version > 0xffff ? 'its byte order is big-endian' : `its GGUF version is ${version}`;
  throw bytes.invalid(why);
}

function readMetadata(bytes: GgufBytes, entries: number): Map<string, MetadataValue> {
  const metadata = new Map<string, MetadataValue>();
  for (let index = 0; index < entries; index++) {
    const what = `metadata entry ${index + 1} of ${entries}`;
    const key = bytes.text(MAX_KEY_BYTES, what);
    if (key === null) throw bytes.invalid(`${what} has a key of more than ${MAX_KEY_BYTES} bytes`);
    metadata.set(key, readValue(bytes, bytes.u32(what), what));
  }
  return metadata;
}

function readValue(bytes: GgufBytes, type: number, what: string): MetadataValue {
  return type === ARRAY ? { length: skipArray(bytes, what, 0) } : { scalar: readScalar(bytes, type, what) };
}

function readScalar(bytes: GgufBytes, type: number, what: string): Scalar {
  switch (type) {
    case 0:
      return bytes.take(1, what).readUInt8();
    case 1:
      return bytes.take(1, what).readInt8();
    case 2:
      return bytes.take(2, what).readUInt16LE();
    case 3:
      return bytes.take(2, what).readInt16LE();
    case 4:
      return bytes.u32(what);
    case 5:
      return bytes.i32(what);
    case 6:
      return bytes.f32(what);
    case 7:
      return bytes.take(1, what)[0] !== 0;
    case STRING:
      return bytes.text(KEPT_TEXT, what);
    case 10:
    case 11:
      return bytes.u64(what);
    case 12:
      return bytes.f64(what);
    default:
      throw bytes.invalid(`${what} has the unknown type ${type}`);
  }
}

/** Returns the array's length; elements are passed over. */
function skipArray(bytes: GgufBytes, what: string, depth: number): number {
  if (depth >= MAX_NESTING) throw bytes.invalid(`${what} nests arrays too deeply`);
  const type = bytes.u32(what);
  const length = bytes.u64(what);
  const size = VALUE_BYTES[type];
  if (size === undefined) throw bytes.invalid(`${what} has the unknown type ${type}`);
  // The shortest text takes 8 bytes, the shortest array 12.
  const least = type === STRING ? 8 : type === ARRAY ? 12 : size;
  if (length * BigInt(least) > BigInt(bytes.left)) throw bytes.truncated(what);
  if (size > 0) {
    bytes.skip(length * BigInt(size), what);
    return Number(length);
  }
  for (let index = 0; index < Number(length); index++) {
    if (type === ARRAY) skipArray(bytes, what, depth + 1);
    else bytes.skip(bytes.u64(what), what);
  }
  return Number(length);
}

interface TensorTable {
  readonly tensors: readonly GgufTensor[];
  /** End of the last tensor, relative to the data section; types unknown here count as empty. */
  readonly dataBytes: bigint;
}

function readTensorTable(bytes: GgufBytes, count: number): TensorTable {
  const tensors: GgufTensor[] = [];
  let dataBytes = 0n;
  for (let index = 0; index < count; index++) {
    const what = `tensor ${index + 1} of ${count}`;
    const name = bytes.text(MAX_NAME_BYTES, what);
    if (name === null) throw bytes.invalid(`${what} has a name of more than 1,024 bytes`);
    const shape = readShape(bytes, what);
    const elements = shape.reduce((product, length) => product * length, 1n);
    if (elements > BigInt(Number.MAX_SAFE_INTEGER)) throw bytes.invalid(`${what} has ${elements} elements`);
    const type = bytes.u32(what);
    const end = bytes.u64(what) + tensorBytes(bytes, { type, elements, what });
    if (end > dataBytes) dataBytes = end;
    tensors.push({ name, shape: shape.map(Number), elements: Number(elements), type });
  }
  return { tensors, dataBytes };
}

function readShape(bytes: GgufBytes, what: string): bigint[] {
  const dimensions = bytes.u32(what);
  if (dimensions > MAX_DIMENSIONS) throw bytes.invalid(`${what} has ${dimensions} dimensions`);
  return Array.from({ length: dimensions }, () => bytes.u64(what));
}

function tensorBytes(bytes: GgufBytes, tensor: { type: number; elements: bigint; what: string }): bigint {
  const known = TENSOR_TYPES[tensor.type];
  if (!known) return 0n;
  const block = BigInt(known.block);
  if (tensor.elements % block !== 0n) throw bytes.invalid(`${tensor.what} is no whole number of ${known.name} blocks`);
  return (tensor.elements / block) * BigInt(known.bytes);
}

function alignmentOf(bytes: GgufBytes, metadata: GgufMetadata): number {
  const value = metadata.get('general.alignment');
  if (value === undefined) return 32;
  const alignment = countOf(value) ?? 0;
  const isPowerOfTwo = alignment >= 1 && alignment <= 1 << 20 && Number.isInteger(Math.log2(alignment));
  if (!isPowerOfTwo) throw bytes.invalid(`its alignment ${alignment} is no power of two`);
  return alignment;
}

function checkData(bytes: GgufBytes, dataBytes: bigint, alignment: number): void {
  const start = Math.ceil(bytes.position / alignment) * alignment;
  if (BigInt(start) + dataBytes > BigInt(bytes.size)) throw bytes.truncated('the weights');
}

function bounded(bytes: GgufBytes, claimed: bigint, most: number, what: string): number {
  if (claimed > BigInt(most)) throw bytes.invalid(`it claims ${claimed} ${what}`);
  return Number(claimed);
}

export function textOf(value: MetadataValue | undefined): string | null {
  return value && 'scalar' in value && typeof value.scalar === 'string' ? value.scalar : null;
}

export function countOf(value: MetadataValue | undefined): number | null {
  if (!value || !('scalar' in value)) return null;
  const number = typeof value.scalar === 'bigint' ? Number(value.scalar) : value.scalar;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** A number of any type; null for anything else. */
export function numberOf(value: MetadataValue | undefined): number | null {
  return value && 'scalar' in value && typeof value.scalar === 'number' ? value.scalar : null;
}
