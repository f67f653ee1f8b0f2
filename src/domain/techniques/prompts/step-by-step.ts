import { instructionTechnique } from './instruction.js';

export const STEP_BY_STEP = instructionTechnique({
  name: 'step-by-step',
  summary:
    'Asks for step-by-step reasoning and a boxed answer: the usual prompt of reasoning evaluations. A control for the other instructions, because it asks for no shortening.',
  text: 'Please reason step by step, and put your final answer within \\boxed{}.',
  place: 'suffix',
  own: {},
  caption: () => 'asked to reason step by step',
  source: 'Prompt of DEER (iie-ycx/DEER) and TokenSkip (hemingkx/TokenSkip)',
  differences: [
    'After the question by default; DEER uses the system turn, TokenSkip a line before the question (`place`).',
  ],
  publishedFigures: [],
});
