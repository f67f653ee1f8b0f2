import { array, assert, boolean, constantFrom, property, tuple } from 'fast-check';
import { wordMask, wordsOf } from './word-mask.js';

const word = constantFrom('so', '4', '+', 'four', '=', '7', 'and');

describe(wordsOf.name, () => {
  it('loses nothing, and sets punctuation apart', () => {
    expect(wordsOf('So: 4+3 =\n7. ')).toEqual(['So', ':', ' 4', '+', '3', ' =', '\n7', '.', ' ']);
    assert(property(array(word), (words) => expect(wordsOf(words.join('  ')).join('')).toBe(words.join('  '))));
  });
});

describe(wordMask.name, () => {
  it('finds every word of a text that words were only taken from', () => {
    assert(
      property(array(tuple(word, boolean())), (words) => {
        const left = words.filter(([, kept]) => kept).map(([text]) => text);
        const { kept, unmatched, words: whole } = wordMask(words.map(([text]) => text).join(' '), left.join(' '));
        expect(unmatched).toBe(0);
        expect(whole.filter((_, index) => kept[index]).map((text) => text.trim())).toEqual(left);
      }),
    );
  });

  it('counts words that the original does not have, or has no more', () => {
    expect(wordMask('4 + 3 = 7', '4 plus 7 3').unmatched).toBe(2);
  });
});
