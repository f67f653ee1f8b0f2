import { existsSync, readFileSync } from 'node:fs';
import { appendFile, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sha256Hex, type Item } from '../domain/index.js';
import { requireCalibrationItems } from './calibration-guard.js';
import { DatasetsService } from './datasets.service.js';
import type { Fetch } from './download.js';

const FOLDER = path.join(__dirname, '..', '..', 'datasets');
const FAMILIES = ['word-problems', 'arithmetic', 'equations', 'clock-times', 'modular', 'countdown'];

const offline: Fetch = async () => {
  throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND raw.githubusercontent.com') });
};

function line(id: string, changes: Record<string, unknown> = {}): string {
  return `${JSON.stringify({ id, question: `What is ${id}?`, answer: '2', level: 1, ...changes })}\n`;
}

/** What makes a problem the same in other words: its numbers, operators and units, in order; of a search the numbers and the target. */
function problemKey({ question, check }: Item): string {
  if (check.type === 'expression') return [...check.numbers.toSorted((a, b) => a - b), check.target].join(' ');
  const units = 'hours|minutes|seconds|meters|centimeters|weeks|days|feet|inches|kilograms|grams|yards|dozens|units';
  return (question.match(new RegExp(`\\d+|[-+*/^()]|\\b(?:${units})\\b`, 'g')) ?? []).join(' ');
}

describe('DatasetsService', () => {
  let home: string;
  let file: string;

  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'laconic-datasets-'));
    file = path.join(home, 'my items.jsonl');
    await writeFile(file, line('a') + line('b', { level: 2 }));
  });

  afterEach(() => rm(home, { recursive: true }));

  function service(changes: { folder?: string; fetch?: Fetch } = {}): DatasetsService {
    return new DatasetsService({ home, folder: FOLDER, fetch: offline, ...changes });
  }

  it('lists the shipped families as available and the public benchmarks as to be pulled', async () => {
    const rows = await service().list();
    expect(rows.map(({ name }) => name)).toEqual([...FAMILIES, 'gsm8k', 'math-500']);
    expect(rows[0]).toEqual({
      name: 'word-problems',
      title: 'Word problems',
      licence: 'Apache-2.0',
      source: expect.any(String),
      answerType: 'integer',
      items: 300,
      calibrationItems: 50,
      sha256: sha256Hex(readFileSync(path.join(FOLDER, 'word-problems', 'items.jsonl'))),
      levels: [1, 2, 3, 4, 5],
      origin: 'built-in',
      available: true,
    });
    expect(rows.filter(({ available }) => !available).map(({ name }) => name)).toEqual(['gsm8k', 'math-500']);
  });

  it.each(FAMILIES)('loads %s with 60 items a level, each in a cluster', async (name) => {
    const { provenance, items } = await service().load({ name });
    expect(provenance).toMatchObject({ name, items: 300 });
    expect([1, 2, 3, 4, 5].map((level) => items.filter((item) => item.level === level).length)).toEqual([
      60, 60, 60, 60, 60,
    ]);
    expect(items.filter((item) => item.cluster === null)).toEqual([]);
    expect(items[0]?.id).toBe(`${name}-001`);
  });

  it.each(FAMILIES)('keeps the calibration items of %s apart from its evaluation items', async (name) => {
    const evaluation = await service().load({ name });
    const calibration = await service().load({ name, split: 'calibration' });
    expect(calibration.items).toHaveLength(50);
    const questions = new Set(evaluation.items.map((item) => item.question));
    const keys = new Set(evaluation.items.map(problemKey));
    expect(calibration.items.filter((item) => questions.has(item.question) || keys.has(problemKey(item)))).toEqual([]);
  });

  it('selects by level and says in the provenance which items it took', async () => {
    const all = await service().load({ name: 'arithmetic' });
    const some = await service().load({ name: 'arithmetic', limit: 50 });
    expect(some.items).toHaveLength(50);
    expect(some.provenance).toMatchObject({ items: 50, sha256: all.provenance.sha256 });
    expect(some.provenance.itemSetSha256).toBe(sha256Hex(some.items.map((item) => item.contentHash).join('\n')));
    expect(some.provenance.itemSetSha256).not.toBe(all.provenance.itemSetSha256);
  });

  it('suggests the nearest name when there is no such data set', async () => {
    await expect(service().load({ name: 'arithmetics' })).rejects.toMatchObject({
      code: 'dataset-unknown',
      hint: 'Did you mean arithmetic?',
    });
    await expect(service().load({ name: 'x' })).rejects.toMatchObject({ hint: expect.stringContaining('countdown') });
  });

  it('refuses a shipped file that was changed', async () => {
    const folder = path.join(home, 'copy');
    await cp(FOLDER, folder, { recursive: true });
    await appendFile(path.join(folder, 'modular', 'items.jsonl'), '{"id": "extra"}\n');
    const changed = service({ folder });
    await expect(changed.load({ name: 'modular' })).rejects.toMatchObject({ code: 'dataset-changed' });
    expect((await changed.load({ name: 'modular', split: 'calibration' })).items).toHaveLength(50);
  });

  describe('files of the user', () => {
    it('run by path, under a name made from it, with the check of the suite', async () => {
      const { provenance, items } = await service().load({ path: file, check: 'integer' });
      expect(provenance).toMatchObject({ name: 'my-items', items: 2, sha256: sha256Hex(readFileSync(file)) });
      expect(items.map(({ dataset, id }) => `${dataset}/${id}`)).toEqual(['my-items/a', 'my-items/b']);
      expect((await service().load({ path: file, name: 'other', check: 'text' })).provenance.name).toBe('other');
    });

    it('are reported with every bad line', async () => {
      await writeFile(file, `${line('a')}{\n${line('b', { level: 'hard' })}`);
      await expect(service().load({ path: file, check: 'integer' })).rejects.toMatchObject({
        code: 'dataset-invalid',
        problems: [
          expect.objectContaining({ file, line: 2 }),
          expect.objectContaining({ file, line: 3, key: 'level' }),
        ],
      });
    });

    it('are named when they are not there', async () => {
      const absent = path.join(home, 'absent.jsonl');
      await expect(service().load({ path: absent })).rejects.toMatchObject({ code: 'dataset-unknown', where: absent });
      await expect(service().load({ path: home })).rejects.toMatchObject({ code: 'dataset-unknown' });
    });

    it('run by name once they are registered, for every later process', async () => {
      const row = await service().add(file, { name: 'mine', check: 'integer', licence: 'CC0' });
      expect(row).toMatchObject({
        name: 'mine',
        licence: 'CC0',
        items: 2,
        calibrationItems: 0,
        levels: [1, 2],
        origin: 'registered',
        answerType: 'integer',
      });
      expect((await service().load({ name: 'mine' })).items).toHaveLength(2);
      await appendFile(file, line('c'));
      await expect(service().load({ name: 'mine' })).rejects.toMatchObject({ code: 'dataset-changed' });
      await service().add(file, { name: 'mine', check: 'integer' });
      expect((await service().load({ name: 'mine' })).items).toHaveLength(3);
    });

    it('cannot take the name of a shipped data set or a name that is none', async () => {
      await expect(service().add(file, { name: 'arithmetic', check: 'integer' })).rejects.toMatchObject({
        code: 'usage',
      });
      await expect(service().add(file, { name: '../x', check: 'integer' })).rejects.toMatchObject({ code: 'usage' });
      await expect(service().add(file, { name: 'mine' })).rejects.toMatchObject({ code: 'dataset-invalid' });
    });

    it('may bring calibration items that share no question with the others', async () => {
      const calibrationPath = path.join(home, 'calibration.jsonl');
      await writeFile(calibrationPath, line('c'));
      const row = await service().add(file, { name: 'mine', check: 'integer', calibrationPath });
      expect(row.calibrationItems).toBe(1);
      expect((await service().load({ name: 'mine', split: 'calibration' })).items[0]?.id).toBe('c');
      await writeFile(calibrationPath, line('c', { question: 'What is a?' }));
      await expect(service().add(file, { name: 'mine', check: 'integer', calibrationPath })).rejects.toMatchObject({
        code: 'dataset-invalid',
        problems: [expect.objectContaining({ file: calibrationPath, key: 'c' })],
      });
    });
  });

  describe('requireCalibrationItems', () => {
    it('returns the hash of the items when all are calibration items', async () => {
      const { items, provenance } = await service().load({ name: 'countdown', split: 'calibration' });
      expect(requireCalibrationItems(items)).toBe(provenance.itemSetSha256);
    });

    it('refuses evaluation items, mixtures, copies and nothing at all', async () => {
      const evaluation = await service().load({ name: 'countdown', limit: 5 });
      const { items } = await service().load({ name: 'countdown', split: 'calibration' });
      const refused = expect.objectContaining({ code: 'evaluation-items-refused' });
      expect(() => requireCalibrationItems(evaluation.items)).toThrow(refused);
      expect(() => requireCalibrationItems([...items, ...evaluation.items.slice(0, 1)])).toThrow(refused);
      expect(() => requireCalibrationItems(items.map((item) => ({ ...item })))).toThrow(refused);
      expect(() => requireCalibrationItems([])).toThrow(refused);
    });
  });

  describe('pull', () => {
    const content = `${JSON.stringify({ question: 'Q', answer: 'so\n#### 1,200' })}\n`;

    /** A registry with one small data set to download. */
    async function registry(sha256: string, bytes = content.length): Promise<string> {
      const folder = path.join(home, 'registry');
      await mkdir(folder, { recursive: true });
      const fields = {
        id: null,
        question: 'question',
        answer: 'answer',
        answerAfter: '####',
        level: null,
        check: 'integer',
      };
      const items = { urls: ['https://one.example/a.jsonl', 'https://two.example/a.jsonl'], bytes, count: 1, sha256 };
      const entry = {
        name: 'small',
        title: 'Small',
        licence: 'MIT',
        source: 's',
        answer: 'integer',
        prompt: null,
        levels: [],
        items,
        calibration: null,
        fields,
      };
      await writeFile(path.join(folder, 'registry.yaml'), JSON.stringify({ schemaVersion: 1, datasets: [entry] }));
      return folder;
    }

    it('says how to get a data set that is not there', async () => {
      await expect(service().load({ name: 'gsm8k' })).rejects.toMatchObject({
        code: 'dataset-unknown',
        hint: 'Run `laconic datasets pull gsm8k`.',
      });
    });

    it('downloads once, from the first address that delivers, and verifies', async () => {
      const asked: string[] = [];
      const serve: Fetch = async (url) => {
        asked.push(url);
        return url.includes('one.') ? new Response('gone', { status: 404 }) : new Response(content);
      };
      const datasets = service({ folder: await registry(sha256Hex(content)), fetch: serve });
      expect(await datasets.pull('small')).toMatchObject({ available: true, origin: 'download' });
      await datasets.pull('small');
      expect(asked).toEqual(['https://one.example/a.jsonl', 'https://two.example/a.jsonl']);
      expect((await datasets.load({ name: 'small' })).items[0]).toMatchObject({ id: '0001', answer: '1,200' });
      await expect(datasets.load({ name: 'small', split: 'calibration' })).rejects.toMatchObject({
        code: 'dataset-unknown',
      });
    });

    it('keeps nothing and tells what each address said when none delivers the right bytes', async () => {
      const answers = [new Response('something else'), new Response(content.repeat(2))];
      const datasets = service({
        folder: await registry(sha256Hex(content)),
        fetch: async () => answers.shift() ?? new Response(''),
      });
      await expect(datasets.pull('small')).rejects.toMatchObject({
        code: 'dataset-unknown',
        message: expect.stringMatching(/one\.example.*its content has sha256.*two\.example.*more than the \d+ bytes/s),
      });
      expect(existsSync(path.join(home, 'datasets'))).toBe(false);
    });

    it('says that the network is the trouble when it is', async () => {
      await expect(service().pull('gsm8k')).rejects.toMatchObject({
        message: expect.stringContaining('it cannot be reached (getaddrinfo ENOTFOUND raw.githubusercontent.com)'),
        hint: expect.stringContaining('Check the network'),
      });
    });

    it('leaves no part of a file when the connection breaks', async () => {
      const broken = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(Buffer.from(content.slice(0, 10)));
          controller.error(new Error('connection reset'));
        },
      });
      const datasets = service({ folder: await registry(sha256Hex(content)), fetch: async () => new Response(broken) });
      await expect(datasets.pull('small')).rejects.toMatchObject({
        message: expect.stringContaining('connection reset'),
      });
      expect(await readdir(home)).not.toContain('datasets');
    });
  });
});
