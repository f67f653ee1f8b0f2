import { controlPieces, RATIO_CONTROLS, RATIO_TOKEN, ratioFigure } from './compression-control.js';

const marker = { text: RATIO_TOKEN, special: true };
const plain = (text: string) => ({ text, special: false });

describe(controlPieces.name, () => {
  it('puts the ratio between two control tokens for models trained with them, 1.0 included', () => {
    expect(controlPieces('reference', 0.3)).toEqual([marker, plain('0.3'), marker]);
    expect(controlPieces('reference', 1)).toEqual([marker, plain('1.0'), marker]);
  });

  it('writes it as ordinary text for qwen, and nothing at 1.0', () => {
    expect(controlPieces('qwen', 0.5)).toEqual([plain('<|eot_id|>0.5<|eot_id|>')]);
    expect(controlPieces('qwen', 1)).toEqual([]);
  });

  it('opens a line for llama3, and leaves the end of the turn to the chat format', () => {
    expect(controlPieces('llama3', 0.5)).toEqual([plain('\n'), marker, plain('0.5'), marker]);
    expect(controlPieces('llama3', 1)).toEqual([plain('\n')]);
  });

  it.each(RATIO_CONTROLS)('prints a ratio between the trained ones as it is: %s', (control) => {
    const written = controlPieces(control, 0.55).map(({ text }) => text);
    expect(written.join('')).toContain('<|eot_id|>0.55<|eot_id|>');
  });
});

describe(ratioFigure.name, () => {
  it.each([
    [0.1, '0.1'],
    [0.7, '0.7'],
    [0.125, '0.125'],
    [1, '1.0'],
  ])('%d is %s', (ratio, figure) => {
    expect(ratioFigure(ratio)).toBe(figure);
  });
});
