import { z } from 'zod';
import { modelReferenceSchema } from './model-reference.js';
import { TECHNIQUE_DEFINITIONS, type TechniqueDefinition } from './techniques/index.js';

/*
 * The suite file as a user writes it. This one schema serves the command line, the REST API and editors (its JSON Schema is
 * docs/suite.schema.json). What it cannot express (names that must exist, arms that must differ) is in suite-input-check.ts.
 */

const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

const name = z.string().min(1).max(64).regex(NAME_PATTERN);

const checkName = z.enum(['integer', 'number', 'choice', 'text', 'clock', 'expression']);

const datasetReference = z
  .strictObject({
    name: name.optional().describe('Registered data set; beside `path`, the name to use for the file.'),
    path: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe('JSONL file of your own, relative to the suite file; in suites run from the command line only.'),
    limit: z.int().min(1).max(1_000_000).optional().describe('Only the first items, this many; all when left out.'),
    check: z
      .union([
        checkName,
        z.strictObject({
          type: z.literal('number'),
          tolerance: z.number().min(0).max(1e12).describe('Largest absolute difference that counts as equal.'),
        }),
      ])
      .optional()
      .describe('How answers are checked where the items do not say it themselves.'),
    split: z
      .enum(['items', 'calibration'])
      .optional()
      .describe('Evaluation items (default) or the calibration items of a registered data set.'),
  })
  .describe('A set of problems: {name: …} or {path: …}.');

const samplingFields = {
  temperature: z.number().min(0).max(5).describe('0 = greedy.'),
  topP: z.number().min(0.001).max(1).describe('Nucleus: smallest set of tokens with this probability; 1 = off.'),
  topK: z.int().min(0).max(1_000_000).describe('Only the K likeliest tokens; 0 = off.'),
  minP: z.number().min(0).max(1).describe('Only tokens at least this likely relative to the likeliest; 0 = off.'),
  maxTokens: z
    .int()
    .min(1)
    .max(1_000_000)
    .describe('Cap on thinking and answer together, injected tokens included. Reached inside the thinking: censored.'),
  repeats: z.int().min(1).max(1000).describe('Samples per arm and item.'),
  seed: z.int().min(0).max(4_294_967_295).describe('Seed of every random choice of the run.'),
};

const sampling = z.strictObject({
  temperature: samplingFields.temperature.default(0),
  topP: samplingFields.topP.default(1),
  topK: samplingFields.topK.default(0),
  minP: samplingFields.minP.default(0),
  maxTokens: samplingFields.maxTokens.default(1024),
  repeats: samplingFields.repeats.default(1),
  seed: samplingFields.seed.default(1),
});

const promptText = z.string().max(20_000).nullable().optional();

const prompt = z.strictObject({
  system: promptText.describe('System turn; null = none.'),
  prefix: promptText.describe('Text before the question; null = none.'),
  suffix: promptText.describe('Text after the question; null = none.'),
});

/** Fields of every arm; a function so that each technique's arm keeps its own parameter type. */
const armFields = {
  name: name.describe('Name of the arm; unique in the suite.'),
  model: modelReferenceSchema.optional().describe("Another model than the suite's."),
  sampling: z.strictObject(samplingFields).partial().optional().describe("Overrides of the suite's sampling."),
  prompt: prompt.optional().describe("Overrides of the suite's prompt."),
};

type ArmSchema<D extends TechniqueDefinition> = z.ZodObject<
  typeof armFields & { technique: z.ZodLiteral<D['entry']['name']>; params: D['params'] },
  z.core.$strict
>;

type ArmSchemas<Definitions extends readonly TechniqueDefinition[]> = {
  -readonly [Index in keyof Definitions]: ArmSchema<Definitions[Index]>;
};

/** `params` may be left out where every parameter has a default. */
function armSchema({ entry, params }: TechniqueDefinition) {
  return z.strictObject({
    ...armFields,
    technique: z.literal(entry.name).describe(entry.summary),
    params: params.safeParse({}).success ? params.prefault({}) : params,
  });
}

const arm = z.discriminatedUnion(
  'technique',
  TECHNIQUE_DEFINITIONS.map(armSchema) as unknown as ArmSchemas<typeof TECHNIQUE_DEFINITIONS>,
);

export const suiteInputSchema = z
  .strictObject({
    name: name.describe('Name of the suite: letters, digits, ".", "_" and "-".'),
    description: z.string().max(2000).optional().describe('What the suite is for.'),
    model: modelReferenceSchema,
    datasets: z.array(datasetReference).min(1).max(100).describe('The sets of problems.'),
    sampling: sampling.prefault({}).describe('How tokens are chosen, for every arm that does not override it.'),
    prompt: prompt.optional().describe('Text around the question.'),
    against: name
      .optional()
      .describe('The arm that the others are compared with; default: the first arm with technique baseline.'),
    nonInferiorityMargin: z
      .number()
      .min(0)
      .max(1)
      .default(0.02)
      .describe('Largest loss of accuracy that still counts as "no worse", as a share (0.02 = 2 points).'),
    timing: z
      .strictObject({
        items: z.int().min(0).max(1000).default(4).describe('Items per arm that are timed alone; 0 = no timing.'),
      })
      .prefault({})
      .describe('The pass that measures wall-clock time while nothing else runs.'),
    arms: z.array(arm).min(1).max(200).describe('What is compared: one technique with its settings per arm.'),
  })
  .describe('A suite of Laconic: data sets × arms × repeats.');

/** A suite as written, defaults of its own level filled in; arms still carry only their overrides. */
export type SuiteInput = z.output<typeof suiteInputSchema>;
export type ArmInput = SuiteInput['arms'][number];
export type DatasetReference = SuiteInput['datasets'][number];

/** The JSON Schema that editors use; generated into docs/suite.schema.json. */
export function suiteJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(suiteInputSchema, { io: 'input' });
  return { $schema, title: 'Laconic suite', ...schema };
}
