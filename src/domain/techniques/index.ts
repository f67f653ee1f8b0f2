import type { z } from 'zod';
import { LaconicError } from '../errors.js';
import { nearestName } from '../nearest.js';
import type { TechniqueEntry } from '../technique.js';
import { ADAPTIVE_THINK } from './adaptive-think.js';
import { BASELINE } from './baseline.js';
import { BUDGET } from './budget.js';
import { CASCADE } from './cascade.js';
import { COMPRESSION_TECHNIQUES } from './compression/index.js';
import type { TechniqueDefinition } from './definition.js';
import { EXIT_TECHNIQUES } from './exits/index.js';
import { NOTHINKING } from './nothinking.js';
import { NOWAIT } from './nowait.js';
import { OVERCLOCK } from './overclock.js';
import { PROMPT_TECHNIQUES } from './prompts/index.js';
import { S1 } from './s1.js';
import { SOFT_BUDGET } from './soft-budget.js';
import { VOTING_TECHNIQUES } from './voting/index.js';

export { thinkProbe, thinkThreshold, type AdaptiveThinkParams, type ThinkSignal } from './adaptive-think.js';
export { type BaselineParams } from './baseline.js';
export { BUDGET_CLOSINGS, type BudgetParams } from './budget.js';
export { type CascadeParams } from './cascade.js';
export { COMPRESSION_TECHNIQUES } from './compression/index.js';
export {
  isCompression,
  publishedMethod,
  TOKENSKIP_TABLE,
  TOKENSKIP_TABLE_SOURCE,
  type PublishedCells,
  type PublishedMethod,
  type PublishedRow,
} from './compression/published.js';
export { type TokenskipParams } from './compression/tokenskip.js';
export { type TruncateParams } from './compression/truncate.js';
export type { ArmDependency, Instruction, ParamValues, TechniqueDefinition, TechniqueTraits } from './definition.js';
export {
  ANSWER_STOPS,
  DYNASOR_CLOSING,
  EXIT_TECHNIQUES,
  sureEnough,
  type ConfidenceParams,
  type ConvergenceParams,
  type DeerParams,
  type DynasorParams,
  type EatParams,
} from './exits/index.js';
export { batchAnswers, batchQuestion, withExamples, type Example } from './prompts/index.js';
export { type NothinkingParams } from './nothinking.js';
export { type OverclockParams } from './overclock.js';
export { S1_ANSWER, type S1Params } from './s1.js';
export { announcementInterval, type SoftBudgetParams } from './soft-budget.js';
export {
  nowaitCondition,
  NOWAIT_KEYWORDS,
  SUPPRESSION_VOCABULARIES,
  type NowaitParams,
  type SuppressionVocabulary,
} from './nowait.js';
export {
  votePlan,
  type BestOfNParams,
  type SelfConsistencyParams,
  type VotePlan,
  type VoteRule,
} from './voting/index.js';
export {
  bannedIds,
  SUBSTRING_EXEMPTIONS,
  suppressionProvenance,
  type Suppression,
  type SuppressionProvenance,
} from './suppression.js';

/** Every technique, in the order in which the catalogue shows them; suite schema, planning, prompts and reports read this list. */
export const TECHNIQUE_DEFINITIONS = [
  BASELINE,
  NOWAIT,
  BUDGET,
  NOTHINKING,
  S1,
  SOFT_BUDGET,
  ...EXIT_TECHNIQUES,
  ADAPTIVE_THINK,
  OVERCLOCK,
  ...COMPRESSION_TECHNIQUES,
  ...PROMPT_TECHNIQUES,
  ...VOTING_TECHNIQUES,
  CASCADE,
] as const;

type Definition = (typeof TECHNIQUE_DEFINITIONS)[number];

export type TechniqueName = Definition['entry']['name'];

export const TECHNIQUES: readonly TechniqueEntry<TechniqueName>[] = TECHNIQUE_DEFINITIONS.map(({ entry }) => entry);

/** Validated parameters of each technique, defaults filled in. */
export type TechniqueParams = { readonly [D in Definition as D['entry']['name']]: z.output<D['params']> };

/** Throws `unknown-technique`. */
export function techniqueDefinition(name: string): TechniqueDefinition<TechniqueName> {
  const definition = TECHNIQUE_DEFINITIONS.find(({ entry }) => entry.name === name);
  if (definition) return definition;
  const names = TECHNIQUES.map((candidate) => candidate.name);
  const nearest = nearestName(name, names);
  throw new LaconicError('unknown-technique', `There is no technique "${name}".`, {
    hint: `${nearest === null ? '' : `Did you mean ${nearest}? `}Known techniques: ${names.join(', ')}.`,
  });
}

/** Throws `unknown-technique`. */
export function techniqueEntry(name: string): TechniqueEntry<TechniqueName> {
  return techniqueDefinition(name).entry;
}

/** Validates and fills in defaults. Throws `unknown-technique`, or `suite-invalid` naming the parameter and its range. */
export function parseTechniqueParams<Name extends TechniqueName>(name: Name, params: unknown): TechniqueParams[Name];
export function parseTechniqueParams(name: string, params: unknown): TechniqueParams[TechniqueName];
export function parseTechniqueParams(name: string, params: unknown): TechniqueParams[TechniqueName] {
  const { entry, params: schema } = techniqueDefinition(name);
  const parsed = schema.safeParse(params ?? {});
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
