import { tokenSkipFigures } from '../compression/published.js';
import { instructionTechnique, TEXT_SECOND_HAND, TOKENSKIP_BASELINES } from './instruction.js';

export const ABBRE_WORDS = instructionTechnique({
  name: 'abbre-words',
  summary: 'Asks the model to abbreviate words (AbbreWords). Nothing is changed while it decodes.',
  text: 'Abbreviate words as much as possible.',
  place: 'suffix',
  own: {},
  caption: () => 'asked to abbreviate',
  source: TOKENSKIP_BASELINES,
  differences: [TEXT_SECOND_HAND],
  publishedFigures: tokenSkipFigures('AbbreWords'),
});
