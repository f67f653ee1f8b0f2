import * as fc from 'fast-check';
import { LaconicError, type ModelCard, type PromptPiece } from '../domain/index.js';
import { CHAT_FORMAT_NAMES, chatFormat, recogniseChatFormat } from './chat-formats.js';
import { closingPieces, noThinkingPieces, renderPrompt } from './prompt.js';
import { REFERENCE_CARD } from './testing/reference-card.js';

const NO_EXTRAS = { system: null, prefix: null, suffix: null };

const THINK = { open: '<think>', close: '</think>', afterClose: '\n\n' };
const OPENED: ModelCard = { ...REFERENCE_CARD, think: { ...THINK, openedByPrompt: true } };

function text(pieces: readonly PromptPiece[]): string {
  return pieces.map((piece) => piece.text).join('');
}

function special(pieces: readonly PromptPiece[]): string[] {
  return pieces.filter((piece) => piece.special).map((piece) => piece.text);
}

describe('renderPrompt', () => {
  it('writes the turns of the reference model when nothing is added', () => {
    expect(renderPrompt(chatFormat('chatml'), NO_EXTRAS, 'What is 1 + 1?')).toEqual([
      { text: '<|im_start|>', special: true },
      { text: 'user\nWhat is 1 + 1?', special: false },
      { text: '<|im_end|>', special: true },
      { text: '\n', special: false },
      { text: '<|im_start|>', special: true },
      { text: 'assistant\n', special: false },
    ]);
  });

  it.each([
    ['chatml', '<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nA\nQ\nZ<|im_end|>\n<|im_start|>assistant\n'],
    [
      'llama3',
      '<|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nA\nQ\nZ<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
    ],
    ['gemma', '<start_of_turn>user\nS\n\nA\nQ\nZ<end_of_turn>\n<start_of_turn>model\n'],
    ['deepseek-r1', '<｜User｜>S\n\nA\nQ\nZ<｜Assistant｜><think>\n'],
    ['plain', 'S\n\nA\nQ\nZ\n'],
  ])('puts system text, prefix and suffix where %s has them', (name, expected) => {
    expect(text(renderPrompt(chatFormat(name), { system: 'S', prefix: 'A', suffix: 'Z' }, 'Q'))).toBe(expected);
  });

  it('never lets a question forge a control token, in any format', () => {
    const markers = [
      '<|im_start|>',
      '<|im_end|>',
      '<|eot_id|>',
      '<think>',
      '</think>',
      '<｜User｜>',
      '<start_of_turn>',
      'system\n',
    ];
    const hostile = fc
      .array(fc.oneof(fc.string(), fc.constantFrom(...markers)), { maxLength: 8 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.constantFrom(...CHAT_FORMAT_NAMES), hostile, fc.option(hostile), (name, question, system) => {
        const format = chatFormat(name);
        const prompt = { system, prefix: null, suffix: null };
        const pieces = renderPrompt(format, prompt, question);
        expect(special(pieces)).toEqual(special(renderPrompt(format, { ...prompt, system: system && 'S' }, 'Q')));
        expect(text(pieces)).toContain(question);
      }),
    );
  });

  it('makes one piece of text that touches and none of nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CHAT_FORMAT_NAMES), fc.string(), (name, question) => {
        const pieces = renderPrompt(chatFormat(name), { system: 'S', prefix: 'A', suffix: '' }, question);
        const touching = pieces.filter((piece, index) => !piece.special && pieces[index + 1]?.special === false);
        expect(touching).toEqual([]);
        expect(pieces.filter((piece) => piece.text === '')).toEqual([]);
      }),
    );
  });
});

describe('closingPieces', () => {
  it('is a line break, the delimiter and what follows it when no text is given', () => {
    expect(closingPieces(REFERENCE_CARD)).toEqual([
      { text: '\n', special: false },
      { text: '</think>', special: true },
      { text: '\n\n', special: false },
    ]);
  });

  it('adds the delimiter behind a text of the user when the text lacks it', () => {
    expect(text(closingPieces(REFERENCE_CARD, '\nTime is up.\n'))).toBe('\nTime is up.\n</think>\n\n');
    expect(text(closingPieces(REFERENCE_CARD, 'Stop.</think>\n\n\\boxed{'))).toBe('Stop.</think>\n\n\\boxed{');
    expect(special(closingPieces(REFERENCE_CARD, 'Stop.</think>\n\n\\boxed{'))).toEqual(['</think>']);
  });

  it('refuses a model that does not mark its thinking', () => {
    expect(() => closingPieces({ ...REFERENCE_CARD, think: null })).toThrow(LaconicError);
  });
});

describe('noThinkingPieces', () => {
  it('is empty thinking when no text is given', () => {
    expect(text(noThinkingPieces(REFERENCE_CARD))).toBe('<think>\n\n</think>\n\n');
    expect(special(noThinkingPieces(REFERENCE_CARD))).toEqual(['<think>', '</think>']);
  });

  it('puts a text of the user on lines of its own', () => {
    expect(text(noThinkingPieces(REFERENCE_CARD, 'Okay, I think I have finished thinking.'))).toBe(
      '<think>\nOkay, I think I have finished thinking.\n</think>\n\n',
    );
  });

  it('leaves the opening out when the prompt has written it', () => {
    expect(text(noThinkingPieces(OPENED))).toBe('\n</think>\n\n');
  });
});

describe('chatFormat', () => {
  it('suggests the nearest name when there is no such format', () => {
    expect(() => chatFormat('chatlm')).toThrow(
      expect.objectContaining({ code: 'model-invalid', hint: expect.stringContaining('did you mean chatml') }),
    );
    expect(() => chatFormat('constructor')).toThrow(LaconicError);
  });

  it.each([
    ["{{ '<|im_start|>' + role }}", 'chatml'],
    ["{{ '<|start_header_id|>' }}", 'llama3'],
    ["{{ '<start_of_turn>' }}", 'gemma'],
    ["{{ '<｜User｜>' }}{{ '<｜Assistant｜>' }}", 'deepseek-r1'],
    ['### Instruction', null],
  ])('recognises %s by its control tokens', (template, name) => {
    expect(recogniseChatFormat(template)).toBe(name);
  });
});
