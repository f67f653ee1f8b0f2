import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as fc from 'fast-check';
import { InvalidFileError } from '../domain/index.js';
import { readSuiteFile, readSuiteText } from './read-suite-file.js';

const SUITE = `# yaml-language-server: $schema=../../docs/suite.schema.json
name: demo
model: reference
datasets:
  - {name: arithmetic, limit: 50}
  - name: countdown
sampling:
  temperature: 0
  maxTokens: 1024
arms:
  - {name: baseline, technique: baseline}
  - name: budget-64
    technique: budget
    params:
      tokens: 64
  - {name: nowait, technique: nowait}
`;

function invalid(text: string, file = 'suite.yaml', set: readonly string[] = []): string[] {
  try {
    readSuiteText(text, file, { set });
  } catch (error) {
    if (error instanceof InvalidFileError) return error.message.split('\n');
    throw error;
  }
  throw new TypeError('the suite was accepted');
}

describe('readSuiteText', () => {
  it('reads a suite with its defaults', () => {
    const suite = readSuiteText(SUITE, 'suite.yaml');
    expect(suite.arms.map((arm) => arm.name)).toEqual(['baseline', 'budget-64', 'nowait']);
    expect(suite.sampling.repeats).toBe(1);
  });

  it('reads JSON, indented by tabs too', () => {
    const json = JSON.stringify(readSuiteText(SUITE, 'suite.yaml'), null, '\t');
    expect(readSuiteText(json, 'suite.json').name).toBe('demo');
    expect(invalid('{"name": "x",}', 'suite.json')[0]).toContain('The file is not JSON');
  });

  it('names the line, the key, what is allowed and the nearest name when a key is misspelt', () => {
    expect(invalid(SUITE.replace('temperature:', 'temprature:'))).toEqual([
      expect.stringMatching(
        /^suite\.yaml:8: sampling\.temprature: is not a known key\. Did you mean temperature\? Allowed: temperature, /,
      ),
    ]);
    expect(invalid(SUITE.replace('tokens: 64', 'tokens: -4'))).toEqual([
      'suite.yaml:15: arms.1.params.tokens: is -4, which is not allowed here. Allowed: a whole number 0 … 1,000,000.',
    ]);
  });

  it('points at the surrounding mapping when a key is missing', () => {
    expect(invalid(SUITE.replace('    technique: budget\n', ''))[0]).toMatch(
      /^suite\.yaml:12: arms\.1\.technique: is missing/,
    );
  });

  it('reports every problem at once', () => {
    const text = SUITE.replace('maxTokens', 'maxTokns').replace('technique: nowait', 'technique: nowiat');
    expect(invalid(text).map((line) => line.slice(0, 14))).toEqual(['suite.yaml:9: ', 'suite.yaml:16:']);
  });

  it.each([
    ['a tab as indentation', 'name: demo\nsampling:\n\ttemperature: 0\n', 'suite.yaml:3: A tab is used'],
    ['a key given twice', 'name: a\nmodel: b\nname: c\n', 'suite.yaml:3: A key is given twice'],
    ['an empty file', '', 'suite.yaml:1: The file is empty.'],
    ['only comments', '# nothing\n', 'suite.yaml:1: The file is empty.'],
    ['two documents', 'name: a\n---\nname: b\n', 'more than one document'],
    ['an open bracket', 'name: [a\nmodel: b\n', 'suite.yaml:'],
    ['an unknown alias', 'name: *x\n', 'suite.yaml'],
    ['a scalar', 'demo\n', 'is "demo", which is not allowed here'],
    ['a list', '- a\n', 'is a list of 1'],
    ['absurd nesting', '['.repeat(100_000), 'suite.yaml'],
  ])('ends in a clear message on %s', (_what, text, message) => {
    expect(invalid(text).join('\n')).toContain(message);
  });

  it('refuses aliases that expand without measure', () => {
    const levels = Array.from({ length: 12 }, (_, i) =>
      i === 0
        ? 'a0: &a0 [x, x, x, x, x, x, x, x]'
        : `a${i}: &a${i} [${Array.from({ length: 8 }, () => `*a${i - 1}`).join(', ')}]`,
    );
    expect(invalid(levels.join('\n'))[0]).toMatch(/alias/i);
  });

  it('follows an ordinary alias to its line', () => {
    const text = SUITE.replace('    params:\n      tokens: 64', '    params: &p\n      tokens: 64').replace(
      '- {name: nowait, technique: nowait}',
      '- {name: same, technique: budget, sampling: {seed: 2}, params: *p}',
    );
    expect(readSuiteText(text, 'suite.yaml').arms[2]?.params).toEqual({ tokens: 64 });
    expect(invalid(text.replace('tokens: 64', 'tokens: -1')).map((line) => line.split(' ')[0])).toEqual([
      'suite.yaml:15:',
      'suite.yaml:15:',
    ]);
  });

  it('throws nothing but InvalidFileError whatever the text', () => {
    const fragments = fc.constantFrom(
      'name',
      ': ',
      '\n',
      '- ',
      '  ',
      '&a',
      '*a ',
      '{',
      '}',
      '[',
      ']',
      '"',
      '!!',
      '<<',
      '\t',
      'x',
      '|',
      '0',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(fragments, { maxLength: 30 }).map((parts) => parts.join('')),
      fc.json(),
    );
    fc.assert(
      fc.property(text, fc.constantFrom('s.yaml', 's.json'), (content, file) => {
        expect(invalid(content, file).length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('overrides, arms and limits', () => {
  it('sets values by dotted key, list entries by number or name', () => {
    const set = [
      'model=reference-nano',
      'sampling.seed=2',
      'datasets.0.limit=5',
      'arms.budget-64.params.tokens=96',
      'timing.items=0',
    ];
    const suite = readSuiteText(SUITE, 'suite.yaml', { set });
    expect(suite).toMatchObject({ model: 'reference-nano', sampling: { seed: 2 }, timing: { items: 0 } });
    expect(suite.datasets[0]?.limit).toBe(5);
    expect(suite.arms[1]?.params).toEqual({ tokens: 96 });
  });

  it('names the override when its value is what is wrong', () => {
    expect(invalid(SUITE, 'suite.yaml', ['sampling.seed=two'])[0]).toMatch(
      /^--set sampling\.seed=two: sampling\.seed: is "two"/,
    );
    expect(invalid(SUITE, 'suite.yaml', ['sampling.sed=2'])[0]).toContain('Did you mean seed?');
  });

  it.each([
    'sampling.seed',
    '=3',
    'a..b=3',
    'arms.budget-46.params.tokens=1',
    'name.x=1',
    'datasets.9.limit=1',
    'name=[1',
  ])('refuses an override without a place or a value: %s', (text) => {
    expect(() => readSuiteText(SUITE, 'suite.yaml', { set: [text] })).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  });

  it('does not touch prototypes', () => {
    expect(invalid(SUITE, 'suite.yaml', ['__proto__.polluted=1'])[0]).toContain('__proto__');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('keeps the arm compared against when arms are selected', () => {
    const suite = readSuiteText(SUITE, 'suite.yaml', { arms: ['nowait'] });
    expect(suite.arms.map((arm) => arm.name)).toEqual(['baseline', 'nowait']);
    expect(() => readSuiteText(SUITE, 'suite.yaml', { arms: ['nowiat'] })).toThrow(
      expect.objectContaining({ code: 'usage', hint: expect.stringContaining('Did you mean nowait?') }),
    );
  });

  it('keeps the arms that a selected one is made from', () => {
    const dependent = `${SUITE}  - { name: two, technique: cascade, params: { first: one } }
  - { name: one, technique: cascade, params: { first: nowait } }
`;
    const kept = (names: string[]): string[] =>
      readSuiteText(dependent, 'suite.yaml', { arms: names }).arms.map((arm) => arm.name);
    expect(kept(['two'])).toEqual(['baseline', 'nowait', 'two', 'one']);
    expect(kept(['one'])).toEqual(['baseline', 'nowait', 'one']);
    expect(kept(['baseline'])).toEqual(['baseline']);
  });

  it('limits every data set, keeping smaller limits', () => {
    const suite = readSuiteText(SUITE, 'suite.yaml', { limit: 60 });
    expect(suite.datasets.map((dataset) => dataset.limit)).toEqual([50, 60]);
  });

  it('makes paths absolute: from the file, or from the working directory when overridden', () => {
    const text = SUITE.replace('model: reference', 'model: {path: m.gguf}').replace(
      'name: countdown',
      'path: own.jsonl',
    );
    const suite = readSuiteText(text, '/suites/a/suite.yaml');
    expect(suite.model).toEqual({ path: resolve('/suites/a/m.gguf') });
    expect(suite.datasets[1]?.path).toBe(resolve('/suites/a/own.jsonl'));
    const adapted = SUITE.replace(
      'model: reference',
      'model: {base: reference, adapters: [{path: a.gguf}, {path: /b.gguf}, {name: c}]}',
    );
    const set = ['model.adapters.1.path=d.gguf'];
    const references = [readSuiteText(adapted, '/suites/a/suite.yaml'), readSuiteText(adapted, 'x.yaml', { set })];
    expect(references.map(({ model }) => JSON.stringify(model).match(/[^"]+gguf/g))).toEqual([
      [resolve('/suites/a/a.gguf'), resolve('/b.gguf')],
      [resolve('a.gguf'), resolve('d.gguf')],
    ]);
    const overridden = readSuiteText(text, '/suites/a/suite.yaml', { set: ['model.path=other.gguf'] });
    expect(overridden.model).toEqual({ path: resolve('other.gguf') });
  });
});

describe('readSuiteFile', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'laconic-suites-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it.each([
    ['absent.yaml', null, 'There is no such file.'],
    ['huge.yaml', `# ${'x'.repeat(1_000_001)}`, 'a suite may have 1,000,000'],
    ['binary.yaml', Buffer.from([0xff, 0xfe, 0xfd]), 'It is not UTF-8 text.'],
    ['.', null, 'It is not a file.'],
  ])('says what is wrong with %s', async (name, content, message) => {
    const path = join(folder, name);
    if (content !== null) await writeFile(path, content);
    await expect(readSuiteFile(path)).rejects.toThrow(message);
  });

  it('accepts every suite that ships', async () => {
    const shipped = join(__dirname, '../../datasets/suites');
    const names = (await readdir(shipped)).filter((name) => name.endsWith('.yaml'));
    const suites = await Promise.all(names.map(async (name) => readSuiteFile(join(shipped, name))));
    expect(suites.map((suite) => `${suite.name}.yaml`).toSorted()).toEqual(names.toSorted());
  });
});
