import { z } from 'zod';
import { defineTechnique } from '../definition.js';
import { EQUALITY, thinking, TIES, WINNER } from './paths.js';

export const bestOfNParams = z.strictObject({
  paths: z
    .int()
    .min(1)
    .max(64)
    .default(5)
    .describe('Paths to choose among; each is sampled with random numbers of its own.'),
  by: z
    .literal('self-certainty')
    .default('self-certainty')
    .describe('What paths are ranked by: the mean distance of their distributions from the uniform one.'),
  aggregate: z
    .enum(['best', 'borda'])
    .default('best')
    .describe(
      'best = the path with the highest self-certainty; borda = a vote in which a path weighs more the higher it ranks.',
    ),
  power: z
    .number()
    .min(0)
    .max(100)
    .default(0.5)
    .describe('borda: the path at rank r of N weighs (N − r + 1)^power; 0 is a majority vote.'),
  thinking,
});

export type BestOfNParams = z.output<typeof bestOfNParams>;

export const BEST_OF_N = defineTechnique({
  name: 'best-of-n',
  kind: 'voting',
  summary:
    'Samples several paths and takes the answer of the one that the model was most certain of, without any judge. All paths are charged.',
  params: bestOfNParams,
  caption: ({ paths, aggregate }) =>
    aggregate === 'best' ? `most certain of ${paths} paths` : `${paths} paths vote by certainty`,
  needsDelimiters: ({ thinking: how }) => how === 'none',
  expectedThinking: ({ thinking: how }, baseline) => (how === 'none' ? 0 : baseline),
  paths: ({ paths }) => ({ least: paths, most: paths }),
  certainty: () => true,
  source: 'Self-certainty, arXiv 2502.18581, known second hand; thinking: none follows NoThinking, arXiv 2504.09858',
  faithfulTo: 'variant',
  differences: [
    'Formulas of self-certainty and of the Borda vote are known second hand. Self-certainty is averaged over every sampled token of a path, thinking included; forced tokens are left out, and so are tokens that the model gives no probability at all.',
    'Only paths with an answer are ranked; of equal self-certainty the earlier one ranks higher.',
    'The default power of the Borda vote is chosen here, not published; the source fits it to N.',
    TIES,
    EQUALITY,
    WINNER,
  ],
  ledgerColumns: ['prompt', 'think', 'answer', 'injected', 'delivered', 'total'],
  events: ['vote', 'forced'],
  publishedFigures: [
    {
      model: 'DeepSeek-R1-Distill-Qwen-32B',
      benchmark: 'AMC 2023',
      figure: 'parallel NoThinking with best-of-N 55.8 %, thinking 54.1 %, at a ninth of the latency',
      marker: 'note',
    },
  ],
});
