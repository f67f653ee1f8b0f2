import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspectAdapterFile } from './adapter-file.js';
import { readGguf } from './gguf-content.js';
import { writeGguf, type NewTensor } from './gguf-writer.js';
import { convertPeft, interleaveHalves } from './peft-import.js';
import { NANO } from './testing/lora-file.js';
import { safetensors, writePeft } from './testing/peft-folder.js';

describe('convertPeft', () => {
  let folder: string;
  let source: string;
  let target: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'laconic-peft-'));
    source = path.join(folder, 'trained');
    target = path.join(folder, 'trained.gguf');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it.each(['F32', 'F16', 'BF16'] as const)('writes the factors of %s under the names of the model', (type) => {
    const factors = writePeft(source, NANO, { rank: 2, alpha: 6, type });
    convertPeft({ folder: source, base: NANO }, target);
    expect(inspectAdapterFile(target, NANO)).toMatchObject({
      arch: 'qwen3',
      rank: 2,
      alpha: 6,
      weights: 12,
      name: 'trained',
    });
    const values = valuesOf(target);
    const [a, b] = [factors[2], factors[3]];
    expect(a?.name).toBe('base_model.model.model.layers.0.mlp.down_proj.lora_A.weight');
    expect(values['blk.0.ffn_down.weight.lora_a']).toEqual([...(a?.values ?? [])]);
    expect(values['blk.0.ffn_down.weight.lora_b']).toEqual([...(b?.values ?? [])]);
    expect(Object.keys(values)).toContain('blk.2.attn_q.weight.lora_b');
  });

  it('takes the scale of rank-stabilised adapters, alpha over the root of the rank', () => {
    writePeft(source, NANO, { rank: 4, alpha: 8, config: { use_rslora: true } });
    convertPeft({ folder: source, base: NANO }, target);
    const { alpha, rank } = inspectAdapterFile(target, NANO);
    expect(alpha / rank).toBe(8 / Math.sqrt(4));
  });

  it('reorders the rows of queries and keys for architecture llama, and nothing else', () => {
    const base = path.join(folder, 'llama.gguf');
    writeGguf(
      base,
      {
        'general.architecture': { type: 'text', value: 'llama' },
        'llama.attention.head_count': { type: 'u32', value: 2 },
        'llama.attention.head_count_kv': { type: 'u32', value: 1 },
      },
      [zeros('attn_q', 8), zeros('attn_k', 4), zeros('attn_v', 4)],
    );
    writePeft(source, NANO, { rank: 1 });
    const factors = [
      ['q', 8],
      ['k', 4],
      ['v', 4],
    ] as const;
    const tensors = factors.flatMap(([letter, rows]) => {
      const name = `base_model.model.model.layers.0.self_attn.${letter}_proj`;
      return [
        { name: `${name}.lora_A.weight`, shape: [1, 3], values: rising(3) } as const,
        { name: `${name}.lora_B.weight`, shape: [rows, 1], values: rising(rows) } as const,
      ];
    });
    writeFileSync(path.join(source, 'adapter_model.safetensors'), safetensors(tensors, 'F32'));
    convertPeft({ folder: source, base }, target);
    expect(valuesOf(target)).toEqual({
      'blk.0.attn_q.weight.lora_a': [0, 1, 2],
      'blk.0.attn_q.weight.lora_b': [0, 2, 1, 3, 4, 6, 5, 7],
      'blk.0.attn_k.weight.lora_a': [0, 1, 2],
      'blk.0.attn_k.weight.lora_b': [0, 2, 1, 3],
      'blk.0.attn_v.weight.lora_a': [0, 1, 2],
      'blk.0.attn_v.weight.lora_b': [0, 1, 2, 3],
    });
  });

  it.each([
    ['use_dora', true, 'DoRA'],
    ['bias', 'all', 'biases'],
    ['modules_to_save', ['embed_tokens'], 'whole modules'],
    ['rank_pattern', { q_proj: 2 }, 'rank differs'],
    ['alpha_pattern', { q_proj: 2 }, 'alpha differs'],
    ['fan_in_fan_out', true, 'transposed'],
    ['alora_invocation_tokens', [1, 2], 'certain tokens only'],
    ['use_qalora', true, 'pooled inputs'],
    ['init_lora_weights', 'pissa', 'weights of the base'],
    ['peft_type', 'IA3', 'peft_type'],
    ['r', 0, 'r:'],
    ['lora_alpha', '16', 'lora_alpha:'],
  ] as const)('refuses %s: %j with the reason', (key, value, reason) => {
    writePeft(source, NANO, { config: { [key]: value } });
    expect(() => convertPeft({ folder: source, base: NANO }, target)).toThrow(
      expect.objectContaining({ code: 'model-invalid', message: expect.stringContaining(reason) }),
    );
  });

  it.each([
    ['base_model.model.model.embed_tokens.lora_embedding_A', [4, 3], 'embeddings and the output layer'],
    ['base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector', [4, 3], 'no factor'],
    ['base_model.model.model.layers.0.self_attn.constructor.lora_A.weight', [4, 3], 'no factor'],
    ['base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight', [3, 4], 'does not go with rank 4'],
  ] as const)('refuses the tensor %s of %j', (name, shape, reason) => {
    writePeft(source, NANO);
    const content = safetensors([{ name, shape, values: new Float32Array(12) }], 'F32');
    writeFileSync(path.join(source, 'adapter_model.safetensors'), content);
    expect(() => convertPeft({ folder: source, base: NANO }, target)).toThrow(
      expect.objectContaining({ code: 'model-invalid', message: expect.stringContaining(reason) }),
    );
  });

  it('refuses values that are no numbers, and architectures that it does not know', () => {
    const [first] = writePeft(source, NANO, { rank: 4 });
    const content = safetensors([{ ...first!, values: first!.values.map(() => NaN) }], 'F32');
    writeFileSync(path.join(source, 'adapter_model.safetensors'), content);
    expect(() => convertPeft({ folder: source, base: NANO }, target)).toThrow('no finite number');
    const base = path.join(folder, 'other.gguf');
    writeGguf(base, { 'general.architecture': { type: 'text', value: 'mamba' } }, []);
    expect(() => convertPeft({ folder: source, base }, target)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('convert_lora_to_gguf.py') }),
    );
  });
});

describe('interleaveHalves', () => {
  it('puts row t · half + j of a head at 2j + t, whole rows at a time', () => {
    const rows = Float32Array.from({ length: 12 * 2 }, (_, index) => index);
    const ordered = interleaveHalves(rows, { rows: 12, columns: 2, heads: 2 });
    const firsts = Array.from({ length: 12 }, (_, row) => (ordered[2 * row] ?? 0) / 2);
    expect(firsts).toEqual([0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]);
    expect([...ordered].filter((_, index) => index % 2 === 1)).toEqual(firsts.map((row) => 2 * row + 1));
  });
});

/** Values by tensor: all are floats behind a header that ends at a multiple of 32. */
function valuesOf(file: string): Record<string, number[]> {
  const { tensors } = readGguf(file, 'adapter');
  const bytes = readFileSync(file);
  const padded = tensors.map(({ elements }) => Math.ceil((4 * elements) / 32) * 32);
  let offset = bytes.length - padded.reduce((sum, length) => sum + length, 0);
  return Object.fromEntries(
    tensors.map(({ name, elements }, index) => {
      const values = Array.from({ length: elements }, (_, at) => bytes.readFloatLE(offset + 4 * at));
      offset += padded[index] ?? 0;
      return [name, values];
    }),
  );
}

/** A weight of the first layer of a model. */
function zeros(name: string, rows: number): NewTensor {
  return { name: `blk.0.${name}.weight`, rows, columns: 3, values: () => new Float32Array(3 * rows) };
}

function rising(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => index);
}
