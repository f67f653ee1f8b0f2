import type { z } from 'zod';
import { InvalidFileError } from './errors.js';
import { nearestName } from './nearest.js';
import { UNSTORABLE_HINT, unstorablePath } from './storable-text.js';
import type { SuiteProblem } from './suite-problem.js';
import { suiteRuleProblems } from './suite-input-rules.js';
import { allowedKeys, childOf, describeAllowed, schemaAt, type SchemaNode } from './suite-input-shape.js';
import { suiteInputSchema, suiteJsonSchema, type SuiteInput } from './suite-input.js';
import { TECHNIQUE_DEFINITIONS, TECHNIQUES, type TechniqueDefinition } from './techniques/index.js';

export type SuiteCheck =
  | { readonly suite: SuiteInput; readonly problems: readonly [] }
  | { readonly suite: null; readonly problems: readonly SuiteProblem[] };

const SCHEMA = suiteJsonSchema() as SchemaNode;

/** Validates any value as a suite: first its shape, then the rules between its parts. Never throws. */
export function checkSuiteInput(value: unknown): SuiteCheck {
  const unstorable = unstorablePath(value);
  if (unstorable) {
    const problem = {
      path: unstorable,
      message: 'The text has a character that cannot be stored.',
      hint: UNSTORABLE_HINT,
    };
    return { suite: null, problems: [problem] };
  }
  const parsed = suiteInputSchema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, value));
    return { suite: null, problems };
  }
  const problems = suiteRuleProblems(parsed.data);
  return problems.length === 0 ? { suite: parsed.data, problems: [] } : { suite: null, problems };
}

/** As `checkSuiteInput`, for values that come from no file (a request body). Throws `suite-invalid` with every problem. */
export function parseSuiteInput(value: unknown, source: string): SuiteInput {
  const { suite, problems } = checkSuiteInput(value);
  if (suite) return suite;
  throw new InvalidFileError(
    'suite-invalid',
    problems.map(({ path, message, hint }) => ({ file: source, line: null, key: keyPath(path), message, hint })),
  );
}

export function keyPath(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

function problemsOf(issue: z.core.$ZodIssue, root: unknown): SuiteProblem[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(issue.path, key, root));
    case 'custom':
      return [{ path: issue.path, message: `${issue.message}.`, hint: allowedHint(issue.path, root) }];
    case 'invalid_union':
      return unionProblems(issue, root);
    case 'invalid_type':
    case 'invalid_format':
    case 'invalid_value':
    case 'too_big':
    case 'too_small':
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
      return [wrongValue(issue.path, root)];
  }
}

/** An arm of an unknown technique, or a union that failed as a whole: where the value clearly chose one alternative, its own problems say more. */
function unionProblems(issue: z.core.$ZodIssueInvalidUnion, root: unknown): SuiteProblem[] {
  if (issue.discriminator !== undefined) {
    return [
      wrongChoice(
        issue.path,
        TECHNIQUES.map((entry) => entry.name),
        root,
      ),
    ];
  }
  const value = valueAt(root, issue.path);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [wrongValue(issue.path, root)];
  const byDepth = issue.errors
    .map((issues) => issues.filter((nested) => nested.code !== 'invalid_type' || nested.path.length > 0))
    .filter((issues) => issues.length > 0)
    .toSorted((a, b) => a.length - b.length);
  const closest = byDepth[0];
  if (!closest) return [wrongValue(issue.path, root)];
  return closest.flatMap((nested) => problemsOf({ ...nested, path: [...issue.path, ...nested.path] }, root));
}

function unknownKey(parent: readonly PropertyKey[], key: string, root: unknown): SuiteProblem {
  const technique = key === 'replay' ? techniqueOfParams(parent, root) : undefined;
  if (technique) return notReplayable([...parent, key], technique);
  const node = schemaAt(SCHEMA, parent, root);
  const keys = node ? allowedKeys(node, valueAt(root, parent)) : [];
  const allowed = keys.length === 0 ? 'No keys are allowed here.' : `Allowed: ${keys.join(', ')}.`;
  return { path: [...parent, key], message: 'is not a known key.', hint: `${didYouMean(key, keys)}${allowed}` };
}

/** The technique whose parameters stand at `path`; undefined at any other place. */
function techniqueOfParams(path: readonly PropertyKey[], root: unknown): TechniqueDefinition | undefined {
  if (path.length !== 3 || path[0] !== 'arms' || path[2] !== 'params') return undefined;
  const name = valueAt(root, [...path.slice(0, 2), 'technique']);
  return TECHNIQUE_DEFINITIONS.find(({ entry }) => entry.name === name);
}

function notReplayable(path: readonly PropertyKey[], { entry, onlineOnly }: TechniqueDefinition): SuiteProblem {
  const replayable = TECHNIQUES.filter((other) => other.replayable).map((other) => other.name);
  return {
    path,
    message: `asks for a replay: ${onlineOnly ?? `${entry.name} has no rule that only looks at the thinking.`}`,
    hint: `Leave it out, or replay one of ${replayable.join(', ')}.`,
  };
}

function wrongChoice(path: readonly PropertyKey[], names: readonly string[], root: unknown): SuiteProblem {
  const value = valueAt(root, path);
  const allowed = `Allowed: ${names.join(', ')}.`;
  if (value === undefined) return missing(path, root, allowed);
  const guess = typeof value === 'string' ? didYouMean(value, names) : '';
  return { path, message: `is ${show(value)}, which is not one of the choices.`, hint: `${guess}${allowed}` };
}

function wrongValue(path: readonly PropertyKey[], root: unknown): SuiteProblem {
  const value = valueAt(root, path);
  const node = schemaAt(SCHEMA, path, root);
  if (value === undefined) return missing(path, root, allowedHint(path, root));
  if (node?.enum) return wrongChoice(path, node.enum.map(String), root);
  return { path, message: `is ${show(value)}, which is not allowed here.`, hint: allowedHint(path, root) };
}

function missing(path: readonly PropertyKey[], root: unknown, allowed: string): SuiteProblem {
  const parent = valueAt(root, path.slice(0, -1));
  const written = parent !== null && typeof parent === 'object' ? Object.keys(parent) : [];
  const node = schemaAt(SCHEMA, path.slice(0, -1), root);
  const known = node ? allowedKeys(node, parent) : [];
  const guess = nearestName(
    String(path.at(-1)),
    written.filter((key) => !known.includes(key)),
  );
  return { path, message: 'is missing.', hint: `${guess === null ? '' : `Is "${guess}" meant for it? `}${allowed}` };
}

function allowedHint(path: readonly PropertyKey[], root: unknown): string {
  const node = schemaAt(SCHEMA, path, root);
  return node ? `Allowed: ${describeAllowed(node)}.` : 'See docs/suite.schema.json for what is allowed.';
}

function didYouMean(written: string, names: readonly string[]): string {
  const nearest = nearestName(written, names);
  return nearest === null ? '' : `Did you mean ${nearest}? `;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(childOf, root);
}

/** A value as a message shows it: short, on one line. */
function show(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (value !== null && typeof value === 'object') return 'a mapping';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
