import { z } from 'zod';
import { defineTechnique } from './definition.js';

export const softBudgetParams = z.strictObject({
  deadline: z
    .int()
    .min(1)
    .max(1_000_000)
    .describe('Sampled thinking tokens after the opening delimiter that the model is told it may use.'),
  interval: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe(
      'Sampled thinking tokens between two announcements. Default: 250, or half of the deadline if that is less.',
    ),
  message: z
    .string()
    .min(1)
    .max(1000)
    .default('\nI have used {used} tokens, and {remaining} tokens are left to answer.\n')
    .describe('What is announced; {used} and {remaining} become numbers of tokens.'),
  atDeadline: z
    .enum(['close', 'nothing'])
    .default('close')
    .describe('close = the thinking is closed by force, as budget does it; nothing = the model goes on unannounced.'),
});

export type SoftBudgetParams = z.output<typeof softBudgetParams>;

const USUAL_INTERVAL = 250;

/** A rough length, for forecasts only. */
const TOKENS_OF_ANNOUNCEMENT = 20;

export function announcementInterval({ deadline, interval }: SoftBudgetParams): number {
  return interval ?? Math.max(1, Math.min(USUAL_INTERVAL, Math.floor(deadline / 2)));
}

export const SOFT_BUDGET = defineTechnique({
  name: 'soft-budget',
  kind: 'budget',
  summary:
    'Tells the model at fixed intervals how many thinking tokens it has used and how many are left, so that it can finish by itself. At the deadline the thinking is closed; announcements and closing text are counted as injected.',
  params: softBudgetParams,
  caption: (params) =>
    `told every ${announcementInterval(params).toLocaleString('en-US')} of ${params.deadline.toLocaleString('en-US')} tokens`,
  needsDelimiters: () => true,
  expectedThinking: (params, baseline) => {
    const sampled = params.atDeadline === 'close' ? Math.min(baseline, params.deadline) : baseline;
    const announcements = Math.floor(Math.min(sampled, params.deadline) / announcementInterval(params));
    return sampled + announcements * TOKENS_OF_ANNOUNCEMENT;
  },
  onlineOnly: 'what the model writes after an announcement stands in no stored thinking; it works online only.',
  source: 'ThoughtTerminator, arXiv 2504.13367 (its periodic interrupt messages)',
  faithfulTo: 'variant',
  differences: [
    'The deadline is a parameter; the paper predicts it from the difficulty of the question.',
    "The wording of the announcement is ours, as the paper's was not at hand; `message` takes any other.",
    'No text pattern looks for a finished answer after an announcement: the model closes its thinking itself, or the deadline does.',
    'At the deadline the thinking is closed and the model answers freely; the paper decodes the answer under a constraint.',
    'Used and remaining tokens are sampled ones; the announcements themselves are not in them.',
    'An announcement follows exactly the last token of an interval, in the middle of a word if need be.',
  ],
  ledgerColumns: ['think', 'answer', 'injected', 'delivered', 'total'],
  events: ['forced'],
  publishedFigures: [
    {
      model: 'QwQ-32B',
      benchmark: "the paper's set of questions",
      figure: 'local overthinking 13,662 → 215 tokens; accuracy 94 % → 80 %',
      marker: 'note',
    },
  ],
});
