import { z } from 'zod';
import { STEERED_LAYERS } from '../steering.js';
import { defineTechnique } from './definition.js';

export const overclockParams = z.strictObject({
  vector: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits, ".", "_" and "-", the first a letter or digit')
    .default('reference')
    .describe('Name of a vector that `laconic fit overclock` fitted on this very model; `reference` ships.'),
  strength: z
    .number()
    .min(-10)
    .max(10)
    .default(2)
    .describe(
      'Alpha: length of what is added, in units of the mean length of the states that the vector was fitted on. Above 0 the thinking should seem further along than it is, below 0 less far; at 0 nothing is added and the arm is the baseline.',
    ),
  layers: z
    .enum(STEERED_LAYERS)
    .default('all')
    .describe('Behind which layers it is added: all but the first, the upper half, or the last.'),
});

export type OverclockParams = z.output<typeof overclockParams>;

export const OVERCLOCK = defineTechnique({
  name: 'overclock',
  kind: 'steering',
  summary:
    'Adds the direction in which the model’s states move as its thinking progresses, so that it believes to be further along. The direction is fitted on calibration items; with strength 0 nothing is added.',
  params: overclockParams,
  caption: ({ vector, strength, layers }) =>
    strength === 0 ? 'not steered' : `alpha ${String(strength)} of ${vector}, ${LAYER_WORDS[layers]}`,
  steering: ({ vector, strength, layers }) => (strength === 0 ? null : { vector, strength, layers }),
  needsDelimiters: () => true,
  source: 'Overclocking LLM reasoning, arXiv 2506.07240 (thinking progress vectors)',
  faithfulTo: 'variant',
  differences: [
    'The vector is added to the residual stream behind the feed-forward part of a layer, where libllama adds control vectors; the paper adds it behind the attention. The first layer is never steered.',
    'Every generated token is steered, the answer too; the paper steers the thinking. The prompt is not, so the first token is drawn as in the baseline.',
    'The probe is the ridge regression (TPV); the recurrent network (GRU) is left out.',
    'States are those behind the final norm. The paper’s figures of alpha do not carry over: here alpha is relative to the length of those states.',
    'Thinking tokens between the delimiters count for the progress j/N; samples whose thinking did not end by itself are left out of the fit.',
  ],
  ledgerColumns: ['think', 'answer', 'delivered', 'total'],
  events: ['steered'],
  publishedFigures: [],
});

const LAYER_WORDS = { all: 'all layers', upper: 'upper layers', last: 'last layer' } as const;
