import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatasetsService } from '../../src/datasets/datasets.service.js';
import { grade } from '../../src/scoring/index.js';

/*
 * The public benchmarks do not ship. Their files are taken from the folder in LACONIC_TEST_DATA (gsm8k-test.jsonl, math500-test.jsonl);
 * without them these tests are skipped.
 */
const FOLDER = process.env['LACONIC_TEST_DATA'];
const FILES: Readonly<Record<string, string>> = { gsm8k: 'gsm8k-test.jsonl', 'math-500': 'math500-test.jsonl' };

function fileOf(name: string): string | null {
  const file = FOLDER === undefined ? null : path.join(FOLDER, FILES[name] ?? '');
  return file !== null && existsSync(file) ? file : null;
}

const missing = Object.keys(FILES).filter((name) => fileOf(name) === null);
if (missing.length > 0)
  console.warn(
    `Skipped: no ${missing.join(', ')}; set LACONIC_TEST_DATA to a folder with ${Object.values(FILES).join(', ')}.`,
  );

describe('public benchmarks', () => {
  let home: string;

  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'laconic-public-'));
  });

  afterAll(() => rm(home, { recursive: true }));

  /** Serves the local copy in place of the network; some copies lack the final line break. */
  function service(name: string): DatasetsService {
    const folder = path.join(__dirname, '..', '..', 'datasets');
    const text = readFileSync(fileOf(name) ?? '', 'utf8');
    return new DatasetsService({
      home,
      folder,
      fetch: async () => new Response(text.endsWith('\n') ? text : `${text}\n`),
    });
  }

  const gsm8k = fileOf('gsm8k') === null ? describe.skip : describe;
  const math500 = fileOf('math-500') === null ? describe.skip : describe;

  gsm8k('GSM8K', () => {
    it('reads the 1,319 items of GSM8K as integers when the file has the published sha256', async () => {
      const datasets = service('gsm8k');
      expect(await datasets.pull('gsm8k')).toMatchObject({ available: true, items: 1319 });
      const { items } = await datasets.load({ name: 'gsm8k' });
      expect(items).toHaveLength(1319);
      expect(items[0]).toMatchObject({ id: '0001', answer: '18', check: { type: 'integer' } });
      const boxed = items.filter(
        (item) => !grade({ answer: `\\boxed{${item.answer}}`, thinkStop: 'natural', stopReason: 'eos' }, item).correct,
      );
      const said = items.filter(
        (item) =>
          !grade({ answer: `So it is $${item.answer}.`, thinkStop: 'natural', stopReason: 'eos' }, item).correct,
      );
      expect({ boxed, said }).toEqual({ boxed: [], said: [] });
    });
  });

  math500('MATH-500', () => {
    it('reads the 500 items of MATH-500 when the file has the published sha256', async () => {
      const datasets = service('math-500');
      await datasets.pull('math-500');
      const { items } = await datasets.load({ name: 'math-500' });
      expect(items).toHaveLength(500);
      expect(items[0]).toMatchObject({ id: 'test/precalculus/807.json', level: 2, check: { type: 'text' } });
      expect(items.filter((item) => item.check.type === 'number').length).toBeGreaterThan(300);
      const wrong = items.filter(
        (item) => !grade({ answer: `\\boxed{${item.answer}}`, thinkStop: 'natural', stopReason: 'eos' }, item).correct,
      );
      expect(wrong.map(({ id, answer }) => ({ id, answer }))).toEqual([]);
    });
  });
});
