import { z } from 'zod';
import {
  identifiedItem,
  nearestName,
  referenceProblem,
  UNSTORABLE_HINT,
  unstorablePath,
  type AnswerCheck,
  type AnswerCheckType,
  type Item,
} from '../domain/index.js';

/** A check as a suite, a registration or a line of a data set may write it. */
export type WrittenCheck = AnswerCheckType | { readonly type: 'number'; readonly tolerance: number };

/** One thing wrong with a line. */
export interface LineProblem {
  readonly key: string;
  readonly message: string;
  readonly hint: string;
}

/** Largest absolute difference of `number` where nothing else is said: room for the last digit of a rounded decimal, not for a wrong one. */
export const DEFAULT_TOLERANCE = 1e-6;

export const CHECK_TYPES = [
  'integer',
  'number',
  'choice',
  'text',
  'clock',
  'expression',
] as const satisfies readonly AnswerCheckType[];

const KEYS = ['id', 'question', 'answer', 'level', 'cluster', 'check', 'prompt'] as const;

const wholeNumber = z.int();
const text = z.string().trim().min(1, 'must not be empty');
/** `null` says the same as leaving the key out. */
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);

const checkSchema = z.union([
  z.enum(CHECK_TYPES),
  z.strictObject({ type: z.enum(['integer', 'choice', 'text', 'clock']) }),
  z.strictObject({ type: z.literal('number'), tolerance: z.number().min(0) }),
  z.strictObject({
    type: z.literal('expression'),
    numbers: z.array(wholeNumber.min(0)).min(1).max(100),
    target: wholeNumber,
  }),
]);

const lineSchema = z.object({
  id: z.union([text, wholeNumber]).transform(String),
  question: text,
  answer: z.union([text, z.number()]).transform(String),
  level: optional(wholeNumber.min(1).max(5)),
  cluster: optional(z.union([text, wholeNumber]).transform(String)),
  check: optional(checkSchema),
  prompt: optional(z.string()),
});

type Line = z.output<typeof lineSchema>;

const WANTED: Readonly<Record<(typeof KEYS)[number], string>> = {
  id: 'a text or whole number that names the item',
  question: 'a text',
  answer: 'a text or number',
  level: 'a whole number from 1 to 5, or nothing',
  cluster: 'a text, or nothing',
  check: `one of ${CHECK_TYPES.join(', ')}, {"type": "number", "tolerance": …} or {"type": "expression", "numbers": […], "target": …}`,
  prompt: 'a text, or nothing',
};

/** What holds for lines that do not say it themselves. */
export interface LineDefaults {
  readonly dataset: string;
  /** Null = each line must name its check. */
  readonly check: WrittenCheck | null;
  readonly prompt: string | null;
}

export type ItemResult = { readonly item: Item } | { readonly problems: readonly LineProblem[] };

/** Validates the value of one line. */
export function itemOf(value: unknown, defaults: LineDefaults): ItemResult {
  const misspelt = misspeltKeys(value);
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success)
    return { problems: [...misspelt, ...parsed.error.issues.map((issue) => shapeProblem(issue, value))] };
  if (misspelt.length > 0) return { problems: misspelt };
  const line = parsed.data;
  const unstorable = unstorablePath(line);
  if (unstorable)
    return { problems: [problem(unstorable.join('.'), 'has a character that cannot be stored.', UNSTORABLE_HINT)] };
  const check = completeCheck(line.check ?? defaults.check);
  if ('message' in check) return { problems: [check] };
  const wrong = referenceProblem(check, line.answer);
  if (wrong !== null) {
    return { problems: [problem('answer', `${JSON.stringify(line.answer)} ${wrong}.`, `The check is ${check.type}.`)] };
  }
  return { item: newItem(defaults, line, check) };
}

function newItem(defaults: LineDefaults, line: Line, check: AnswerCheck): Item {
  const { id, question, answer, level, cluster } = line;
  const prompt = line.prompt ?? defaults.prompt;
  return identifiedItem({ dataset: defaults.dataset, id, question, answer, check, level, cluster, prompt });
}

function completeCheck(check: Line['check'] | WrittenCheck): AnswerCheck | LineProblem {
  if (check === null)
    return problem('check', 'is missing.', `Name ${WANTED.check}, on the line or for the whole data set.`);
  if (typeof check === 'object') return check;
  switch (check) {
    case 'integer':
    case 'choice':
    case 'text':
    case 'clock':
      return { type: check };
    case 'number':
      return { type: check, tolerance: DEFAULT_TOLERANCE };
    case 'expression':
      return problem(
        'check',
        'has no numbers and target.',
        'Write {"type": "expression", "numbers": […], "target": …} on each line.',
      );
  }
}

/** Other keys are allowed (many files carry more), but one that looks like a known key is a typing mistake. */
function misspeltKeys(value: unknown): LineProblem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const missing = KEYS.filter((key) => !Object.hasOwn(value, key));
  return Object.keys(value).flatMap((key) => {
    const meant = (KEYS as readonly string[]).includes(key) ? null : nearestName(key, missing);
    return meant === null ? [] : [problem(key, 'is no known key.', `Did you mean ${meant}?`)];
  });
}

function shapeProblem(issue: z.core.$ZodIssue, value: unknown): LineProblem {
  const key = KEYS.find((known) => known === issue.path[0]);
  if (key === undefined)
    return problem('', 'is no JSON object.', 'Write one object with id, question and answer on each line.');
  const present = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
  return problem(
    issue.path.map(String).join('.'),
    present ? 'has a value that is not allowed.' : 'is missing.',
    `Allowed is ${WANTED[key]}.`,
  );
}

function problem(key: string, message: string, hint: string): LineProblem {
  return { key, message, hint };
}
