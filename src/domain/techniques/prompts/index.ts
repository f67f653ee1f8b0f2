import { ABBRE_WORDS } from './abbre-words.js';
import { BATCH_PROMPTING } from './batch-prompting.js';
import { BE_CONCISE } from './be-concise.js';
import { CHAIN_OF_DRAFT } from './chain-of-draft.js';
import { FEW_SHOT } from './few-shot.js';
import { LC_PROMPT } from './lc-prompt.js';
import { ONLY_NUMBERS } from './only-numbers.js';
import { STEP_BY_STEP } from './step-by-step.js';
import { TOKEN_BUDGET } from './token-budget.js';

export { batchAnswers, batchQuestion } from './batch-prompting.js';
export { withExamples, type Example } from './few-shot.js';

/** Techniques that act through the prompt alone. */
export const PROMPT_TECHNIQUES = [
  BE_CONCISE,
  ONLY_NUMBERS,
  ABBRE_WORDS,
  LC_PROMPT,
  CHAIN_OF_DRAFT,
  TOKEN_BUDGET,
  STEP_BY_STEP,
  FEW_SHOT,
  BATCH_PROMPTING,
] as const;
