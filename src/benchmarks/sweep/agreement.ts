/** Samples by key (arm, data set, item, repeat), as hashes of their token ids. */
export type MadeSamples = ReadonlyMap<string, string>;

/** How many samples differ between two ways to make them; a sample that only one has counts. */
export function differences(one: MadeSamples, other: MadeSamples): number {
  const keys = new Set([...one.keys(), ...other.keys()]);
  return [...keys].filter((key) => one.get(key) !== other.get(key)).length;
}

export interface Likeness {
  readonly arms: readonly [string, string];
  /** Share of items on which the two made the same tokens. */
  readonly share: number;
}

/** The two arms that are most alike: a sweep of copies would share everything and show nothing. */
export function mostAlike(arms: readonly string[], made: MadeSamples): Likeness | null {
  const byArm = new Map(arms.map((arm) => [arm, new Map<string, string>()]));
  for (const [key, hash] of made) {
    const [arm, ...cell] = JSON.parse(key) as [string, ...unknown[]];
    byArm.get(arm)?.set(JSON.stringify(cell), hash);
  }
  const pairs = arms.flatMap((one, index) => arms.slice(index + 1).map((other) => [one, other] as const));
  const likenesses = pairs.map(([one, other]): Likeness => {
    const [a = new Map<string, string>(), b = new Map<string, string>()] = [byArm.get(one), byArm.get(other)];
    const same = [...a].filter(([cell, hash]) => b.get(cell) === hash).length;
    return { arms: [one, other], share: a.size === 0 ? 0 : same / a.size };
  });
  return likenesses.toSorted((a, b) => b.share - a.share)[0] ?? null;
}
