import { array, assert, constantFrom, property, string } from 'fast-check';
import { CONTRIBUTION_UNITS, unitsOf } from './units.js';

const LINES = ['First', ' 4', '.\n', '  ', '\n', 'Then', ' 5', '\n\n', 'so', ' 9'];

describe(unitsOf.name, () => {
  it('ends a line behind its newline and the blanks after it', () => {
    const lines = unitsOf(LINES, 'line').map(({ first, end }) => LINES.slice(first, end).join(''));
    expect(lines).toEqual(['First 4.\n  \n', 'Then 5\n\n', 'so 9']);
  });

  it('has one line where there is no newline, and none where there is no token', () => {
    expect(unitsOf(['a', ' ', 'b'], 'line')).toEqual([{ first: 0, end: 3 }]);
    expect(unitsOf([], 'line')).toEqual([]);
    expect(unitsOf([], 'token')).toEqual([]);
  });

  it('keeps indentation with the line before it, and blanks at the end with the last', () => {
    expect(unitsOf(['a\n', '  ', 'b', '\n', ' '], 'line')).toEqual([
      { first: 0, end: 2 },
      { first: 2, end: 5 },
    ]);
  });

  it('takes every token by itself where that is asked', () => {
    expect(unitsOf(['a', '\n', ' '], 'token')).toEqual([0, 1, 2].map((first) => ({ first, end: first + 1 })));
  });

  it('covers every token once, in order', () => {
    const tokens = array(string({ unit: constantFrom('a', ' ', '\n'), minLength: 1, maxLength: 3 }), { maxLength: 40 });
    assert(
      property(tokens, constantFrom(...CONTRIBUTION_UNITS), (texts, unit) => {
        const places = unitsOf(texts, unit).flatMap(({ first, end }) =>
          Array.from({ length: end - first }, (_, place) => first + place),
        );
        expect(places).toEqual(texts.map((_, place) => place));
      }),
    );
  });
});
