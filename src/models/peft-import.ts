import path from 'node:path';
import { LaconicError } from '../domain/index.js';
import { countOf, readGguf, textOf, type GgufMetadata } from './gguf-content.js';
import { writeGguf, type NewTensor } from './gguf-writer.js';
import { readPeftConfig } from './peft-config.js';
import { SafetensorsFile, type SafeTensor } from './safetensors.js';

/*
 * Turns a LoRA adapter as PEFT saves it (adapter_config.json, adapter_model.safetensors) into GGUF, as llama.cpp's
 * convert_lora_to_gguf.py does. Parses untrusted files: for workers and the command line only.
 */

/** Modules by PEFT's names, weights by GGUF's; the same for every architecture here. */
const WEIGHTS: Readonly<Record<string, string>> = {
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
};

/** Those whose weights GGUF files hold as they were trained, but for the order of rows in queries and keys. */
const ARCHITECTURES = ['llama', 'qwen2', 'qwen3', 'gemma', 'gemma2', 'gemma3'];

const FACTOR =
  /^base_model\.model\.(?:model\.)?layers\.(\d{1,4})\.([a-z_]+\.[a-z_]+)\.lora_([AB])(?:\.default)?\.weight$/;

export interface PeftSource {
  readonly folder: string;
  /** File of the model that the adapter was trained for. */
  readonly base: string;
}

/** Writes `target`. Throws `model-missing`, or `model-invalid` with what cannot be converted and why. */
export function convertPeft({ folder, base }: PeftSource, target: string): void {
  const { alpha, rank } = readPeftConfig(path.join(folder, 'adapter_config.json'));
  const { metadata } = readGguf(base, 'model');
  const arch = textOf(metadata.get('general.architecture')) ?? '';
  if (!ARCHITECTURES.includes(arch)) throw unknownArchitecture(folder, arch);
  const source = new SafetensorsFile(path.join(folder, 'adapter_model.safetensors'));
  try {
    const tensors = [...source.tensors].map(([name, tensor]) =>
      factor({ name, tensor, rank, source, folder, metadata, arch }),
    );
    const fields = {
      'general.type': { type: 'text', value: 'adapter' },
      'general.architecture': { type: 'text', value: arch },
      'general.name': { type: 'text', value: path.basename(folder) },
      'adapter.type': { type: 'text', value: 'lora' },
      'adapter.lora.alpha': { type: 'f32', value: alpha },
    } as const;
    writeGguf(target, fields, tensors);
  } finally {
    source.close();
  }
}

interface Factor {
  readonly name: string;
  readonly tensor: SafeTensor;
  readonly rank: number;
  readonly source: SafetensorsFile;
  readonly folder: string;
  readonly metadata: GgufMetadata;
  readonly arch: string;
}

function factor({ name, tensor, rank, source, folder, metadata, arch }: Factor): NewTensor {
  const [, layer, module = '', side] = FACTOR.exec(name) ?? [];
  const weight = Object.hasOwn(WEIGHTS, module) ? WEIGHTS[module] : undefined;
  if (layer === undefined || weight === undefined) throw unknownTensor(folder, name);
  const [rows = 0, columns = 0] = tensor.shape;
  if (tensor.shape.length !== 2 || (side === 'A' ? rows : columns) !== rank) {
    throw invalid(folder, `${name} is ${tensor.shape.join(' x ')}, which does not go with rank ${rank}`);
  }
  const heads = side === 'B' && arch === 'llama' ? headsOf(weight, metadata) : null;
  const values = (): Float32Array => {
    const read = source.values(tensor);
    if (!read.every((value) => Number.isFinite(value))) throw invalid(folder, `a value of ${name} is no finite number`);
    if (heads === null) return read;
    if (rows % (2 * heads) !== 0) throw invalid(folder, `${name} has ${rows} rows, which ${heads} heads do not divide`);
    return interleaveHalves(read, { rows, columns, heads });
  };
  return { name: `blk.${Number(layer)}.${weight}.weight.lora_${side === 'A' ? 'a' : 'b'}`, rows, columns, values };
}

/** Null for weights whose rows stay in order. */
function headsOf(weight: string, metadata: GgufMetadata): number | null {
  if (weight !== 'attn_q' && weight !== 'attn_k') return null;
  const queries = countOf(metadata.get('llama.attention.head_count')) ?? 1;
  return weight === 'attn_q' ? queries : (countOf(metadata.get('llama.attention.head_count_kv')) ?? queries);
}

/**
 * GGUF files of architecture llama rotate neighbouring rows of a head, where the trained weights rotate row j of its first half with
 * row j of its second: row 2j + t of a head is row t · (head rows / 2) + j of the trained one. (rows, columns) row by row.
 */
export function interleaveHalves(
  values: Float32Array,
  { rows, columns, heads }: { readonly rows: number; readonly columns: number; readonly heads: number },
): Float32Array {
  const ordered = new Float32Array(values.length);
  const headRows = rows / heads;
  for (let row = 0; row < rows; row++) {
    const [head, within] = [Math.floor(row / headRows), row % headRows];
    const from = head * headRows + (within % 2) * (headRows / 2) + Math.floor(within / 2);
    ordered.set(values.subarray(from * columns, (from + 1) * columns), row * columns);
  }
  return ordered;
}

function unknownArchitecture(folder: string, arch: string): LaconicError {
  return new LaconicError('model-invalid', `${folder} cannot be converted for a model of architecture ${arch}.`, {
    hint: `Known are ${ARCHITECTURES.join(', ')}; convert it with llama.cpp's convert_lora_to_gguf.py and register the GGUF file.`,
    where: folder,
  });
}

function unknownTensor(folder: string, name: string): LaconicError {
  const embeds = /embed|lm_head/.test(name) ? ' (embeddings and the output layer cannot be adapted)' : '';
  return invalid(folder, `its tensor ${name} is no factor of a projection in attention or feed-forward part${embeds}`);
}

function invalid(folder: string, why: string): LaconicError {
  return new LaconicError('model-invalid', `The adapter in ${folder} cannot be used: ${why}.`, {
    hint: 'Train a plain LoRA adapter on the linear projections, or merge this one into its model and register that.',
    where: folder,
  });
}
