import { TECHNIQUES, type RunResult, type TechniqueKind } from '../domain/index.js';

/** Kind by arm name. */
export function techniqueKinds(result: RunResult): Readonly<Record<string, TechniqueKind>> {
  return Object.fromEntries(result.arms.map((arm) => [arm.name, techniqueKind(arm.technique)]));
}

/** From the catalogue; a technique that it no longer knows counts as the plainest kind. */
export function techniqueKind(technique: string): TechniqueKind {
  return TECHNIQUES.find((entry) => entry.name === technique)?.kind ?? 'none';
}
