import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { LaconicError, type FileProblem } from '../../domain/index.js';
import {
  parseEntry,
  parseLine,
  type LineProblem,
  type OfficialExample,
  type ParsedExample,
} from './official-example.js';

/** What the scripts call a set of chains at a ratio. */
const RATIO_IN_NAME = /ratio[_-]?([01](?:\.\d+)?)(?!\d)/i;

/** The same chain at the ratios of several files, or an entry of a list alone. */
export interface ExampleGroup {
  /** Counted from 1, over all files. */
  readonly number: number;
  readonly examples: readonly OfficialExample[];
  readonly problems: readonly FileProblem[];
}

interface PlacedExample {
  readonly file: string;
  readonly line: number;
  readonly parsed: ParsedExample;
}

/**
 * Reads files of the published scripts: JSON lists entry by entry, files of lines side by side, because their n-th lines
 * are one chain at several ratios. Throws `dataset-unknown` where a file cannot be read.
 */
export async function* officialGroups(files: readonly string[]): AsyncGenerator<ExampleGroup> {
  const shapes = await Promise.all(files.map(async (file) => ({ file, isList: await beginsList(file) })));
  let number = 0;
  for (const { file, isList } of shapes) {
    if (!isList) continue;
    for await (const placed of entriesOf(file)) yield groupOf(++number, [placed]);
  }
  const sides = shapes.filter(({ isList }) => !isList).map(({ file }) => linesOf(file));
  for await (const row of sideBySide(sides)) yield groupOf(++number, row);
}

function groupOf(number: number, row: readonly PlacedExample[]): ExampleGroup {
  const examples = row.flatMap(({ parsed }) => ('example' in parsed ? [parsed.example] : []));
  const problems = row.flatMap(({ file, line, parsed }) =>
    'problems' in parsed ? parsed.problems.map((problem) => ({ file, line, ...problem })) : [],
  );
  const other = row.find(({ parsed }) => 'example' in parsed && parsed.example.question !== examples[0]?.question);
  const apart = other ? [{ file: other.file, line: other.line, ...APART }] : [];
  return { number, examples, problems: [...problems, ...apart] };
}

const APART: LineProblem = {
  key: 'question',
  message: 'The same line of another file has another question.',
  hint: 'Files of several ratios must have the same chains in the same order.',
};

async function* sideBySide(sides: readonly AsyncGenerator<PlacedExample>[]): AsyncGenerator<readonly PlacedExample[]> {
  try {
    for (;;) {
      const row = (await Promise.all(sides.map(async (side) => side.next()))).flatMap(({ done, value }) =>
        done ? [] : [value],
      );
      if (row.length === 0) return;
      const short = row.length < sides.length ? row[0] : undefined;
      if (short) row.push({ ...short, parsed: { problems: [SHORT] } });
      yield row;
      if (short) return;
    }
  } finally {
    await Promise.all(sides.map(async (side) => side.return(undefined)));
  }
}

const SHORT: LineProblem = {
  key: '',
  message: 'Another file ends before this line.',
  hint: 'Files of several ratios must have the same chains in the same order.',
};

async function* linesOf(file: string): AsyncGenerator<PlacedExample> {
  const named = RATIO_IN_NAME.exec(basename(file))?.[1];
  const ratio = named === undefined || !(Number(named) > 0 && Number(named) <= 1) ? null : Number(named);
  const input = createReadStream(file, 'utf8');
  let line = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (text.trim() === '') continue;
    const value = jsonOf(text.replace(/^\uFEFF/, ''));
    yield { file, line, parsed: value === undefined ? { problems: [NO_JSON] } : parseLine(value, ratio) };
  }
}

/** A list is parsed whole; `line` counts its entries. */
async function* entriesOf(file: string): AsyncGenerator<PlacedExample> {
  const value = jsonOf((await readFile(file, 'utf8')).replace(/^\uFEFF/, ''));
  if (!Array.isArray(value)) {
    yield { file, line: 1, parsed: { problems: [NO_JSON] } };
    return;
  }
  for (const [index, entry] of value.entries()) yield { file, line: index + 1, parsed: parseEntry(entry) };
}

const NO_JSON: LineProblem = {
  key: '',
  message: 'This is no JSON.',
  hint: 'Use one JSON object a line (LLMLingua.py), or one JSON list (get_llamafactory_input.py).',
};

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function beginsList(file: string): Promise<boolean> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
      return /^\uFEFF?\s*\[/.test(buffer.toString('utf8', 0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new LaconicError('dataset-unknown', `The file ${file} cannot be read.`, {
      hint: 'Check the path and the permissions.',
      where: file,
      cause,
    });
  }
}
