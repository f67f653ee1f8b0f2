import { z } from 'zod';
import { defineTechnique } from './definition.js';

export const BUDGET_STYLES = ['s1', 'qwen3', 'llama.cpp'] as const;

/** Published texts that stand before the closing delimiter. */
export const BUDGET_CLOSINGS = {
  qwen3: 'Considering the limited time by the user, I have to give the solution based on the thinking directly now.\n',
} as const;

const fields = z.strictObject({
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
  style: z
    .enum(BUDGET_STYLES)
    .optional()
    .describe(
      'A published closing in place of `closing`: s1 = the closing delimiter on a line of its own, then "Final Answer:"; qwen3 = its sentence about the limited time, then the delimiter; llama.cpp = the bare delimiter, as its --reasoning-budget without a message.',
    ),
});

export const budgetParams = fields.superRefine(({ closing, style }, context) => {
  if (closing === undefined || style === undefined) return;
  context.addIssue({ code: 'custom', path: ['style'], message: 'is not used together with closing' });
});

export type BudgetParams = z.output<typeof budgetParams>;

export const BUDGET = defineTechnique({
  name: 'budget',
  kind: 'budget',
  summary:
    'Ends the thinking after a fixed number of sampled thinking tokens and lets the model answer from what it has. The forced text is counted as injected.',
  params: budgetParams,
  caption: ({ tokens, style }) =>
    `hard stop at ${tokens.toLocaleString('en-US')} tokens${style === undefined ? '' : `, as ${style}`}`,
  needsDelimiters: () => true,
  expectedThinking: ({ tokens }, baseline) => Math.min(baseline, tokens),
  onlineOnly:
    'a budget needs no look at the answer: online it shares the path of the baseline, so a replay would save nothing.',
  source:
    's1 (arXiv 2501.19393, simplescaling/s1) for the hard stop; Qwen3 and llama.cpp --reasoning-budget for the closing text',
  faithfulTo: 'variant',
  differences: [
    'Only the upper limit of s1 (budget forcing); its minimum by appended "Wait" is the technique s1.',
    's1 forces "Final Answer:" after the delimiter, Qwen3 a sentence before it, llama.cpp the bare delimiter; the default here is a line break, the delimiter and what the model was trained to write behind it. `style` takes any of the three.',
    'What the model was trained to write behind its delimiter is forced too, but for style llama.cpp.',
    'llama.cpp waits until a character of several tokens is complete; here the closing text follows exactly the last token of the budget.',
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
