import { z } from 'zod';
import type { PublishedFigure } from '../../technique.js';
import { defineTechnique } from '../definition.js';

export const deerParams = z.strictObject({
  threshold: z
    .number()
    .min(0)
    .max(2)
    .default(0.95)
    .describe('The thinking ends where the confidence is above this; above 1 it never does.'),
  confidence: z
    .enum(['avg1', 'avg2', 'min'])
    .default('avg1')
    .describe("Of the probe's tokens from the second on: avg1 = arithmetic mean, avg2 = geometric mean, min = least."),
  probe: z
    .enum(['greedy', 'sampled'])
    .default('greedy')
    .describe(
      'greedy = the most likely answer (as in the paper); sampled = at temperature 1 (as the published code does).',
    ),
  triggers: z
    .array(z.string().min(1).max(64))
    .min(1)
    .max(100)
    .default(['Wait'])
    .describe('Words before which the model is asked; a word is known where it is one token, blanks before it apart.'),
  maxProbes: z.int().min(0).max(10_000).default(10).describe('Probes of one sample; later triggers are passed over.'),
  probeTokens: z.int().min(1).max(500).default(20).describe('Tokens that a probe may sample.'),
  thinkShare: z
    .number()
    .min(0.01)
    .max(1)
    .default(1)
    .describe('Share of maxTokens that the thinking may use before it is left in any case; 1 = no such limit.'),
  variant: z
    .enum(['general', 'qwen3'])
    .default('general')
    .describe(
      'qwen3: a probe runs up to the closing delimiter and has confidence 0 without it (published with avg2 and thinkShare 0.8).',
    ),
  prompt: z.string().min(1).max(2000).default('\n**Final Answer**\n\\boxed').describe('Text that asks for the answer.'),
});

export type DeerParams = z.output<typeof deerParams>;

/** Where a probe ends that writes a boxed answer, as published with DEER's general variant. */
export const ANSWER_STOPS = [' }', '}\n', '}\n\n', '}.', '}.\n', '}\\', '}}', ')}', ')}.', ')}\n'] as const;

/** The published mean length on these models is 57 % to 81 % of the whole. */
const USUAL_SHARE_LEFT = 0.7;

export const DEER = defineTechnique({
  name: 'deer',
  kind: 'exit',
  summary:
    'Asks the model for its answer wherever it is about to look back ("Wait"), and ends the thinking if it writes one with confidence. Probes are discarded but counted.',
  params: deerParams,
  caption: ({ threshold, confidence }) => `leaves above ${String(threshold)} (${confidence})`,
  needsDelimiters: () => true,
  expectedThinking: ({ threshold, thinkShare }, baseline) =>
    threshold > 1 && thinkShare === 1 ? baseline : baseline * USUAL_SHARE_LEFT,
  onlineOnly:
    'as published, DEER appends "Wait" where it goes on, and what follows that word stands in no stored thinking; it works online only.',
  source: 'DEER, arXiv 2504.15895, code iie-ycx/DEER (vllm-deer.py)',
  faithfulTo: 'variant',
  differences: [
    'The code cuts the text at "Wait", re-tokenizes it and appends "Wait" when it goes on; here the model goes on with the very token that it had chosen, so that a probe that does not end the thinking changes nothing.',
    'A trigger is one token (blanks before it apart); a word that the tokenizer splits is not recognised.',
    'The default probe is greedy, as the paper says; the code leaves the temperature at 1 (probe sampled). Confidences are probabilities at temperature 1 before any filter.',
    'No thinking limit by default: it would mix the repair of truncated answers with early exits. The published commands use thinkShare 0.6 (0.8 for Qwen3), and leave at a probe within 50 tokens of it.',
    'A probe of a single token has no confidence and never ends the thinking.',
    'Probe tokens are counted (probe), which the published lengths leave out. Answer forcing, entropy transition points, DEER-PRo and branch-parallel decoding are not part of it.',
  ],
  ledgerColumns: ['think', 'answer', 'injected', 'probe', 'delivered', 'total'],
  events: ['probe', 'exit', 'forced'],
  publishedFigures: [
    published('DeepSeek-R1-Distill-Qwen-7B', 'GSM8K', '89.6 % → 90.6 % at 61.8 % of the length'),
    published('DeepSeek-R1-Distill-Qwen-7B', 'MATH-500', '87.4 % → 89.8 % at 55.5 % of the length'),
    published('DeepSeek-R1-Distill-Qwen-7B', 'AIME 2024', '41.7 % → 49.2 % at 71.5 % of the length'),
    published('Qwen3-14B', 'mean of its benchmarks', '82.8 % → 83.7 % at 57.1 % of the length'),
    published('QwQ-32B', 'mean of its benchmarks', '82.6 % → 84.0 % at 80.9 % of the length'),
  ],
});

function published(model: string, benchmark: string, figure: string): PublishedFigure {
  return { model, benchmark, figure: `accuracy ${figure}; probes not counted`, marker: 'note' };
}
