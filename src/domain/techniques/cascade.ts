import { z } from 'zod';
import { defineTechnique } from './definition.js';

export const cascadeParams = z.strictObject({
  first: z
    .string()
    .min(1)
    .max(64)
    .describe('Name of the arm that answers first: without thinking, or with a smaller model.'),
  threshold: z
    .number()
    .min(0)
    .max(1)
    .default(0.9)
    .describe('The first answer stands where its certainty is at least this; below, the item is handed on.'),
  signal: z
    .enum(['answer-mean', 'answer-least'])
    .default('answer-mean')
    .describe(
      "Certainty: of the probabilities of the first answer's sampled tokens, the arithmetic mean or the least; 0 where it has none.",
    ),
});

export type CascadeParams = z.output<typeof cascadeParams>;

/** Share of items that is expected to be handed on, where nothing is known. */
const USUAL_SHARE = 0.5;

export const CASCADE = defineTechnique({
  name: 'cascade',
  kind: 'none',
  summary:
    'Keeps the answer that another arm gave first where that was certain, and lets the model think where it was not. An item that is handed on pays for both.',
  params: cascadeParams,
  caption: ({ first, threshold, signal }) => `${first} first, handed on below ${String(threshold)} (${signal})`,
  dependsOn: ({ first }) => ({ arm: first, parameter: 'first', uses: 'answer' }),
  longerWay: 'escalates',
  expectedThinking: (_params, baseline) => baseline * USUAL_SHARE,
  onlineOnly: 'it goes through no thinking; what it takes over is an answer.',
  source: 'FrugalGPT, arXiv 2305.05176',
  faithfulTo: 'variant',
  differences: [
    'The published scorer is a trained model that judges the answer; here it is the certainty of the model that wrote the answer (its probabilities at temperature 1, before any filter).',
    'One step: from the arm that answers first to the thinking of this one. More steps are made by naming a cascade as `first`.',
    'A first answer that is given up was generated and not delivered, so its delivered tokens are charged as rejected, its probes as probes and its prompt as prompt.',
    "A token counts the same whichever model wrote it; the published figures are prices. The first arm's tokens are decoded once for both arms and charged to both.",
  ],
  ledgerColumns: ['prompt', 'think', 'answer', 'injected', 'probe', 'rejected', 'delivered', 'total'],
  events: ['route'],
  publishedFigures: [
    {
      model: 'commercial models',
      benchmark: 'best case reported',
      figure: 'up to 98 % lower cost',
      marker: 'note',
    },
  ],
});
