import { z } from 'zod';
import { defineTechnique } from './definition.js';

export const s1Params = z.strictObject({
  tokens: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe(
      'Upper limit: sampled thinking tokens after the opening delimiter; then the thinking is closed and "Final Answer:" follows. Default: none but maxTokens.',
    ),
  waits: z
    .int()
    .min(0)
    .max(100)
    .default(1)
    .describe('Lower limit: how many times the end of the thinking is withheld and the text in `wait` appended.'),
  wait: z.string().min(1).max(200).default('Wait').describe('What is appended in place of a withheld end.'),
});

export type S1Params = z.output<typeof s1Params>;

/** Behind the closing delimiter where the upper limit ends the thinking. */
export const S1_ANSWER = 'Final Answer:';

export const S1 = defineTechnique({
  name: 's1',
  kind: 'budget',
  summary:
    'Budget forcing: where the model would end its thinking, the end is withheld and "Wait" appended, a number of times; after a fixed number of sampled thinking tokens the thinking is closed and "Final Answer:" follows. Appended and closing text is counted as injected.',
  params: s1Params,
  caption: ({ tokens, waits }) => {
    const lower = `${waits} × Wait`;
    return tokens === undefined ? lower : `${lower}, at most ${tokens.toLocaleString('en-US')} tokens`;
  },
  needsDelimiters: () => true,
  // Each appended text is taken to make the model check once more, which costs it about half of what it had thought.
  expectedThinking: ({ tokens, waits }, baseline) => Math.min(baseline * (1 + waits / 2), tokens ?? Infinity),
  onlineOnly:
    's1 appends "Wait" to the thinking, and what follows it stands in no stored thinking; it works online only.',
  source: 's1, arXiv 2501.19393, and its evaluation code (simplescaling/s1, eval fork of lm-evaluation-harness)',
  faithfulTo: 'variant',
  differences: [
    'The upper limit counts the sampled tokens of the whole thinking; the code gives each round that many anew, then cuts what exceeds them, appended text included.',
    'A withheld end costs nothing: it is not in the budget, and no token is decoded for it. The code counts it.',
    'An end of the sample inside the thinking is withheld like the delimiter; when no withholding is left, it ends the sample, where the code would go on to an answer.',
    'The delimiters are those of the model, not s1\'s "<|im_start|>think" and "<|im_start|>answer"; where the model ends its thinking itself, nothing is forced behind its delimiter.',
    'The automatic upper limit (what maxTokens leaves after 100 tokens for the answer) is not offered.',
    'The end can be withheld only where the closing delimiter is one token of the vocabulary; other models are refused.',
  ],
  ledgerColumns: ['think', 'answer', 'injected', 'delivered', 'total'],
  events: ['wait-inserted', 'forced', 'suppressed'],
  publishedFigures: [
    {
      model: 's1-32B',
      benchmark: 'AIME 2024',
      figure: 'accuracy 50.0 % → 56.7 % with budget forcing; Control 100 %, Scaling 15, Performance 56.7 %',
      marker: 'paper',
    },
    {
      model: 's1-32B',
      benchmark: 'MATH-500',
      figure: 'accuracy 92.6 % → 93.0 % with budget forcing',
      marker: 'paper',
    },
    {
      model: 's1-32B',
      benchmark: 'GPQA Diamond',
      figure: 'accuracy 56.6 % → 59.6 % with budget forcing',
      marker: 'paper',
    },
  ],
});
