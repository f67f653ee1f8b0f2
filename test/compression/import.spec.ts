import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportCard } from '../../src/compression/index.js';
import { runLaconic, temporaryHome, type Finished } from '../support/laconic-process.js';
import { jsonLines } from '../support/suite-run.js';

jest.setTimeout(120_000);

interface ImportedLine {
  readonly number: number;
  readonly question: string;
  readonly ratio: number;
  readonly actualRatio: number | null;
  readonly sourceRatio: number | null;
  readonly original: string | null;
  readonly compressed: string;
  readonly outputIds: readonly number[] | null;
}

/** Herons in a number of ponds: what was thought, and what was left of it at a ratio. */
const PONDS = [2, 3, 4, 5];
const question = (ponds: number): string => `There are 7 herons at each of ${ponds} ponds. How many legs do they have?`;
const WORDS = 'Step 1 : each heron has 2 legs . Step 2 : so we multiply 7 * 2 = 14 legs at each pond , and then'.split(
  ' ',
);
const chain = (ponds: number): string => `${WORDS.join(' ')} 14 * ${ponds} = ${14 * ponds}`;

function compressedLine(ponds: number, ratio: number): string {
  const words = chain(ponds).split(' ');
  const kept = words.filter((_, index) => Math.floor((index + 1) * ratio) > Math.floor(index * ratio));
  return JSON.stringify({
    question: question(ponds),
    input: question(ponds),
    output: chain(ponds),
    answer: String(14 * ponds),
    model_answer: String(14 * ponds),
    is_correct: ponds !== 5,
    cot: chain(ponds),
    compressed_cot: kept.join(' '),
    original_cot_tokens: words.length,
    compressed_cot_tokens: kept.length,
    compression_rate: `${(100 * ratio).toFixed(1)}%`,
  });
}

describe('laconic tokenskip import', () => {
  let folder: string;
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  const at = (name: string): string => join(folder, name);
  const importing = async (...args: readonly string[]): Promise<Finished> =>
    runLaconic(['tokenskip', 'import', ...args], { LACONIC_HOME: home.home });
  const cardOf = async (name: string): Promise<ImportCard> =>
    JSON.parse(await readFile(join(at(name), 'card.json'), 'utf8')) as ImportCard;
  let lined: readonly string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'laconic-import-'));
    home = await temporaryHome();
    lined = await Promise.all(
      [0.5, 0.8].map(async (ratio) => {
        const file = at(`train_outputs_compressed_ratio_${ratio}.jsonl`);
        await writeFile(file, `${PONDS.map((ponds) => compressedLine(ponds, ratio)).join('\n')}\n`);
        return file;
      }),
    );
  });

  afterAll(async () => {
    await home?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it('takes compressed chains over, counted by the model’s tokenizer', async () => {
    const args = [...lined, '--model', 'reference-nano', '--per-chain', 'all', '--out', at('lines')];
    expect(await importing(...args)).toMatchObject({ code: 0, stdout: expect.stringContaining('preview.html') });
    const lines = await jsonLines<ImportedLine>(join(at('lines'), 'chains.jsonl'));
    expect(lines.map(({ number, ratio }) => [number, ratio])).toEqual(
      [1, 2, 3].flatMap((number) => [
        [number, 0.5],
        [number, 0.8],
      ]),
    );
    for (const { ratio, actualRatio, sourceRatio, outputIds, original, compressed } of lines) {
      expect(Math.abs((sourceRatio ?? 0) - ratio)).toBeLessThan(0.05);
      expect(Math.abs((actualRatio ?? 0) - ratio)).toBeLessThan(0.2);
      expect(outputIds?.length).toBeGreaterThan(10);
      expect(compressed.length).toBeLessThan(original?.length ?? 0);
    }
    const alpaca = JSON.parse(await readFile(join(at('lines'), 'alpaca.json'), 'utf8')) as Record<string, string>[];
    expect(alpaca[0]).toEqual({
      instruction: 'Please reason step by step, and put your final answer within \\boxed{}.',
      input: `${question(2)}<|eot_id|>0.5<|eot_id|>`,
      output: `${lines[0]?.compressed}\n\nThe final answer is: $\\boxed{28}$`,
    });
    expect(await cardOf('lines')).toMatchObject({
      kind: 'tokenskip-import',
      unit: 'token',
      model: { alias: 'reference-nano' },
      examples: 6,
      leftOut: { wrong: 2 },
      unmatchedWords: 0,
      ratios: [0.5, 0.8],
    });
    expect(await readFile(join(at('lines'), 'preview.html'), 'utf8')).toMatch(/<del class="tk i0"> ?each<\/del>/);
  });

  it('takes a training list over as it is, without a tokenizer', async () => {
    const list = at('training.json');
    const entries = [1, 0.5].map((ratio) => ({
      instruction: 'Reason.',
      input: ratio === 1 ? question(2) : `${question(3)}<|eot_id|>${ratio}<|eot_id|>`,
      output: '14 * 2 = 28\n\nThe final answer is: $\\boxed{28}$',
    }));
    await writeFile(list, JSON.stringify(entries));
    expect(await importing(list, '--out', at('list'))).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(join(at('list'), 'alpaca.json'), 'utf8'))).toEqual(entries);
    expect((await cardOf('list')).asked).toMatchObject([
      { asked: 0.5, chains: 1, tokens: null, kept: 5 },
      { asked: 1, chains: 1 },
    ]);
    expect(await readFile(join(at('list'), 'preview.html'), 'utf8')).toContain('2 examples with 10 words of thinking');
  });

  it('names every bad place and writes nothing', async () => {
    const bad = at('bad_ratio_0.5.jsonl');
    await writeFile(bad, `${compressedLine(2, 0.5)}\n{"question": 3, "compressed_cot": ""}\nno json\n`);
    const { code, stderr } = await importing(bad, '--out', at('no'));
    expect(code).toBe(2);
    expect(stderr).toContain('bad_ratio_0.5.jsonl:2: question:');
    expect(stderr).toContain('bad_ratio_0.5.jsonl:3: This is no JSON.');
    const [short] = lined;
    const other = at('other_ratio_0.9.jsonl');
    await writeFile(other, `${compressedLine(3, 0.9)}\n`);
    expect((await importing(short ?? '', other, '--out', at('no'))).stderr).toContain('another question');
    expect(await readdir(folder)).not.toContain('no');
  });

  it('refuses questions that results are quoted on', async () => {
    const items = await jsonLines<{ id: string; question: string }>(
      join(__dirname, '..', '..', 'datasets', 'arithmetic', 'items.jsonl'),
    );
    const file = at('evaluation.json');
    await writeFile(file, JSON.stringify([{ instruction: '', input: items[0]?.question, output: '1' }]));
    expect(await importing(file, '--out', at('no'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`Item ${items[0]?.id} of arithmetic is an evaluation item`),
    });
  });
});
