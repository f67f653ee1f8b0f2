import * as fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LaconicError } from '../domain/index.js';
import { refusalOf } from './testing/refusal.js';
import { readGgufHeader, type GgufHeader } from './gguf-header.js';
import { inspectModelFile } from './model-file.js';
import { TINY_METADATA, tinyGguf } from './testing/gguf-builder.js';

const REFERENCE = path.join(__dirname, '..', '..', 'engine', 'models');

describe('readGgufHeader', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'laconic-gguf-'));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  function read(content: Uint8Array): GgufHeader {
    const file = path.join(folder, 'model.gguf');
    writeFileSync(file, content);
    return readGgufHeader(file);
  }

  const errorOf = (content: Uint8Array): LaconicError | null => refusalOf(() => read(content));

  it('reads metadata and tensor table', () => {
    expect(read(tinyGguf())).toEqual({
      version: 3,
      architecture: 'qwen3',
      name: 'tiny',
      parameters: 131,
      quantization: 'Q8_0',
      contextTokens: 512,
      layers: 2,
      vocabularySize: 3,
      chatTemplate: "{{ '<|im_start|>' }}<think></think>",
      tensors: 2,
      fileBytes: tinyGguf().length,
    });
  });

  it('names the type that most parameters have when the file declares none', () => {
    const { 'general.file_type': _, ...metadata } = TINY_METADATA;
    expect(read(tinyGguf({ metadata })).quantization).toBe('Q8_0');
  });

  it('refuses the file when it is cut off at any length', () => {
    const whole = tinyGguf();
    // The padding behind the last tensor is no content: without it the file is still complete.
    const complete = whole.length - 20;
    for (let length = 0; length < complete; length++) {
      const error = errorOf(whole.subarray(0, length));
      expect({ length, code: error?.code }).toEqual({ length, code: 'model-invalid' });
    }
    expect(errorOf(whole.subarray(0, complete))).toBeNull();
  });

  it('says in a sentence what is wrong', () => {
    expect(errorOf(Buffer.from('not a model'))?.message).toContain('does not begin with the letters GGUF');
    expect(errorOf(tinyGguf().subarray(0, 100))?.message).toMatch(
      /it ends after 100 bytes, inside metadata entry \d of 7/,
    );
    expect(errorOf(tinyGguf({ version: 1 }))?.message).toContain('its GGUF version is 1');
    expect(errorOf(tinyGguf({ version: 0x03000000 }))?.message).toContain('big-endian');
    expect(errorOf(tinyGguf({ metadata: {} }))?.message).toContain('names no architecture');
    expect(errorOf(tinyGguf({ tensors: [] }))?.message).toContain('no weights');
    const alignment = { ...TINY_METADATA, 'general.alignment': { type: 'u32', value: 24 } } as const;
    expect(errorOf(tinyGguf({ metadata: alignment }))?.message).toContain('no power of two');
    const ragged = [{ name: 't', shape: [33], type: 8, bytes: 64 }];
    expect(errorOf(tinyGguf({ tensors: ragged }))?.message).toContain('no whole number of Q8_0 blocks');
  });

  it('answers at once and allocates nothing when lengths are absurd', () => {
    const started = performance.now();
    const before = process.memoryUsage().arrayBuffers;
    const whole = tinyGguf();
    for (let at = 8; at + 8 <= 400; at++) {
      for (const claim of [2n ** 64n - 1n, 2n ** 63n, 2n ** 40n, 2n ** 32n]) {
        const damaged = Buffer.from(whole);
        damaged.writeBigUInt64LE(claim, at);
        errorOf(damaged);
      }
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(256 * 1024 * 1024);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('gives a result or a LaconicError for random bytes behind a good beginning', () => {
    const start = Buffer.from('GGUF\u0003\0\0\0', 'latin1');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, good) => {
        const error = errorOf(good ? Buffer.concat([start, bytes]) : bytes);
        expect(error?.code ?? 'model-invalid').toBe('model-invalid');
      }),
      { numRuns: 500 },
    );
  });

  it('gives a result or a LaconicError when any bytes of a good file are changed', () => {
    const whole = tinyGguf();
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(damage, (changes) => {
        const damaged = Buffer.from(whole);
        for (const [at, value] of changes) damaged[at] = value;
        expect(errorOf(damaged)?.code ?? 'model-invalid').toBe('model-invalid');
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what is no regular file', () => {
    expect(() => readGgufHeader(folder)).toThrow(expect.objectContaining({ code: 'model-invalid' }));
    expect(() => readGgufHeader(path.join(folder, 'absent.gguf'))).toThrow(
      expect.objectContaining({ code: 'model-missing' }),
    );
  });

  it.each([
    ['reference', 19_524_480, 12],
    ['reference-nano', 3_419_328, 6],
  ])('reads the shipped %s', (alias, parameters, layers) => {
    const { chatFormat, think, ...facts } = inspectModelFile(path.join(REFERENCE, alias, `${alias}.gguf`));
    expect(facts).toMatchObject({
      architecture: 'qwen3',
      quantization: 'Q8_0',
      contextTokens: 2048,
      layers,
      vocabularySize: 1664,
    });
    expect({ chatFormat, think }).toEqual({
      chatFormat: 'chatml',
      think: { open: '<think>', close: '</think>', afterClose: '\n\n', openedByPrompt: false },
    });
    expect(facts.parameters).toBe(parameters);
  });
});
