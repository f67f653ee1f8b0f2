import { isAlias, isMap, isScalar, LineCounter, parseDocument, type Document, type YAMLError } from 'yaml';
import { InvalidFileError, type FileProblem } from '../domain/index.js';
import { MAX_ALIAS_COUNT } from './limits.js';

/** A parsed suite file that knows where its values stand. */
export interface SuiteSource {
  readonly file: string;
  /** Plain data, as JSON.parse would return it. */
  readonly value: unknown;
  /** 1-based line of the key or value at `path`, or of the nearest thing around it. */
  readonly lineOf: (path: readonly PropertyKey[]) => number | null;
}

/** Parses YAML, or JSON where the file's name ends in .json. Throws `suite-invalid` with every syntax problem. */
export function parseSuiteSource(text: string, file: string): SuiteSource {
  const json = file.toLowerCase().endsWith('.json');
  // JSON may be indented by tabs, which YAML forbids; replaced one to one, so that every position stays.
  const lineCounter = new LineCounter();
  const document = parseYaml(json ? text.replaceAll('\t', ' ') : text, file, lineCounter);
  const problems = [...document.errors, ...document.warnings].map((error) => syntaxProblem(error, file, lineCounter));
  if (problems.length > 0) throw new InvalidFileError('suite-invalid', problems);
  if (json) requireJson(text, file);
  const value = plainValue(document, file);
  if (value === null || value === undefined) {
    throw invalid(file, 1, 'The file is empty.', 'A suite has at least name, model, datasets and arms.');
  }
  return { file, value, lineOf: (path) => lineOf(document, lineCounter, path) };
}

function parseYaml(text: string, file: string, lineCounter: LineCounter): Document {
  try {
    return parseDocument(text, { lineCounter, uniqueKeys: true, prettyErrors: false });
  } catch (error) {
    // The parser recurses, so absurd nesting ends in a full stack.
    throw invalid(file, null, `The file cannot be parsed: ${messageOf(error)}.`, 'Is it nested very deeply?');
  }
}

function plainValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIAS_COUNT });
  } catch (error) {
    throw invalid(
      file,
      null,
      `The file cannot be read: ${messageOf(error)}.`,
      'Write repeated parts out, or use fewer aliases (*).',
    );
  }
}

function requireJson(text: string, file: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw invalid(file, null, `The file is not JSON: ${messageOf(error)}.`, 'Correct it, or name the file .yaml.');
  }
}

function syntaxProblem(error: YAMLError, file: string, lineCounter: LineCounter): FileProblem {
  const { line } = lineCounter.linePos(error.pos[0]);
  const problem = (message: string, hint: string): FileProblem => ({ file, line, key: '', message, hint });
  if (error.code === 'DUPLICATE_KEY') return problem('A key is given twice.', 'Keep one of the two.');
  if (error.code === 'TAB_AS_INDENT') return problem('A tab is used for indentation.', 'YAML allows spaces only.');
  if (error.code === 'MULTIPLE_DOCS')
    return problem('The file holds more than one document.', 'Keep one suite per file.');
  return problem(`${error.message.replace(/[.:]?\s*$/, '')}.`, 'Check quotes, colons and indentation.');
}

/** Follows `path` as far as the file goes; an unknown key is found by its key, everything else by its value. */
function lineOf(document: Document, lineCounter: LineCounter, path: readonly PropertyKey[]): number | null {
  let node: unknown = document.contents;
  let offset = rangeStart(node);
  for (const segment of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => (isScalar(key) ? String(key.value) : String(key)) === String(segment));
      if (!pair) break;
      offset = rangeStart(pair.key) ?? offset;
      node = pair.value;
    } else if (isSequence(node) && typeof segment === 'number') {
      node = node.items[segment];
      offset = rangeStart(node) ?? offset;
    } else break;
  }
  return offset === null ? null : lineCounter.linePos(offset).line;
}

function isSequence(node: unknown): node is { items: unknown[] } {
  return node !== null && typeof node === 'object' && !isMap(node) && 'items' in node && Array.isArray(node.items);
}

function rangeStart(node: unknown): number | null {
  if (node === null || typeof node !== 'object' || !('range' in node) || !Array.isArray(node.range)) return null;
  return typeof node.range[0] === 'number' ? node.range[0] : null;
}

function invalid(file: string, line: number | null, message: string, hint: string): InvalidFileError {
  return new InvalidFileError('suite-invalid', [{ file, line, key: '', message, hint }]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}
