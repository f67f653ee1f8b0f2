import { z } from 'zod';
import { instructionTechnique } from './instruction.js';

export const TOKEN_BUDGET = instructionTechnique({
  name: 'token-budget',
  summary:
    'Tells the model how many tokens it may use and leaves the keeping to it (TALE-EP’s announcement). The technique budget enforces its limit instead.',
  text: "Let's think step by step and use less than {tokens} tokens:",
  place: 'suffix',
  own: { tokens: z.int().min(1).max(1_000_000).default(100).describe('The number announced; nothing enforces it.') },
  caption: (params) => `told to use less than ${String(params['tokens'])} tokens`,
  source: 'TALE-EP, arXiv 2412.18547; text from its code (utils/prompt_template.py)',
  differences: [
    'One budget for all items of an arm; TALE-EP first asks the model to estimate a budget for each question, a call that this technique neither makes nor charges.',
    'Without the "Q:" and "A:" labels around the question.',
  ],
  publishedFigures: [
    {
      model: 'several',
      benchmark: 'mean over its benchmarks',
      figure:
        '67 % fewer output tokens than chain-of-thought, with a small loss of accuracy (budget estimated per question)',
      marker: 'note',
    },
  ],
});
