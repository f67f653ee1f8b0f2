import { array, assert, boolean, constantFrom, double, property, record } from 'fast-check';
import { keepTokens } from './keep.js';

const NOTHING_SPECIAL = { forceTokens: [], reserveDigits: false, dropConsecutive: false };
const STEPS = { forceTokens: ['Step', ':'], reserveDigits: true, dropConsecutive: true };

const token = record({
  text: constantFrom('Step', ':', ' so', ' 4', '.', ' then'),
  importance: double({ noNaN: true, min: 0, max: 1 }),
});

describe(keepTokens.name, () => {
  it('is the identity at ratio 1, whatever the options', () => {
    assert(
      property(array(token), boolean(), boolean(), (tokens, reserveDigits, dropConsecutive) => {
        const options = { forceTokens: [':'], reserveDigits, dropConsecutive };
        const { kept } = keepTokens({ tokens: tokens.map(({ text }) => text) }, importanceOf(tokens), 1, options);
        expect(kept).toEqual(tokens.map(() => true));
      }),
    );
  });

  it('meets the asked ratio within one token where nothing is protected', () => {
    assert(
      property(array(token), double({ min: 0, max: 1, noNaN: true }), (tokens, ratio) => {
        const texts = tokens.map(({ text }) => text);
        const { kept } = keepTokens({ tokens: texts }, importanceOf(tokens), ratio, NOTHING_SPECIAL);
        expect(Math.abs(kept.filter(Boolean).length - ratio * texts.length)).toBeLessThan(1);
      }),
    );
  });

  it('gives the place of a repeated forced token to another one', () => {
    const tokens = ['Step', ':', ' so', ':', ' then', '.'];
    const importance = [0, 0, 0.1, 0, 0.9, 0.5];
    expect(keepTokens({ tokens }, importance, 0.5, { ...STEPS, dropConsecutive: false }).kept).toEqual([
      true,
      true,
      false,
      true,
      false,
      false,
    ]);
    expect(keepTokens({ tokens }, importance, 0.5, STEPS).kept).toEqual([true, true, false, false, true, false]);
  });
});

function importanceOf(tokens: readonly { readonly importance: number }[]): number[] {
  return tokens.map(({ importance }) => importance);
}
