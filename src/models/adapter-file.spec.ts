import * as fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LaconicError } from '../domain/index.js';
import { inspectAdapterFile } from './adapter-file.js';
import { writeGguf, type NewField, type NewTensor } from './gguf-writer.js';
import { NANO, writeLora } from './testing/lora-file.js';

const HEAD: Readonly<Record<string, NewField>> = {
  'general.type': { type: 'text', value: 'adapter' },
  'general.architecture': { type: 'text', value: 'qwen3' },
  'adapter.type': { type: 'text', value: 'lora' },
  'adapter.lora.alpha': { type: 'f32', value: 16 },
};

describe('inspectAdapterFile', () => {
  let folder: string;
  let file: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'laconic-adapter-'));
    file = path.join(folder, 'adapter.gguf');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  /** The error that looking at the file gives; null where it is accepted. Anything but a LaconicError fails the test. */
  function errorOf(base: string | null = NANO): LaconicError | null {
    try {
      inspectAdapterFile(file, base);
      return null;
    } catch (error) {
      if (error instanceof LaconicError) return error;
      throw error;
    }
  }

  it('tells what the file holds, checked against its model', () => {
    writeLora(file, NANO, { rank: 6, alpha: 12, weights: /attn_q/ });
    expect(inspectAdapterFile(file, NANO)).toMatchObject({
      arch: 'qwen3',
      rank: 6,
      alpha: 12,
      weights: 6,
      compression: null,
    });
    expect(inspectAdapterFile(file, null)).toEqual(inspectAdapterFile(file, NANO));
  });

  it('tells what an adapter for compressed thinking was trained on', () => {
    const said = {
      scorer: { type: 'text', value: 'self-information' },
      seed: { type: 'u32', value: 3 },
      ratios: { type: 'text', value: '0.5,0.75,1' },
      control: { type: 'text', value: 'qwen' },
      examples: { type: 'u32', value: 900 },
      base_sha256: { type: 'text', value: 'a'.repeat(64) },
    } as const;
    const metadata = Object.fromEntries(
      Object.entries(said).map(([key, field]) => [`laconic.tokenskip.${key}`, field] as const),
    );
    writeLora(file, NANO, { metadata });
    expect(inspectAdapterFile(file, NANO).compression).toEqual({
      scorer: 'self-information',
      seed: 3,
      ratios: [0.5, 0.75, 1],
      control: 'qwen',
      examples: 900,
      baseSha256: 'a'.repeat(64),
      datasetSha256: null,
    });
    for (const [key, value] of [
      ['ratios', '0.5,two'],
      ['ratios', '1.5'],
      ['control', 'gemma'],
      ['base_sha256', 'a'],
    ] as const) {
      writeLora(file, NANO, { metadata: { [`laconic.tokenskip.${key}`]: { type: 'text', value } } });
      expect(errorOf()?.message).toContain(`laconic.tokenskip.${key}`);
    }
  });

  it.each([
    ['general.type', { type: 'text', value: 'model' }, 'general.type is not "adapter"'],
    ['general.type', { type: 'u32', value: 1 }, 'general.type is not "adapter"'],
    ['adapter.type', { type: 'text', value: 'dora' }, 'adapter.type is not "lora"'],
    ['general.architecture', { type: 'text', value: '' }, 'it names no architecture'],
    ['general.architecture', { type: 'text', value: 'llama' }, 'it is for the architecture llama'],
    ['adapter.lora.alpha', { type: 'f32', value: 0 }, 'alpha is no number above 0'],
    ['adapter.lora.alpha', { type: 'f32', value: NaN }, 'alpha is no number above 0'],
    ['adapter.lora.alpha', { type: 'text', value: '16' }, 'alpha is no number above 0'],
    ['adapter.alora.invocation_tokens', { type: 'u32', value: 1 }, 'aLoRA'],
  ] as const)('refuses %s as %j', (key, field, reason) => {
    writeLora(file, NANO, { metadata: { [key]: field } });
    expect(errorOf()).toMatchObject({ code: 'model-invalid', message: expect.stringContaining(reason) });
  });

  it.each([
    ['nothing', [], 'it adapts nothing'],
    ['a factor alone', pair('blk.0.attn_q.weight', [192, 192]).slice(1), 'is missing'],
    ['another tensor', pair('blk.0.attn_q.weight', [192, 192]).map((t) => ({ ...t, name: `${t.name}x` })), 'no factor'],
    ['a weight that is not there', pair('blk.99.attn_q.weight', [192, 192]), 'does not have'],
    ['another width', pair('blk.0.attn_q.weight', [191, 192]), 'it adapts blk.0.attn_q.weight as 191 x 192'],
    ['a norm', pair('output_norm.weight', [192, 1]), 'no matrix'],
    ['the embeddings', pair('token_embd.weight', [192, 1664]), 'token embeddings'],
    ['a rank of 5000', pair('blk.0.attn_q.weight', [192, 192, 5000]), 'is 5000, not 1 to 4096'],
  ] as const)('refuses a file that adapts %s', (_what, tensors, reason) => {
    writeGguf(file, HEAD, tensors);
    expect(errorOf()).toMatchObject({ code: 'model-invalid', message: expect.stringContaining(reason) });
  });

  it('refuses a model, and a file that is not there', () => {
    writeFileSync(file, readFileSync(NANO));
    expect(errorOf()?.message).toContain('general.type is not "adapter"');
    rmSync(file);
    expect(errorOf()?.code).toBe('model-missing');
  });

  it('answers with an error or with facts when the file is cut off or damaged anywhere', () => {
    writeLora(file, NANO, { rank: 1, weights: /blk\.0\.attn_q/ });
    const whole = readFileSync(file);
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
        writeFileSync(file, whole.subarray(0, at));
        expect(errorOf()?.code).toBe('model-invalid');
        const damaged = Buffer.from(whole);
        damaged[at] = byte;
        writeFileSync(file, damaged);
        expect(['model-invalid', undefined]).toContain(errorOf()?.code);
      }),
      { numRuns: 200 },
    );
  });
});

/** Both factors of a weight, of zeros. */
function pair(weight: string, [columns = 1, rows = 1, rank = 2]: readonly number[]): NewTensor[] {
  return [zeros(`${weight}.lora_a`, rank, columns), zeros(`${weight}.lora_b`, rows, rank)];
}

function zeros(name: string, rows: number, columns: number): NewTensor {
  return { name, rows, columns, values: () => new Float32Array(rows * columns) };
}
