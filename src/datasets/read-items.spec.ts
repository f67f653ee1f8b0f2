import * as fc from 'fast-check';
import { InvalidFileError, type FileProblem } from '../domain/index.js';
import { parseItems, type ReadOptions } from './read-items.js';

const OPTIONS: ReadOptions = { dataset: 'mine', check: 'integer', prompt: null, fields: null };

function parse(text: string | Buffer, options: Partial<ReadOptions> = {}) {
  return parseItems(Buffer.from(text), 'my.jsonl', { ...OPTIONS, ...options });
}

function problemsOf(text: string | Buffer, options: Partial<ReadOptions> = {}): readonly FileProblem[] {
  try {
    parse(text, options);
  } catch (error) {
    if (error instanceof InvalidFileError) return error.problems;
    throw error;
  }
  return [];
}

function line(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({ id: 'a', question: 'What is 1 + 1?', answer: '2', ...changes });
}

function hashOf(changes: Record<string, unknown>): string | undefined {
  return parse(line(changes)).items[0]?.contentHash;
}

describe('parseItems', () => {
  it('names the key of a text that the database could not store', () => {
    for (const question of ['1 + 1\0', '1 + \ud800']) {
      expect(problemsOf(line({ question }))).toEqual([
        expect.objectContaining({ line: 1, key: 'question', message: expect.stringContaining('cannot be stored') }),
      ]);
    }
    expect(problemsOf(line({ other: '\0' }))).toEqual([]);
  });

  it('reads the shortest possible line', () => {
    expect(parse(line()).items).toEqual([
      {
        dataset: 'mine',
        id: 'a',
        question: 'What is 1 + 1?',
        answer: '2',
        check: { type: 'integer' },
        level: null,
        cluster: null,
        prompt: null,
        contentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });

  it('reads everything a line can say, and lets the line win over the default check', () => {
    const check = { type: 'expression', numbers: [1, 2], target: 3 };
    const full = line({
      id: 7,
      answer: '1 + 2',
      level: 5,
      cluster: 'c',
      prompt: 'Be brief.',
      check,
      source: 'elsewhere',
    });
    expect(parse(full).items[0]).toMatchObject({
      id: '7',
      answer: '1 + 2',
      level: 5,
      cluster: 'c',
      prompt: 'Be brief.',
      check,
    });
  });

  it.each([
    ['integer', '2', { type: 'integer' }],
    ['number', '2.5', { type: 'number', tolerance: 1e-6 }],
    [{ type: 'number', tolerance: 0.1 }, 2.5, { type: 'number', tolerance: 0.1 }],
    ['choice', 'b', { type: 'choice' }],
    ['text', 'red', { type: 'text' }],
    ['clock', '9:05', { type: 'clock' }],
  ] as const)('takes the check %j', (check, answer, expected) => {
    expect(parse(line({ check, answer })).items[0]?.check).toEqual(expected);
  });

  it('accepts a byte order mark, CRLF and blank lines', () => {
    const text = `\uFEFF${line()}\r\n\r\n  \n${line({ id: 'b' })}`;
    expect(parse(text).items.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(problemsOf(`\uFEFF${line()}\r\n\r\n{}\r\n`)[0]?.line).toBe(3);
  });

  it.each<[string, string, Partial<FileProblem>]>([
    ['is no JSON', '{"id": 1,', { line: 1, key: '', message: expect.stringContaining('The line is no JSON') }],
    ['is no object', '[1, 2]', { line: 1, key: '', message: 'is no JSON object.' }],
    ['lacks a key', '{"id":"a","question":"Q"}', { line: 1, key: 'answer', message: 'is missing.' }],
    [
      'has a bad level',
      line({ level: 6 }),
      { key: 'level', hint: 'Allowed is a whole number from 1 to 5, or nothing.' },
    ],
    [
      'has an unknown check',
      line({ check: 'intger' }),
      { key: 'check', hint: expect.stringContaining('integer, number, choice') },
    ],
    [
      'has a misspelt key',
      line({ chek: 'integer' }),
      { key: 'chek', message: 'is no known key.', hint: 'Did you mean check?' },
    ],
    ['has a blank question', line({ question: ' ' }), { key: 'question', message: 'has a value that is not allowed.' }],
    [
      'has an answer that does not fit',
      line({ answer: 'two' }),
      { key: 'answer', message: '"two" is no whole number.' },
    ],
    [
      'has an expression without numbers',
      line({ check: 'expression' }),
      { key: 'check', message: 'has no numbers and target.' },
    ],
    [
      'has a reference that misses the target',
      line({ answer: '1 + 2', check: { type: 'expression', numbers: [1, 2], target: 4 } }),
      { key: 'answer', message: '"1 + 2" does not equal the target 4.' },
    ],
  ])('names line, key and reason when a line %s', (_, text, expected) => {
    expect(problemsOf(text)).toEqual([expect.objectContaining({ file: 'my.jsonl', ...expected })]);
  });

  it('asks for a check when neither the line nor the data set names one', () => {
    expect(problemsOf(line(), { check: null })).toEqual([
      expect.objectContaining({ key: 'check', message: 'is missing.' }),
    ]);
  });

  it('refuses an id that occurs twice and says where it stood first', () => {
    expect(problemsOf(`${line()}\n\n${line()}`)).toEqual([
      expect.objectContaining({ line: 3, key: 'id', message: '"a" stands on line 1 already.' }),
    ]);
  });

  it('refuses a file without items', () => {
    expect(problemsOf('')).toEqual([expect.objectContaining({ line: null, message: 'The file has no items.' })]);
    expect(problemsOf('\n \n')).toHaveLength(1);
  });

  it('names the line when bytes are no UTF-8', () => {
    const text = Buffer.concat([Buffer.from(`${line()}\n{"id":"`), Buffer.from([0xff, 0xfe]), Buffer.from('"}\n')]);
    expect(problemsOf(text)).toEqual([expect.objectContaining({ line: 2, message: 'The line is no valid UTF-8.' })]);
  });

  it('reports twenty problems and the number of the others', () => {
    const problems = problemsOf(Array.from({ length: 35 }, () => '{').join('\n'));
    expect(problems).toHaveLength(21);
    expect(problems[20]?.message).toBe('… and 15 more.');
  });

  it('puts every problem into the message of one error', () => {
    expect(() => parse(`{\n${line({ level: 9 })}`)).toThrow(
      /^my\.jsonl:1: The line is no JSON[^\n]*\nmy\.jsonl:2: level: has a value/,
    );
  });

  it('gives equal hashes to equal content and others to other content', () => {
    expect(hashOf({ id: 'b', level: 3, cluster: 'c' })).toBe(hashOf({}));
    const others = [
      hashOf({ question: 'Q' }),
      hashOf({ answer: '3' }),
      hashOf({ check: 'text' }),
      hashOf({ prompt: 'P' }),
      hashOf({}),
    ];
    expect(new Set(others).size).toBe(5);
  });

  it('maps the lines of another format', () => {
    const fields = {
      id: null,
      question: 'question',
      answer: 'answer',
      answerAfter: '####',
      level: null,
      check: 'integer',
    } as const;
    const text = JSON.stringify({ question: 'Q', answer: 'First 1,000.\n#### 1,234' });
    expect(parse(text, { fields }).items[0]).toMatchObject({ id: '0001', answer: '1,234', check: { type: 'integer' } });
    expect(problemsOf(JSON.stringify({ question: 'Q', answer: 'none' }), { fields })).toEqual([
      expect.objectContaining({ key: 'answer' }),
    ]);
  });

  it('throws nothing but an InvalidFileError whatever the bytes are', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((json) => Buffer.from(json)),
    );
    fc.assert(
      fc.property(bytes, (content) => {
        expect(problemsOf(Buffer.from(content)).length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});
