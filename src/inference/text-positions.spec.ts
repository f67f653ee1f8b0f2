import * as fc from 'fast-check';
import { tokenEnds } from './text-positions.js';

const VOCABULARY = ['', '<think>', '</think>', 'So', ' it', ' is', ' 8', '9', '.', '\n', '\uFFFD', '\uFFFD', 'é', ' x'];

const NO_ANSWER = { answer: '', answerIds: [] };

describe('tokenEnds', () => {
  it('ends tokens where their texts end when delimiters have no text', () => {
    const sample = { thinking: '\nSo it is 89.', thinkIds: [0, 9, 3, 4, 5, 6, 7, 8, 0], ...NO_ANSWER };
    const { rule, thinking } = tokenEnds(sample, VOCABULARY);
    expect({ rule, thinking: Array.from(thinking) }).toEqual({
      rule: 'exact',
      thinking: [0, 1, 3, 6, 9, 11, 12, 13, 13],
    });
  });

  it('leaves out delimiters when they are ordinary text', () => {
    const sample = { thinking: 'So it', thinkIds: [1, 3, 4, 2], ...NO_ANSWER };
    expect(Array.from(tokenEnds(sample, VOCABULARY).thinking)).toEqual([0, 2, 5, 5]);
  });

  it('goes on behind a character that is spread over tokens', () => {
    const sample = { thinking: 'So😀 it', thinkIds: [3, 10, 11, 4], ...NO_ANSWER };
    const { rule, thinking } = tokenEnds(sample, VOCABULARY);
    expect({ rule, thinking: Array.from(thinking) }).toEqual({ rule: 'resynchronised', thinking: [2, 2, 2, 7] });
  });

  it('says so when the texts of the tokens do not add up', () => {
    const sample = { thinking: 'other text', thinkIds: [3, 4], ...NO_ANSWER };
    expect(tokenEnds(sample, VOCABULARY)).toEqual({ rule: 'proportional', thinking: [], answer: [] });
  });

  it('ends ascend to the end of the text for any sequence of whole tokens', () => {
    const ids = fc.array(fc.constantFrom(3, 4, 5, 6, 7, 8, 9, 12, 13), { maxLength: 40 });
    fc.assert(
      fc.property(ids, ids, (thinkIds, answerIds) => {
        const text = (all: readonly number[]) => all.map((id) => VOCABULARY[id]).join('');
        const sample = { thinking: text(thinkIds), answer: text(answerIds), thinkIds: [0, ...thinkIds], answerIds };
        const { rule, thinking, answer } = tokenEnds(sample, VOCABULARY);
        expect(rule).toBe('exact');
        const ends = Array.from(thinking);
        expect(ends).toEqual(ends.toSorted((a, b) => a - b));
        expect(ends.at(-1)).toBe(sample.thinking.length);
        expect(Array.from(answer).at(-1) ?? 0).toBe(sample.answer.length);
      }),
    );
  });
});
