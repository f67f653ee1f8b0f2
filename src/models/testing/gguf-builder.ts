/** Writes small GGUF files for tests: the format's own layout, no weights but zeros. */

import { ggufText, u32, u64 } from '../gguf-encoding.js';

type Field =
  | { readonly type: 'u32'; readonly value: number }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'texts'; readonly value: readonly string[] };

export interface GgufSketch {
  readonly version?: number;
  readonly metadata?: Readonly<Record<string, Field>>;
  readonly tensors?: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly type: number;
    readonly bytes: number;
  }[];
}

const ALIGNMENT = 32;

export const TINY_METADATA: Readonly<Record<string, Field>> = {
  'general.architecture': { type: 'text', value: 'qwen3' },
  'general.name': { type: 'text', value: 'tiny' },
  'general.file_type': { type: 'u32', value: 7 },
  'qwen3.context_length': { type: 'u32', value: 512 },
  'qwen3.block_count': { type: 'u32', value: 2 },
  'tokenizer.ggml.tokens': { type: 'texts', value: ['a', 'b', '<|im_start|>'] },
  'tokenizer.chat_template': { type: 'text', value: "{{ '<|im_start|>' }}<think></think>" },
};

/** One Q8_0 tensor of 64 × 2 and one F32 tensor of 3. */
export function tinyGguf(changes: GgufSketch = {}): Buffer {
  const { version = 3, metadata = TINY_METADATA } = changes;
  const tensors = changes.tensors ?? [
    { name: 'token_embd.weight', shape: [64, 2], type: 8, bytes: 136 },
    { name: 'output_norm.weight', shape: [3], type: 0, bytes: 12 },
  ];
  let offset = 0;
  const infos: Buffer[] = [];
  for (const tensor of tensors) {
    infos.push(
      ggufText(tensor.name),
      u32(tensor.shape.length),
      ...tensor.shape.map(u64),
      u32(tensor.type),
      u64(offset),
    );
    offset += Math.ceil(tensor.bytes / ALIGNMENT) * ALIGNMENT;
  }
  const entries = Object.entries(metadata).flatMap(([key, field]) => [ggufText(key), fieldBytes(field)]);
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(version),
    u64(tensors.length),
    u64(Object.keys(metadata).length),
    ...entries,
    ...infos,
  ]);
  const padding = (ALIGNMENT - (head.length % ALIGNMENT)) % ALIGNMENT;
  return Buffer.concat([head, Buffer.alloc(padding + offset)]);
}

function fieldBytes(field: Field): Buffer {
  switch (field.type) {
    case 'u32':
      return Buffer.concat([u32(4), u32(field.value)]);
    case 'text':
      return Buffer.concat([u32(8), ggufText(field.value)]);
    case 'texts':
      return Buffer.concat([u32(9), u32(8), u64(field.value.length), ...field.value.map(ggufText)]);
  }
}
