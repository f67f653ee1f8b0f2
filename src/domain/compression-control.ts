import type { PromptPiece } from './model.js';

/** Formats in which a model is told what share of its thinking to keep; each model knows the one that it was trained with. */
export const RATIO_CONTROLS = ['reference', 'qwen', 'llama3'] as const;

export type RatioControl = (typeof RATIO_CONTROLS)[number];

/** Encloses the ratio. A control token of Llama 3 and of the reference models; ordinary text to others. */
export const RATIO_TOKEN = '<|eot_id|>';

const MARKER: PromptPiece = { text: RATIO_TOKEN, special: true };

/**
 * What ends the user turn (TokenSkip, arXiv 2502.12067, evaluation.py of hemingkx/TokenSkip). `reference`: the ratio between two
 * control tokens, 1.0 included. `qwen`: the same as ordinary text, and nothing at 1.0. `llama3`: a line break, then the ratio
 * between two control tokens, at 1.0 the line break alone; the turn's own end is the code's last control token.
 */
export function controlPieces(control: RatioControl, ratio: number): readonly PromptPiece[] {
  const figure = text(ratioFigure(ratio));
  switch (control) {
    case 'reference':
      return [MARKER, figure, MARKER];
    case 'qwen':
      return ratio === 1 ? [] : [text(`${RATIO_TOKEN}${figure.text}${RATIO_TOKEN}`)];
    case 'llama3':
      return ratio === 1 ? [text('\n')] : [text('\n'), MARKER, figure, MARKER];
  }
}

/** As the training data print it: `0.5`, `0.55`, `1.0`. */
export function ratioFigure(ratio: number): string {
  return Number.isInteger(ratio) ? ratio.toFixed(1) : String(ratio);
}

/** Whether a model without the control token would read the ratio as something that it was never trained with. */
export function needsRatioToken(control: RatioControl): boolean {
  return control !== 'qwen';
}

function text(content: string): PromptPiece {
  return { text: content, special: false };
}
