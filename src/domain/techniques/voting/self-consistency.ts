import { z } from 'zod';
import { defineTechnique } from '../definition.js';
import { EQUALITY, thinking, TIES, WINNER } from './paths.js';

export const selfConsistencyParams = z.strictObject({
  paths: z.int().min(1).max(64).default(5).describe('Paths that vote; each is sampled with random numbers of its own.'),
  thinking,
  early: z
    .boolean()
    .default(true)
    .describe('End the vote when the paths still to come cannot change the winner; the winner is the same either way.'),
  maxTotal: z
    .int()
    .min(1)
    .max(100_000_000)
    .optional()
    .describe(
      'No path is begun when those before it have delivered this many tokens; a path that was begun is finished. Default: no limit.',
    ),
});

export type SelfConsistencyParams = z.output<typeof selfConsistencyParams>;

export const SELF_CONSISTENCY = defineTechnique({
  name: 'self-consistency',
  kind: 'voting',
  summary:
    'Samples several paths and takes the answer that most of them give. All paths are charged, and the vote ends as soon as it is decided.',
  params: selfConsistencyParams,
  caption: ({ paths, thinking: how }) => `${paths} paths vote${how === 'none' ? ', none thinks' : ''}`,
  needsDelimiters: ({ thinking: how }) => how === 'none',
  expectedThinking: ({ thinking: how }, baseline) => (how === 'none' ? 0 : baseline),
  paths: ({ paths, early, maxTotal }) => ({
    least: maxTotal === undefined ? (early ? Math.ceil(paths / 2) : paths) : 1,
    most: paths,
  }),
  source:
    'Self-consistency, arXiv 2203.11171 (majority vote); parallel thinking: none follows NoThinking, arXiv 2504.09858 (cons@k)',
  faithfulTo: 'variant',
  differences: [
    'The vote ends when it is decided (early: false runs all paths); the source always runs all of them.',
    TIES,
    EQUALITY,
    WINNER,
    "thinking: none prefills an empty thinking, not the paper's sentence, and forces no budget on a path.",
    'maxTotal ends the vote at equal total tokens: the sum may exceed it by less than one path, and the paths that are there decide.',
  ],
  ledgerColumns: ['prompt', 'think', 'answer', 'injected', 'delivered', 'total'],
  events: ['vote', 'forced'],
  publishedFigures: [
    {
      model: 'DeepSeek-R1-Distill-Qwen-32B',
      benchmark: 'AMC 2023',
      figure:
        'parallel NoThinking with best-of-N 55.8 %, thinking 54.1 %, at a ninth of the latency (another way to choose among paths)',
      marker: 'note',
    },
  ],
});
