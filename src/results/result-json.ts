import type { RunResult } from '../domain/index.js';

/** result.json as text. Figures that do not exist (a mean of nothing, a ratio to 0) are NaN in memory and null here. */
export function resultJson(result: RunResult): string {
  return `${JSON.stringify(result, null, 1)}\n`;
}

/** Where two results differ, as `path: a ≠ b`; empty when they are equal bit for bit. */
export function resultDifferences(stored: unknown, computed: unknown): string[] {
  return differences(plain(stored), plain(computed), '');
}

/** What survives JSON: the stored side was read from a file. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function differences(a: unknown, b: unknown, path: string): string[] {
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) {
    return Object.is(a, b) ? [] : [`${path}: ${JSON.stringify(a)} ≠ ${JSON.stringify(b)}`];
  }
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((key) =>
    differences(left.get(key), right.get(key), path === '' ? key : `${path}.${key}`),
  );
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
