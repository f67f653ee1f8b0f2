import { z } from 'zod';
import { defineTechnique } from './definition.js';

export const budgetParams = z.strictObject({
  tokens: z
    .int()
    .min(0)
    .max(1_000_000)
    .describe('Thinking tokens that the model may sample after the opening delimiter; then the thinking is closed.'),
  closing: z
    .string()
    .max(2000)
    .optional()
    .describe(
      "Text forced when the budget is used up. The model's closing delimiter is added behind it unless the text contains it. Default: a line break and the closing delimiter.",
    ),
});

export type BudgetParams = z.output<typeof budgetParams>;

export const BUDGET = defineTechnique({
  name: 'budget',
  kind: 'budget',
  summary:
    'Ends the thinking after a fixed number of sampled thinking tokens and lets the model answer from what it has. The forced text is counted as injected.',
  params: budgetParams,
  caption: ({ tokens }) => `hard stop at ${tokens.toLocaleString('en-US')} tokens`,
  needsDelimiters: () => true,
  expectedThinking: ({ tokens }, baseline) => Math.min(baseline, tokens),
  source:
    's1 (arXiv 2501.19393, simplescaling/s1) for the hard stop; Qwen3 and llama.cpp --reasoning-budget for the closing text',
  faithfulTo: 'variant',
  differences: [
    'Only the upper limit of s1 (budget forcing); its minimum by appended "Wait" is not part of this technique.',
    's1 forces "Final Answer:" after the delimiter, Qwen3 a sentence before it; here the default is the bare closing delimiter, and `closing` takes either text.',
    'The budget counts sampled tokens after the opening delimiter, whether the model or the prompt format wrote that delimiter.',
    'A second opening delimiter does not renew the budget (llama.cpp renews it).',
  ],
  ledgerColumns: ['think', 'answer', 'injected', 'delivered', 'total'],
  events: ['forced'],
  publishedFigures: [
    {
      model: 's1-32B',
      benchmark: 'AIME 2024',
      figure:
        'accuracy 50.0 % → 56.7 % with budget forcing (which also extends thinking by "Wait"; not this technique alone)',
      marker: 'paper',
    },
    {
      model: 's1-32B',
      benchmark: 'MATH-500',
      figure: 'accuracy 92.6 % → 93.0 % with budget forcing (same remark)',
      marker: 'paper',
    },
  ],
});
