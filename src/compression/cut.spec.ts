import { array, assert, constantFrom, property, string } from 'fast-check';
import { chainRange } from './cut.js';

const THINK = { open: '<think>', close: '</think>', afterClose: '\n\n', openedByPrompt: false };

function cut(texts: readonly string[], openedByPrompt = false): readonly string[] {
  const { first, end } = chainRange(texts, { ...THINK, openedByPrompt });
  return texts.slice(first, end);
}

describe(chainRange.name, () => {
  it('leaves out delimiters and blank edges where the delimiters are control tokens', () => {
    expect(cut(['', '\n', 'So', ' 4', '.\n', ''])).toEqual(['So', ' 4']);
    expect(cut(['', '\n', 'So', ' 4', '\n', ''])).toEqual(['So', ' 4']);
  });

  it('leaves out delimiters that are several tokens of text', () => {
    expect(cut(['<', 'think', '>', '\n', 'So', ' 4', '\n', '</', 'think', '>'])).toEqual(['So', ' 4']);
  });

  it('counts a token of both as frame', () => {
    expect(cut(['<think', '>So', ' 4', ' is', '.</', 'think>'])).toEqual([' 4', ' is']);
  });

  it('begins with the first token where the prompt opens the thinking', () => {
    expect(cut(['So', ' <think>', ' 4', '</think>'], true)).toEqual(['So', ' <think>', ' 4']);
  });

  it('is empty where nothing was thought', () => {
    for (const texts of [[], [''], ['', '\n\n', ''], ['<think>', '\n', '</think>']]) expect(cut(texts)).toEqual([]);
  });

  it('keeps all tokens between blank edges, however they are cut', () => {
    const word = string({ minLength: 1, maxLength: 4, unit: constantFrom('a', 'b', ' ', '7') }).filter(
      (text) => text.trim() !== '',
    );
    assert(
      property(array(word, { minLength: 1 }), (words) => {
        const tokens = words.map((text, index) => (index === words.length - 1 ? text.trimEnd() : text));
        const first = tokens[0] ?? '';
        const whole = [first.trimStart(), ...tokens.slice(1)];
        expect(cut(['', '\n', ...whole, '\n', ''])).toEqual(whole);
      }),
    );
  });
});
