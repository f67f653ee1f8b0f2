import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import {
  checkSuiteInput,
  InvalidFileError,
  keyPath,
  LaconicError,
  type FileProblem,
  mapModelPaths,
  type ModelReference,
  type SuiteInput,
  type SuiteProblem,
} from '../domain/index.js';
import { MAX_SUITE_BYTES } from './limits.js';
import { applyOverrides, type Override } from './overrides.js';
import { limitItems, selectArms } from './selection.js';
import { parseSuiteSource, type SuiteSource } from './source.js';

export interface ReadSuiteOptions {
  /** `KEY=VALUE` texts, applied in order. */
  readonly set?: readonly string[];
  /** Only these arms; the one compared against always stays. */
  readonly arms?: readonly string[];
  /** At most so many items of each data set. */
  readonly limit?: number | undefined;
}

/**
 * Reads, overrides and validates a suite file. Paths inside it are made absolute: relative to the file, or to the
 * working directory where they come from an override.
 * Throws `suite-invalid` with every problem and its line, or `usage` for an option that does not fit the suite.
 */
export async function readSuiteFile(path: string, options: ReadSuiteOptions = {}): Promise<SuiteInput> {
  return readSuiteText(await readText(path), path, options);
}

/** As readSuiteFile, for text that is already at hand. */
export function readSuiteText(text: string, file: string, options: ReadSuiteOptions = {}): SuiteInput {
  const source = parseSuiteSource(text, file);
  const { value, overrides } = applyOverrides(source.value, options.set ?? []);
  const { suite, problems } = checkSuiteInput(value);
  if (!suite) {
    throw new InvalidFileError(
      'suite-invalid',
      problems.map((problem) => located(problem, source, overrides)),
    );
  }
  const absolute = withAbsolutePaths(suite, dirname(file), overrides);
  return limitItems(selectArms(absolute, options.arms ?? []), options.limit);
}

async function readText(path: string): Promise<string> {
  try {
    const stats = await stat(path);
    // A pipe or device could block or never end.
    if (!stats.isFile()) throw unreadable(path, 'It is not a file.');
    if (stats.size > MAX_SUITE_BYTES) {
      throw unreadable(path, `It has ${count(stats.size)} bytes; a suite may have ${count(MAX_SUITE_BYTES)}.`);
    }
    return decodeUtf8(await readFile(path), path);
  } catch (error) {
    if (error instanceof LaconicError) throw error;
    throw unreadable(path, reasonOf(error));
  }
}

function decodeUtf8(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(path, 'It is not UTF-8 text.');
  }
}

function count(bytes: number): string {
  return bytes.toLocaleString('en-US');
}

function unreadable(path: string, reason: string): InvalidFileError {
  const hint = 'Name a suite file in YAML or JSON, for example datasets/suites/demo.yaml.';
  return new InvalidFileError('suite-invalid', [{ file: path, line: null, key: '', message: reason, hint }]);
}

function reasonOf(error: unknown): string {
  const code = error !== null && typeof error === 'object' && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return 'There is no such file.';
  if (code === 'EACCES') return 'It may not be read by this user.';
  return `It cannot be read (${String(error)}).`;
}

function located(problem: SuiteProblem, source: SuiteSource, overrides: readonly Override[]): FileProblem {
  const { path, message, hint } = problem;
  const override = overrides.findLast(({ path: set }) =>
    set.every((segment, index) => String(path[index]) === String(segment)),
  );
  const place = override
    ? { file: `--set ${override.text}`, line: null }
    : { file: source.file, line: source.lineOf(path) };
  return { ...place, key: keyPath(path), message, hint };
}

function withAbsolutePaths(suite: SuiteInput, folder: string, overrides: readonly Override[]): SuiteInput {
  const absolute = (path: string, at: readonly (string | number)[]): string => {
    const overridden = overrides.some(({ path: set }) =>
      set.every((segment, index) => String(at[index]) === String(segment)),
    );
    return isAbsolute(path) ? path : resolve(overridden ? '.' : folder, path);
  };
  const model = (reference: ModelReference, at: readonly (string | number)[]): ModelReference =>
    mapModelPaths(reference, (path, inside) => absolute(path, [...at, ...inside]));
  return {
    ...suite,
    model: model(suite.model, ['model']),
    datasets: suite.datasets.map((dataset, index) =>
      dataset.path === undefined ? dataset : { ...dataset, path: absolute(dataset.path, ['datasets', index, 'path']) },
    ),
    arms: suite.arms.map((arm, index) =>
      arm.model === undefined ? arm : { ...arm, model: model(arm.model, ['arms', index, 'model']) },
    ),
  };
}
