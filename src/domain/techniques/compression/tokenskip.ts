import { z } from 'zod';
import { controlPieces, needsRatioToken, RATIO_CONTROLS, RATIO_TOKEN, ratioFigure } from '../../compression-control.js';
import { defineTechnique } from '../definition.js';
import { tokenSkipFigures } from './published.js';
import { ratioField, scaledCap } from './ratio.js';

export const tokenskipParams = z.strictObject({
  ratio: ratioField.describe(
    'Share of the thinking that the model is asked to keep; steps between the trained ones are allowed.',
  ),
  control: z
    .enum(RATIO_CONTROLS)
    .default('reference')
    .describe(
      'Format of the ratio at the end of the user turn: the one that the model or adapter was trained with. reference = between two control tokens; qwen = the same as ordinary text, nothing at 1; llama3 = on a line of its own between two control tokens, the bare line at 1.',
    ),
  maxTokens: z
    .enum(['fixed', 'scaled-by-ratio'])
    .default('fixed')
    .describe(
      "fixed = the sampling's maxTokens at every ratio; scaled-by-ratio = maxTokens × ratio, rounded down, as the code does on MATH.",
    ),
});

export type TokenskipParams = z.output<typeof tokenskipParams>;

export const TOKENSKIP = defineTechnique({
  name: 'tokenskip',
  kind: 'compression',
  acts: 'in-prompt',
  summary:
    'Asks a model that was trained on compressed chains for a share of its usual thinking, by ratio tokens behind the question. Nothing is changed while it decodes: a model without that training ignores them or loses its way.',
  params: tokenskipParams,
  caption: ({ ratio, control, maxTokens }) =>
    `asked to keep ${ratioFigure(ratio)} of its thinking (${control})${maxTokens === 'fixed' ? '' : `, maxTokens × ${ratioFigure(ratio)}`}`,
  control: ({ control, ratio }) => controlPieces(control, ratio),
  controlToken: ({ control }) => (needsRatioToken(control) ? RATIO_TOKEN : null),
  maxTokens: ({ ratio, maxTokens }, cap) => (maxTokens === 'fixed' ? cap : scaledCap(ratio, cap)),
  expectedThinking: ({ ratio }, baseline) => baseline * ratio,
  source: 'TokenSkip, arXiv 2502.12067, code hemingkx/TokenSkip (evaluation.py)',
  faithfulTo: 'variant',
  differences: [
    'maxTokens is the same at every ratio by default. The code multiplies it by the ratio on MATH, and what it then cuts shortens the mean; at equal maxTokens ratios of 0.7 to 0.9 beat the original there (its Figure 9). scaled-by-ratio does as the code does, rounded down.',
    'control reference puts a ratio of 1.0 between its tokens too, as those models were trained; llama3 and qwen print none at 1, as the code does.',
    'The ratio ends the user turn, behind a suffix if the suite has one; the instruction to reason step by step is no part of it (the code has it before the question: set it as prompt.prefix).',
    'ActRatio counts the engine\'s tokens of the thinking part, delimiters included (of the whole reply where a model marks no thinking); the code tokenizes the text before "The final answer is:" again, and the whole output where that is missing.',
    'Ratios below 0.5 and between the published steps are allowed; the paper trains 0.5 to 1.0 and finds that adherence collapses below (its Figure 6).',
  ],
  ledgerColumns: ['prompt', 'think', 'answer', 'delivered', 'total'],
  events: [],
  publishedFigures: [
    ...tokenSkipFigures('TokenSkip'),
    qwen('3B', '83.7 % / 314.87 → 74.4 % / 170.55 at ratio 0.5'),
    qwen('7B', '91.4 % / 297.83 → 86.0 % / 151.44 at ratio 0.5'),
    qwen('14B', '93.1 % / 313.11 → 93.4 % / 218.62 at ratio 0.7'),
    qwen('14B', '93.1 % / 313.11 → 92.7 % / 180.68 at ratio 0.6'),
    qwen('14B', '93.1 % / 313.11 → 91.4 % / 156.85 at ratio 0.5'),
  ],
});

function qwen(size: string, figure: string) {
  const model = `Qwen2.5-${size}-Instruct`;
  return { model, benchmark: 'GSM8K', figure: `accuracy / tokens: ${figure} (Table 2)`, marker: 'note' } as const;
}
