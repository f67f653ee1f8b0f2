import { parse } from 'yaml';
import { LaconicError, nearestName } from '../domain/index.js';

/** One `--set` of the command line. */
export interface Override {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  /** As written, for messages. */
  readonly text: string;
}

/**
 * Reads `KEY=VALUE`: the key is dotted, a list entry is named by its number or its `name`; the value is read as YAML,
 * so `2` is a number and `[1, 2]` a list. Throws `usage`.
 */
export function parseOverride(text: string): Override {
  const equals = text.indexOf('=');
  const key = text.slice(0, Math.max(0, equals)).trim();
  if (key === '' || key.split('.').includes('')) {
    throw new LaconicError('usage', `--set ${text}: not of the form KEY=VALUE.`, {
      hint: 'For example: --set model=reference-nano --set sampling.seed=2 --set arms.budget-64.params.tokens=96',
    });
  }
  return { path: key.split('.'), value: parseValue(text, text.slice(equals + 1)), text };
}

/** A copy of `document` with the values set, in order; the paths are returned with list entries as numbers. */
export function applyOverrides(
  document: unknown,
  texts: readonly string[],
): { readonly value: unknown; readonly overrides: readonly Override[] } {
  const value: unknown = structuredClone(document);
  const overrides = texts.map((text) => {
    const override = parseOverride(text);
    return { ...override, path: assign(value, override) };
  });
  return { value, overrides };
}

function assign(root: unknown, { path, value, text }: Override): (string | number)[] {
  let target = root;
  const walked: (string | number)[] = [];
  for (const [depth, segment] of path.entries()) {
    const key = resolveSegment(target, segment, text);
    walked.push(key);
    if (!isContainer(target)) throw noSuchPlace(text, `${path.slice(0, depth).join('.')} is not a mapping or a list.`);
    if (depth === path.length - 1) {
      // defineProperty, because plain assignment would call the setter of __proto__.
      Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
      continue;
    }
    const next: unknown = Object.hasOwn(target, key) ? Reflect.get(target, key) : undefined;
    if (next === undefined || next === null) {
      const created = {};
      Object.defineProperty(target, key, { value: created, writable: true, enumerable: true, configurable: true });
      target = created;
    } else target = next;
  }
  return walked;
}

function resolveSegment(target: unknown, segment: string | number, text: string): string | number {
  if (!Array.isArray(target)) return segment;
  const entries: readonly unknown[] = target;
  const index = /^\d+$/.test(String(segment))
    ? Number(segment)
    : entries.findIndex((entry) => nameOf(entry) === segment);
  if (index >= 0 && index < entries.length) return index;
  const names = entries.map(nameOf).filter((name) => name !== null);
  const nearest = nearestName(String(segment), names);
  throw noSuchPlace(
    text,
    `there is no entry ${segment}; there are ${entries.length}, numbered from 0${names.length > 0 ? ` or named ${names.join(', ')}` : ''}.${nearest === null ? '' : ` Did you mean ${nearest}?`}`,
  );
}

function parseValue(text: string, value: string): unknown {
  try {
    const parsed: unknown = parse(value, { maxAliasCount: 0 });
    return value.trim() === '' ? '' : parsed;
  } catch {
    throw new LaconicError('usage', `--set ${text}: the value cannot be read.`, {
      hint: 'Values are YAML: quote text that holds special characters, for example --set \'name="a: b"\'.',
    });
  }
}

function nameOf(entry: unknown): string | null {
  if (entry === null || typeof entry !== 'object' || !('name' in entry)) return null;
  return typeof entry.name === 'string' ? entry.name : null;
}

function isContainer(value: unknown): value is object {
  return value !== null && typeof value === 'object';
}

function noSuchPlace(text: string, reason: string): LaconicError {
  return new LaconicError('usage', `--set ${text}: ${reason}`, {
    hint: 'Keys are dotted paths into the suite file, such as sampling.seed or arms.0.params.tokens.',
  });
}
