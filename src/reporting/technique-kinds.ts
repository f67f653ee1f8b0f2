import { techniqueEntry, TECHNIQUES, type RunResult, type TechniqueKind } from '../domain/index.js';

/** Kind by arm name, from the catalogue; techniques that it no longer knows count as the plainest kind. */
export function techniqueKinds(result: RunResult): Readonly<Record<string, TechniqueKind>> {
  const known = new Set<string>(TECHNIQUES.map((entry) => entry.name));
  return Object.fromEntries(
    result.arms.map((arm) => [arm.name, known.has(arm.technique) ? techniqueEntry(arm.technique).kind : 'none']),
  );
}
