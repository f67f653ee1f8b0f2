import { readFile } from 'node:fs/promises';
import { InvalidFileError, LaconicError, sha256Hex, type FileProblem, type Item } from '../domain/index.js';
import { mapLine } from './field-mapping.js';
import { itemOf, type LineDefaults, type LineProblem } from './item-line.js';
import type { FieldMapping } from './registry.js';

/** Problems reported at once; a file with another format would otherwise report every line. */
const MAX_PROBLEMS = 20;
const MAX_FILE_BYTES = 512 * 1024 * 1024;
const LINE_FEED = 10;

export interface ReadOptions extends LineDefaults {
  /** Set for files in another format. */
  readonly fields: FieldMapping | null;
}

export interface ReadItems {
  readonly items: readonly Item[];
  /** sha256 of the file's bytes. */
  readonly sha256: string;
}

/** Bytes of a data set's file. Throws `dataset-unknown` where it cannot be read. */
export async function readDatasetFile(file: string): Promise<Buffer> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new LaconicError('dataset-unknown', `The data set file ${file} cannot be read.`, {
      hint: 'Check the path and the permissions.',
      where: file,
      cause: error,
    });
  });
  if (bytes.length <= MAX_FILE_BYTES) return bytes;
  throw new LaconicError(
    'dataset-invalid',
    `The data set file ${file} has ${bytes.length} bytes; at most ${MAX_FILE_BYTES} are read.`,
    {
      hint: 'Split the file.',
      where: file,
    },
  );
}

/**
 * The items of a JSONL file in file order. A byte order mark, CRLF line ends and blank lines are accepted. Every bad line is named with
 * its number, key and reason, up to 20 at once, in one `InvalidFileError`; so are ids that occur twice and a file without items.
 */
export function parseItems(bytes: Buffer, file: string, options: ReadOptions): ReadItems {
  const items: Item[] = [];
  const problems: FileProblem[] = [];
  const lineOfId = new Map<string, number>();
  for (const { number, content } of linesOf(bytes)) {
    const result = parseLine(content, items.length, options);
    if ('problems' in result) {
      problems.push(...result.problems.map((problem) => ({ file, line: number, ...problem })));
      continue;
    }
    const first = lineOfId.get(result.item.id);
    if (first !== undefined) problems.push({ file, line: number, ...repeatedId(result.item.id, first) });
    else lineOfId.set(result.item.id, number);
    items.push(result.item);
  }
  if (problems.length === 0 && items.length === 0) problems.push({ file, line: null, ...EMPTY });
  if (problems.length > 0) throw new InvalidFileError('dataset-invalid', shortened(problems, file));
  return { items, sha256: sha256Hex(bytes) };
}

const EMPTY: LineProblem = { key: '', message: 'The file has no items.', hint: 'Write one JSON object on each line.' };

function parseLine(content: Buffer, index: number, options: ReadOptions): ReturnType<typeof itemOf> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return { problems: [{ key: '', message: 'The line is no valid UTF-8.', hint: 'Save the file in UTF-8.' }] };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message.replace(/, ".*$/s, '') : 'it cannot be parsed';
    return {
      problems: [{ key: '', message: `The line is no JSON: ${reason}.`, hint: 'Write one JSON object on each line.' }],
    };
  }
  const line = options.fields === null ? value : mapLine(value, options.fields, index);
  return itemOf(line, options);
}

function* linesOf(bytes: Buffer): Generator<{ number: number; content: Buffer }> {
  let start = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0;
  for (let number = 1; start < bytes.length; number++) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found < 0 ? bytes.length : found;
    const content = bytes.subarray(start, end);
    if (!content.every(isBlank)) yield { number, content };
    start = end + 1;
  }
}

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 13;
}

function repeatedId(id: string, first: number): LineProblem {
  return {
    key: 'id',
    message: `${JSON.stringify(id)} stands on line ${first} already.`,
    hint: 'Give every item an id of its own.',
  };
}

function shortened(problems: readonly FileProblem[], file: string): FileProblem[] {
  const shown = problems.slice(0, MAX_PROBLEMS);
  const left = problems.length - shown.length;
  if (left > 0) shown.push({ file, line: null, key: '', message: `… and ${left} more.`, hint: '' });
  return shown;
}
