import type { z } from 'zod';
import { LaconicError } from '../errors.js';
import { nearestName } from '../nearest.js';
import type { TechniqueEntry, TechniqueName } from '../technique.js';
import { BASELINE, baselineParams } from './baseline.js';
import { BUDGET, budgetParams } from './budget.js';
import { NOTHINKING, nothinkingParams } from './nothinking.js';
import { NOWAIT, nowaitParams } from './nowait.js';

export { type BaselineParams } from './baseline.js';
export { type BudgetParams } from './budget.js';
export { type NothinkingParams } from './nothinking.js';
export { NOWAIT_KEYWORDS, SUPPRESSION_VOCABULARIES, type NowaitParams, type SuppressionVocabulary } from './nowait.js';
export {
  bannedIds,
  SUBSTRING_EXEMPTIONS,
  suppressionProvenance,
  type Suppression,
  type SuppressionProvenance,
} from './suppression.js';

/** The catalogue, in the order in which it is shown. */
export const TECHNIQUES: readonly TechniqueEntry[] = [BASELINE, NOWAIT, BUDGET, NOTHINKING];

/** The parameter schema of every technique; the suite schema, the parser and the catalogue read the same ones. */
export const TECHNIQUE_PARAMS = {
  baseline: baselineParams,
  nowait: nowaitParams,
  budget: budgetParams,
  nothinking: nothinkingParams,
} as const satisfies Record<TechniqueName, z.ZodObject>;

/** Validated parameters of each technique, defaults filled in. */
export type TechniqueParams = {
  readonly [Name in keyof typeof TECHNIQUE_PARAMS]: z.output<(typeof TECHNIQUE_PARAMS)[Name]>;
};

/** Throws `unknown-technique`. */
export function techniqueEntry(name: string): TechniqueEntry {
  const entry = TECHNIQUES.find((candidate) => candidate.name === name);
  if (entry) return entry;
  const names = TECHNIQUES.map((candidate) => candidate.name);
  const nearest = nearestName(name, names);
  throw new LaconicError('unknown-technique', `There is no technique "${name}".`, {
    hint: `${nearest === null ? '' : `Did you mean ${nearest}? `}Known techniques: ${names.join(', ')}.`,
  });
}

/** Validates and fills in defaults. Throws `unknown-technique`, or `suite-invalid` naming the parameter and its range. */
export function parseTechniqueParams<Name extends TechniqueName>(name: Name, params: unknown): TechniqueParams[Name];
export function parseTechniqueParams(name: string, params: unknown): TechniqueParams[TechniqueName];
export function parseTechniqueParams(name: string, params: unknown): TechniqueParams[TechniqueName] {
  const entry = techniqueEntry(name);
  const parsed = TECHNIQUE_PARAMS[entry.name].safeParse(params ?? {});
  if (parsed.success) return parsed.data;
  throw invalidParams(entry, parsed.error.issues);
}

function invalidParams(entry: TechniqueEntry, issues: readonly z.core.$ZodIssue[]): LaconicError {
  const issue = issues[0];
  const key = String(issue?.path[0] ?? (issue?.code === 'unrecognized_keys' ? issue.keys[0] : 'params'));
  const parameter = entry.parameters.find((candidate) => candidate.name === key);
  const names = entry.parameters.map((candidate) => candidate.name);
  const problem = parameter ? (issue?.message ?? 'is not valid') : 'is not one of its parameters';
  const hint = parameter
    ? `Allowed for ${key}: ${parameter.range} (${parameter.type}).`
    : `${entry.name} takes ${names.length === 0 ? 'no parameters' : names.join(', ')}.`;
  return new LaconicError('suite-invalid', `${entry.name}: ${key}: ${problem}`, { hint, where: `params.${key}` });
}
