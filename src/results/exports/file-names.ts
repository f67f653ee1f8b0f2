const LONGEST = 80;

/** A name of letters, digits, `-` and `_` for each name, no two alike, whatever arms and data sets are called. */
export function fileNames(names: Iterable<string>): ReadonlyMap<string, string> {
  const chosen = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of names) {
    if (chosen.has(name)) continue;
    const safe = name.replace(/[^A-Za-z0-9-]+/g, '_').slice(0, LONGEST) || '_';
    let free = safe;
    // Some file systems take names of other case for the same.
    for (let count = 2; taken.has(free.toLowerCase()); count += 1) free = `${safe}-${count}`;
    taken.add(free.toLowerCase());
    chosen.set(name, free);
  }
  return chosen;
}

/** `2026-01-02T10-02-31.000`: a time without the characters that file systems or readers of these files object to. */
export function fileTime(iso: string): string {
  return iso.replace(/Z$/, '').replaceAll(':', '-');
}
