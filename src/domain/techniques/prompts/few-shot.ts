import { z } from 'zod';
import { defineTechnique } from '../definition.js';

/** A solved problem shown before the question. */
export interface Example {
  readonly question: string;
  readonly answer: string;
}

export const FEW_SHOT = defineTechnique({
  name: 'few-shot',
  kind: 'prompt',
  acts: 'in-prompt',
  summary:
    'Shows solved examples of the same data set before the question. They come from its calibration items alone and are the same for all its items, so that their head is computed once.',
  params: z.strictObject({
    shots: z
      .int()
      .min(1)
      .max(32)
      .default(4)
      .describe('Examples, spread evenly over the levels of the calibration items.'),
  }),
  prompt: 'Question: {example question}\nAnswer: \\boxed{{example answer}}\n\n… Question: {question}',
  caption: ({ shots }) => `${shots} solved ${shots === 1 ? 'example' : 'examples'}`,
  source: 'Few-shot prompting, arXiv 2005.14165',
  faithfulTo: 'variant',
  differences: [
    'Examples show question and answer without a chain-of-thought, because calibration items have none.',
    'All examples stand in one user turn, not in turns of their own.',
    'Needs a registered data set with calibration items; their sha256 is part of the run’s provenance.',
  ],
  ledgerColumns: ['prompt', 'think', 'answer', 'delivered', 'total'],
  events: [],
  publishedFigures: [],
  shots: ({ shots }) => shots,
});

/** The question behind its examples. The head is equal for every question, to the last character before it. */
export function withExamples(examples: readonly Example[], question: string): string {
  const solved = examples.map((example) => `Question: ${example.question}\nAnswer: \\boxed{${example.answer}}\n\n`);
  return `${solved.join('')}Question: ${question}`;
}
