import { tokenSkipFigures } from '../compression/published.js';
import { instructionTechnique, TEXT_SECOND_HAND, TOKENSKIP_BASELINES } from './instruction.js';

export const ONLY_NUMBERS = instructionTechnique({
  name: 'only-numbers',
  summary:
    'Asks the model to write numbers and equations instead of sentences (OnlyNumbers). Nothing is changed while it decodes.',
  text: 'Only use numbers or equations.',
  place: 'suffix',
  own: {},
  caption: () => 'asked for numbers only',
  source: TOKENSKIP_BASELINES,
  differences: [TEXT_SECOND_HAND],
  publishedFigures: tokenSkipFigures('OnlyNumbers'),
});
