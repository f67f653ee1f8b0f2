import { tokenSkipFigures } from '../compression/published.js';
import { instructionTechnique, TEXT_SECOND_HAND, TOKENSKIP_BASELINES } from './instruction.js';

export const BE_CONCISE = instructionTechnique({
  name: 'be-concise',
  summary:
    'Asks the model to be concise (BeConcise). Nothing is changed while it decodes, so how much it shortens is up to the model.',
  text: 'Be concise.',
  place: 'suffix',
  own: {},
  caption: () => 'asked to be concise',
  source: TOKENSKIP_BASELINES,
  differences: [TEXT_SECOND_HAND],
  publishedFigures: tokenSkipFigures('BeConcise'),
});
