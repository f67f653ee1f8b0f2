/** PostgreSQL stores no NUL character and no half of a surrogate pair; both would fail deep inside as somebody's bug. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

export const UNSTORABLE_HINT = 'Remove NUL characters (\\u0000) and unpaired surrogates (\\ud800 to \\udfff).';

interface Place {
  readonly key: string;
  readonly within: Place | null;
}

/** Path of the first text that cannot be stored, or null. A list of its own instead of recursion: values may be nested very deeply. */
export function unstorablePath(root: unknown): readonly string[] | null {
  const open: [value: unknown, place: Place | null][] = [[root, null]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, place] = next;
    if (typeof value === 'string' && !isStorable(value)) return keysTo(place);
    if (value === null || typeof value !== 'object') continue;
    for (const [key, child] of Object.entries(value)) {
      if (!isStorable(key)) return keysTo(place);
      open.push([child, { key, within: place }]);
    }
  }
  return null;
}

function keysTo(place: Place | null): string[] {
  const keys: string[] = [];
  for (let at = place; at; at = at.within) keys.unshift(at.key);
  return keys;
}
