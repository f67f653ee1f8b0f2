import { closeSync, openSync, writeSync } from 'node:fs';
import { f32, ggufText, u32, u64 } from './gguf-encoding.js';

export type NewField =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'u32'; readonly value: number }
  | { readonly type: 'f32'; readonly value: number };

/** A matrix of floats. */
export interface NewTensor {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Row by row; asked for once, when it is written. */
  readonly values: () => Float32Array;
}

const ALIGNMENT = 32;
const F32 = 0;

/** Writes a GGUF file of version 3 (format: ggml's docs/gguf.md) with one tensor at a time in memory. */
export function writeGguf(
  file: string,
  metadata: Readonly<Record<string, NewField>>,
  tensors: readonly NewTensor[],
): void {
  const descriptor = openSync(file, 'w');
  try {
    write(descriptor, padded(header(metadata, tensors)));
    for (const { values } of tensors) {
      const data = values();
      write(descriptor, padded(Buffer.from(data.buffer, data.byteOffset, data.byteLength)));
    }
  } finally {
    closeSync(descriptor);
  }
}

function header(metadata: Readonly<Record<string, NewField>>, tensors: readonly NewTensor[]): Buffer {
  const fields = Object.entries(metadata).flatMap(([key, field]) => [ggufText(key), fieldBytes(field)]);
  let offset = 0;
  const table = tensors.flatMap(({ name, rows, columns }) => {
    const entry = [ggufText(name), u32(2), u64(columns), u64(rows), u32(F32), u64(offset)];
    offset += roundUp(4 * rows * columns);
    return entry;
  });
  const counts = [u32(3), u64(tensors.length), u64(Object.keys(metadata).length)];
  return Buffer.concat([Buffer.from('GGUF'), ...counts, ...fields, ...table]);
}

function fieldBytes(field: NewField): Buffer {
  switch (field.type) {
    case 'text':
      return Buffer.concat([u32(8), ggufText(field.value)]);
    case 'u32':
      return Buffer.concat([u32(4), u32(field.value)]);
    case 'f32':
      return Buffer.concat([u32(6), f32(field.value)]);
  }
}

function write(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(roundUp(bytes.length) - bytes.length)]);
}

function roundUp(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}
