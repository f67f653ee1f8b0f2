import { z } from 'zod';
import { defineTechnique } from './definition.js';

export const nothinkingParams = z.strictObject({
  prefill: z
    .string()
    .max(2000)
    .optional()
    .describe(
      'Thinking written for the model, without delimiters (they are added). Default: empty thinking. The paper uses "Okay, I think I have finished thinking."',
    ),
});

export type NothinkingParams = z.output<typeof nothinkingParams>;

export const NOTHINKING = defineTechnique({
  name: 'nothinking',
  kind: 'none',
  summary:
    'Starts the reply with a finished thinking part, so that the model answers at once. What it still works out in the answer counts as answer.',
  params: nothinkingParams,
  caption: ({ prefill }) => (prefill === undefined ? 'empty thinking block' : 'prefilled thinking'),
  needsDelimiters: () => true,
  expectedThinking: () => 0,
  source: 'NoThinking, arXiv 2504.09858; Qwen3 writes the empty form when thinking is switched off',
  faithfulTo: 'variant',
  differences: [
    'The default prefill is empty thinking; the paper writes "Okay, I think I have finished thinking." (set `prefill` to that for its form).',
    "One sample per item and repeat: the paper's parallel sampling with voting is not part of this technique.",
    'No token budget is forced on the answer; maxTokens caps it.',
  ],
  ledgerColumns: ['think', 'answer', 'injected', 'delivered', 'total'],
  events: ['forced'],
  publishedFigures: [
    {
      model: 'DeepSeek-R1-Distill-Qwen-32B',
      benchmark: 'AMC 2023, 700 tokens',
      figure: 'accuracy 51.3 % without thinking, 28.9 % with (2.0–5.1 times fewer tokens on competition maths)',
      marker: 'note',
    },
    {
      model: 'QwQ-32B',
      benchmark: 'AMC 2023',
      figure:
        'accuracy / mean length: 91.25 % / 7,542 tokens → 72.50 % / 4,265 tokens (as measured by arXiv 2506.08343)',
      marker: 'paper',
    },
    {
      model: 'Qwen3-32B',
      benchmark: 'AIME 2024',
      figure:
        'accuracy / mean length: 81.33 % / 12,720 tokens → 25.33 % / 2,511 tokens (as measured by arXiv 2506.08343)',
      marker: 'paper',
    },
  ],
});
