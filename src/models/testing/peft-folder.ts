import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { countOf, readGguf, textOf } from '../gguf-content.js';
import { randomFrom } from './lora-file.js';

export interface PeftSketch {
  readonly rank?: number;
  readonly alpha?: number;
  readonly layers?: number;
  readonly strength?: number;
  readonly type?: 'F32' | 'F16' | 'BF16';
  /** Keys of adapter_config.json beside the usual ones, or instead of them. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface PeftFactors {
  readonly name: string;
  readonly shape: readonly [rows: number, columns: number];
  readonly values: Float32Array;
}

/** Writes a folder as PEFT saves an adapter of queries and ways down, pseudo-random; the factors are handed back. */
export function writePeft(folder: string, base: string, sketch: PeftSketch = {}): PeftFactors[] {
  const { rank = 4, alpha = 8, strength = 0.05, type = 'F32', config = {} } = sketch;
  const { metadata, tensors } = readGguf(base, 'model');
  const arch = textOf(metadata.get('general.architecture')) ?? '';
  const layers = sketch.layers ?? countOf(metadata.get(`${arch}.block_count`)) ?? 1;
  const shapeOf = (weight: string): readonly number[] =>
    tensors.find(({ name }) => name === `blk.0.${weight}.weight`)?.shape ?? [1, 1];
  const random = randomFrom(rank);
  const filled = (count: number, size: number): Float32Array =>
    // Whole 64ths of a power of two: every type holds them exactly.
    Float32Array.from({ length: count }, () => (Math.round(64 * random()) / 64) * 2 ** Math.round(Math.log2(size)));
  const factors = Array.from({ length: layers }, (_, layer) => layer).flatMap((layer) =>
    (
      [
        ['self_attn.q_proj', 'attn_q'],
        ['mlp.down_proj', 'ffn_down'],
      ] as const
    ).flatMap(([module, weight]): PeftFactors[] => {
      const [columns = 1, rows = 1] = shapeOf(weight);
      const name = `base_model.model.model.layers.${layer}.${module}`;
      const a = filled(rank * columns, 1 / Math.sqrt(columns));
      return [
        { name: `${name}.lora_A.weight`, shape: [rank, columns], values: a },
        { name: `${name}.lora_B.weight`, shape: [rows, rank], values: filled(rows * rank, strength) },
      ];
    }),
  );
  mkdirSync(folder, { recursive: true });
  const usual = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: 'some/model',
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0.05,
    bias: 'none',
    use_rslora: false,
    use_dora: false,
    modules_to_save: null,
    rank_pattern: {},
    alpha_pattern: {},
    init_lora_weights: true,
    fan_in_fan_out: false,
    target_modules: ['q_proj', 'down_proj'],
  };
  writeFileSync(path.join(folder, 'adapter_config.json'), JSON.stringify({ ...usual, ...config }));
  writeFileSync(path.join(folder, 'adapter_model.safetensors'), safetensors(factors, type));
  return factors;
}

/** The file's own layout: length of the header, header, data. */
export function safetensors(factors: readonly PeftFactors[], type: 'F32' | 'F16' | 'BF16'): Buffer {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  const data: Buffer[] = [];
  let offset = 0;
  for (const { name, shape, values } of factors) {
    const bytes = Buffer.concat([...values].map((value) => valueBytes(value, type)));
    header[name] = { dtype: type, shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
    data.push(bytes);
  }
  return framed(JSON.stringify(header), Buffer.concat(data));
}

export function framed(header: string, data: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), data]);
}

function valueBytes(value: number, type: 'F32' | 'F16' | 'BF16'): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  if (type === 'F32') return bytes;
  if (type === 'BF16') return bytes.subarray(2);
  const half = Buffer.alloc(2);
  half.writeUInt16LE(halfBits(value));
  return half;
}

/** Precondition: half precision holds the value exactly. */
function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === 0) return sign;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const fraction = size / 2 ** exponent;
  return sign | (fraction >= 1 ? ((exponent + 15) << 10) | ((fraction - 1) * 1024) : fraction * 1024);
}
