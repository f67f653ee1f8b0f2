import { array, assert, constantFrom, integer, property, string } from 'fast-check';
import { spreadOverTokens, unitsBefore, windowsOf, type Piece } from './pieces.js';

/** One piece for every run of letters or full stop. */
function piecesOf(text: string): Piece[] {
  return [...text.matchAll(/[^\s.]+|\./g)].map((match, id) => ({
    id,
    start: match.index,
    end: match.index + match[0].length,
  }));
}

function windowTexts(text: string, most: number): string[][] {
  return windowsOf(text, piecesOf(text), most).map((window) => window.map(({ start, end }) => text.slice(start, end)));
}

describe(unitsBefore.name, () => {
  it('counts a code point beyond the first plane as two', () => {
    expect(unitsBefore('a😀b')).toEqual([0, 1, 3, 4]);
    expect(unitsBefore('')).toEqual([0]);
  });
});

describe(windowsOf.name, () => {
  it('is one window where all fits', () => {
    expect(windowTexts('a b. c', 4)).toEqual([['a', 'b', '.', 'c']]);
  });

  it('cuts behind the last sentence that fits', () => {
    expect(windowTexts('a. b. c d e', 5)).toEqual([
      ['a', '.', 'b', '.'],
      ['c', 'd', 'e'],
    ]);
    expect(windowTexts('a b\nc d e f', 5)).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e', 'f'],
    ]);
  });

  it('cuts anywhere in a sentence that is too long', () => {
    expect(windowTexts('a b c d e', 2)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('leaves no piece out, repeats none and fits', () => {
    const texts = array(string({ unit: constantFrom('a', '.', ' ', '\n'), maxLength: 60 }), { maxLength: 3 });
    assert(
      property(texts, integer({ min: 1, max: 9 }), (parts, most) => {
        const text = parts.join('\n');
        const windows = windowsOf(text, piecesOf(text), most);
        expect(windows.flat()).toEqual(piecesOf(text));
        expect(windows.every(({ length }) => length >= 1 && length <= most)).toBe(true);
      }),
    );
  });
});

describe(spreadOverTokens.name, () => {
  const pieces = [
    { id: 0, start: 0, end: 3 },
    { id: 1, start: 3, end: 4 },
    { id: 2, start: 5, end: 9 },
  ];

  it('takes the largest value of the pieces that share text with the token', () => {
    expect(spreadOverTokens(['abc', 'd', ' efgh'], pieces, [0.1, 0.9, 0.5])).toEqual([0.1, 0.9, 0.5]);
    expect(spreadOverTokens(['abcd', ' ef', 'gh'], pieces, [0.1, 0.9, 0.5])).toEqual([0.9, 0.5, 0.5]);
    expect(spreadOverTokens(['abcd efgh'], pieces, [0.1, 0.3, 0.5])).toEqual([0.5]);
  });

  it('lets a token without text of a piece go with the one before it', () => {
    expect(spreadOverTokens(['abcd', ' ', 'efgh', '\n'], pieces, [0.1, 0.9, 0.5])).toEqual([0.9, 0.9, 0.5, 0.5]);
    expect(spreadOverTokens(['\n', ' '], [], [])).toEqual([0, 0]);
  });
});
