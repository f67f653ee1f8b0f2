import { z } from 'zod';
import { instructionTechnique } from './instruction.js';

export const CHAIN_OF_DRAFT = instructionTechnique({
  name: 'chain-of-draft',
  summary:
    'Asks for a draft of a few words per step instead of sentences, and for the answer behind "####". Stands in the system turn, as its code puts it.',
  text: 'Think step by step, but only keep minimum draft for each thinking step, with {words} words at most. Return the answer at the end of the response after a separator ####.',
  place: 'system',
  own: { words: z.int().min(1).max(100).default(5).describe('Words per step, at most.') },
  caption: (params) => `drafts of ${String(params['words'])} words a step`,
  source: 'Chain of Draft, arXiv 2502.18600; text from its code (configs/gsm8k_cod.yaml)',
  differences: [
    'Without the worked examples that the code adds by default.',
    'The answer may stand behind "####" or in \\boxed{}; a box counts first.',
  ],
  publishedFigures: [
    {
      model: 'several',
      benchmark: 'best case over its tasks',
      figure: 'as little as 7.6 % of the tokens of chain-of-thought',
      marker: 'abstract',
    },
    {
      model: 'GPT-4o',
      benchmark: 'GSM8K',
      figure: 'accuracy / tokens: about 95 % / 200 → 91 % / 40, against chain-of-thought with examples',
      marker: 'note',
    },
  ],
});
