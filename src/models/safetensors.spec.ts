import * as fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LaconicError } from '../domain/index.js';
import { refusalOf } from './testing/refusal.js';
import { SafetensorsFile } from './safetensors.js';
import { framed, safetensors } from './testing/peft-folder.js';

describe('SafetensorsFile', () => {
  let folder: string;
  let file: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'laconic-safetensors-'));
    file = path.join(folder, 'adapter_model.safetensors');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  /** Values of every tensor. Throws what reading throws. */
  function read(content: Buffer): Record<string, number[]> {
    writeFileSync(file, content);
    const opened = new SafetensorsFile(file);
    try {
      return Object.fromEntries([...opened.tensors].map(([name, tensor]) => [name, [...opened.values(tensor)]]));
    } finally {
      opened.close();
    }
  }

  const errorOf = (content: Buffer): LaconicError | null => refusalOf(() => read(content));

  it.each(['F32', 'F16', 'BF16'] as const)('reads %s', (type) => {
    const values = Float32Array.from([0, -0.5, 1.25, 2 ** -14, 100, -3]);
    const tensors = [
      { name: 'first', shape: [2, 3], values } as const,
      { name: 'second', shape: [1, 1], values: values.subarray(1, 2) } as const,
    ];
    expect(read(safetensors(tensors, type))).toEqual({ first: [...values], second: [-0.5] });
  });

  it('reads the halves that have no leading one, and those that are no numbers', () => {
    const header = JSON.stringify({ half: { dtype: 'F16', shape: [4], data_offsets: [0, 8] } });
    const [smallest, infinite, none, least] = read(
      framed(header, Buffer.from([0x01, 0x00, 0x00, 0xfc, 0x01, 0x7c, 0x00, 0x04])),
    )['half'] as [number, number, number, number];
    expect([smallest, infinite, least]).toEqual([2 ** -24, -Infinity, 2 ** -14]);
    expect(none).toBeNaN();
  });

  it.each([
    ['', Buffer.alloc(4)],
    ['claims', Buffer.alloc(8, 0xff)],
    ['no JSON object', framed('nonsense', Buffer.alloc(0))],
    ['no JSON object', framed('null', Buffer.alloc(0))],
    ['entry x', framed('{"x": {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}}', Buffer.alloc(8))],
    ['entry x', framed('{"x": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}', Buffer.alloc(8))],
    ['other bytes', framed('{"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}', Buffer.alloc(8))],
    ['other bytes', framed('{"x": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}', Buffer.alloc(8))],
    ['cut short', framed('{"x": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}', Buffer.alloc(8))],
  ])('refuses a file with a sentence: %s', (reason, content) => {
    expect(errorOf(content)).toMatchObject({ code: 'model-invalid', message: expect.stringContaining(reason) });
  });

  it('answers with an error or with values when the file is cut off or damaged anywhere', () => {
    const whole = safetensors([{ name: 'only', shape: [3, 4], values: new Float32Array(12).fill(1) }], 'F16');
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
        expect(errorOf(whole.subarray(0, at))?.code).toBe('model-invalid');
        const damaged = Buffer.from(whole);
        damaged[at] = byte;
        expect(['model-invalid', undefined]).toContain(errorOf(damaged)?.code);
      }),
      { numRuns: 200 },
    );
  });

  it('says that there is no file', () => {
    const none = path.join(folder, 'none');
    expect(() => new SafetensorsFile(none)).toThrow(expect.objectContaining({ code: 'model-missing' }));
  });
});
