import * as fc from 'fast-check';
import { sha256Hex } from '../ids.js';
import { bannedIds, suppressionProvenance } from './suppression.js';

const VOCABULARY = [
  '', // a control token
  ' Wait', // 1
  'wait', // 2
  'WAIT,', // 3
  ' know', // 4
  ' many', // 5
  'John', // 6
  ' Ohio', // 7
  'button', // 8
  'attribute', // 9
  ' check', // 10
  ' and', // 11
  '\n\nHmm', // 12
  'mm', // 13
];

describe('bannedIds', () => {
  it('bans only tokens whose letters equal a keyword when the vocabulary is whole-word', () => {
    const { ids } = bannedIds(VOCABULARY, { vocabulary: 'whole-word' });
    expect(ids).toEqual([1, 2, 3, 10, 12]);
  });

  it('bans collateral words such as know, many and John when the vocabulary is paper-substring', () => {
    const { ids } = bannedIds(VOCABULARY, { vocabulary: 'paper-substring' });
    expect(ids).toEqual(expect.arrayContaining([4, 5, 6, 9]));
    expect(bannedIds(VOCABULARY, { vocabulary: 'whole-word' }).ids).not.toEqual(expect.arrayContaining([4]));
  });

  it('spares the exempted words and words without a keyword when the vocabulary is paper-substring', () => {
    const { ids } = bannedIds(VOCABULARY, { vocabulary: 'paper-substring' });
    expect(ids).not.toContain(7);
    expect(ids).not.toContain(8);
    expect(ids).not.toContain(11);
  });

  it('reports keywords that no single token spells', () => {
    const params = { vocabulary: 'whole-word', keywords: ['wait', 'double-check', 'Hmm'] };
    expect(bannedIds(VOCABULARY.slice(0, 12), params).unsuppressed).toEqual(['double-check', 'hmm']);
    expect(bannedIds(VOCABULARY, { ...params, vocabulary: 'paper-substring' }).unsuppressed).toEqual(['double-check']);
  });

  it('returns the listed ids in order, each once, when the vocabulary is ids', () => {
    expect(bannedIds(VOCABULARY, { vocabulary: 'ids', ids: [5, 1, 5] })).toEqual({ ids: [1, 5], unsuppressed: [] });
  });

  it('refuses ids that the model does not have', () => {
    expect(() => bannedIds(VOCABULARY, { vocabulary: 'ids', ids: [14] })).toThrow(
      expect.objectContaining({ code: 'technique-refused', hint: expect.stringContaining('0 to 13') }),
    );
  });

  it('never bans a control token and bans at least the whole words by substring', () => {
    const words = fc.array(fc.constantFrom('', ' wait', 'but', 'know', 'x', '…', ' Again', 'John'), { maxLength: 30 });
    fc.assert(
      fc.property(words, (vocabulary) => {
        const whole = bannedIds(vocabulary, { vocabulary: 'whole-word' }).ids;
        const substring = new Set(bannedIds(vocabulary, { vocabulary: 'paper-substring' }).ids);
        for (const id of whole) expect(substring).toContain(id);
        for (const id of substring) expect(vocabulary[id]).not.toBe('');
      }),
    );
  });
});

describe('suppressionProvenance', () => {
  it('hashes the ascending ids joined by commas, whatever order they come in', () => {
    const provenance = suppressionProvenance('whole-word', [10, 2, 1]);
    expect(provenance).toEqual({ vocabulary: 'whole-word', ids: 3, sha256: sha256Hex('1,2,10') });
    expect(suppressionProvenance('whole-word', [1, 2, 10])).toEqual(provenance);
  });

  it('notes what softens a ban', () => {
    expect(suppressionProvenance('ids', [1])).not.toHaveProperty('penalty');
    expect(suppressionProvenance('ids', [1], { penalty: 2 })).toEqual({
      ...suppressionProvenance('ids', [1]),
      penalty: 2,
    });
  });
});
