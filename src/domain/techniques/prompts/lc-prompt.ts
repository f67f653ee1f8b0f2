import { z } from 'zod';
import type { ParamValues } from '../definition.js';
import { tokenSkipFigures } from '../compression/published.js';
import { instructionTechnique, TEXT_SECOND_HAND, TOKENSKIP_BASELINES } from './instruction.js';

export const LC_PROMPT = instructionTechnique({
  name: 'lc-prompt',
  summary:
    'Asks the model to leave out a share of the words of its chain-of-thought (LC-Prompt). The ratio is what should be kept, as everywhere in TokenSkip.',
  text: 'Please reduce {percent}% of the words in your Chain-of-Thought process.',
  place: 'suffix',
  own: {
    ratio: z
      .number()
      .min(0.01)
      .max(0.99)
      .default(0.5)
      .describe('Share of the words to keep; {percent} in the text is the rest in per cent, rounded.'),
  },
  values: (params) => ({ percent: percentLeftOut(params) }),
  caption: (params) => `asked to leave out ${percentLeftOut(params)} % of the words`,
  source: TOKENSKIP_BASELINES,
  differences: [TEXT_SECOND_HAND],
  publishedFigures: tokenSkipFigures('LC-Prompt'),
});

function percentLeftOut(params: ParamValues): number {
  return Math.round((1 - Number(params['ratio'])) * 100);
}
