import type { PromptPiece } from './model.js';

/** How the ratio is told to a model, right behind the question. */
export const RATIO_CONTROLS = ['reference', 'qwen', 'llama3'] as const;

export type RatioControl = (typeof RATIO_CONTROLS)[number];

const DELIMITER = '<|eot_id|>';

/**
 * The pieces behind the question (hemingkx/TokenSkip, `evaluation.py`). `reference` writes every ratio, `qwen` and
 * `llama3` write none at 1; on Qwen models the delimiter is ordinary text.
 */
export function controlPieces(control: RatioControl, ratio: number): readonly PromptPiece[] {
  const delimiter: PromptPiece = { text: DELIMITER, special: control !== 'qwen' };
  const lead: readonly PromptPiece[] = control === 'llama3' ? [{ text: '\n', special: false }] : [];
  if (ratio === 1 && control !== 'reference') return lead;
  return [...lead, delimiter, { text: ratioText(ratio), special: false }, delimiter];
}

/** At least one decimal, as the ratios were trained: `0.5`, `1.0`. */
function ratioText(ratio: number): string {
  return Number.isInteger(ratio) ? ratio.toFixed(1) : String(ratio);
}
