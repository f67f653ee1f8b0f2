import { z } from 'zod';
import {
  defineTechnique,
  type Instruction,
  type ParamsSchema,
  type ParamValues,
  type TechniqueDefinition,
  type TechniqueSpec,
} from '../definition.js';

export type InstructionPlace = Instruction['place'];

/** The parameters that every instruction has, beside its own. */
function commonFields(place: InstructionPlace) {
  return {
    place: z
      .enum(['suffix', 'prefix', 'system'])
      .default(place)
      .describe('Where the text stands: on a line after the question, on a line before it, or in the system turn.'),
    wording: z
      .string()
      .min(1)
      .max(2000)
      .optional()
      .describe('Replaces the published text, e.g. by the wording that a model was trained with.'),
  };
}

type Fields<Own extends z.ZodRawShape> = ReturnType<typeof commonFields> & Own;

export interface InstructionSpec<Name extends string, Own extends z.ZodRawShape> extends Pick<
  TechniqueSpec<Name, ParamsSchema>,
  'name' | 'summary' | 'source' | 'differences' | 'publishedFigures'
> {
  /** The published text; `{name}` stands for the value of a parameter. */
  readonly text: string;
  readonly place: InstructionPlace;
  readonly own: Own;
  /** Values of the placeholders where they are not the parameters themselves. */
  readonly values?: (params: ParamValues) => ParamValues;
  readonly caption: (params: ParamValues) => string;
}

/** A technique that is one instruction in the prompt: its catalogue entry is all there is to it. */
export function instructionTechnique<Name extends string, Own extends z.ZodRawShape>(
  spec: InstructionSpec<Name, Own>,
): TechniqueDefinition<Name, z.ZodObject<Fields<Own>, z.core.$strict>> {
  const params = z.strictObject({ ...spec.own, ...commonFields(spec.place) }) as unknown as z.ZodObject<
    Fields<Own>,
    z.core.$strict
  >;
  const valuesOf = spec.values ?? ((values: ParamValues) => values);
  const { name, summary, source, differences, publishedFigures, caption } = spec;
  return defineTechnique({
    name,
    summary,
    source,
    differences,
    publishedFigures,
    params,
    caption,
    kind: 'prompt',
    acts: 'in-prompt',
    prompt: spec.text,
    faithfulTo: differences.length === 0 ? 'paper' : 'variant',
    ledgerColumns: ['prompt', 'think', 'answer', 'delivered', 'total'],
    events: [],
    instruction: (values: ParamValues) => ({
      place: values['place'] as InstructionPlace,
      text: filled(typeof values['wording'] === 'string' ? values['wording'] : spec.text, valuesOf(values)),
    }),
  });
}

function filled(text: string, values: ParamValues): string {
  return text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : placeholder,
  );
}

/** What the three shortest instructions have in common. */
export const TOKENSKIP_BASELINES = 'TokenSkip (arXiv 2502.12067), prompt baselines of Table 1';

export const TEXT_SECOND_HAND =
  'The text is the one of a replication of TokenSkip; the paper describes the instruction and does not print it.';
