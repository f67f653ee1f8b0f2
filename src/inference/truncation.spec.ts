import { parseTechniqueParams, type Arm, type ModelCard } from '../domain/index.js';
import { REFERENCE_CARD } from '../models/testing/reference-card.js';
import { contentTokens, truncation } from './truncation.js';

/** Ids are places in the list of texts; control tokens have none. */
const words = (texts: readonly string[]) => ({ ids: texts.map((_text, id) => id), vocabulary: texts });

const card: ModelCard = REFERENCE_CARD;
const think = { open: '<think>', close: '</think>', afterClose: '\n\n', openedByPrompt: false };

describe(contentTokens.name, () => {
  it.each([
    ['control tokens', ['', '\n', 'a', 'b', '\n', ''], 4],
    ['delimiters that are tokens with a text', ['<think>', 'a', 'b', '</think>'], 2],
    ['delimiters of several tokens', ['<th', 'ink>', 'a', 'b', 'c', '</', 'think', '>'], 3],
    ['blanks before the opening', ['\n', '<think>', 'a', '</think>'], 1],
    ['a thinking that was never closed', ['<think>', 'a', 'b', 'c'], 3],
    ['an empty thinking', ['', ''], 0],
  ])('leaves out %s', (_name, texts, count) => {
    const { ids, vocabulary } = words(texts);
    expect(contentTokens(ids, { think }, vocabulary)).toBe(count);
  });

  it('takes no token for an opening that the prompt holds', () => {
    const { ids, vocabulary } = words(['a', 'b', '']);
    expect(contentTokens(ids, { think: { ...think, openedByPrompt: true } }, vocabulary)).toBe(2);
  });
});

function armOf(params: Record<string, unknown>): Arm {
  return {
    name: 'cut',
    technique: 'truncate',
    params: { ...parseTechniqueParams('truncate', params) },
    model: 'reference',
    sampling: { temperature: 0, topP: 1, topK: 0, minP: 0, maxTokens: 64, repeats: 1, seed: 1 },
    prompt: { system: null, prefix: null, suffix: null },
  };
}

describe(truncation.name, () => {
  const { ids, vocabulary } = words(['', 'a', 'b', 'c', 'd', 'e', '']);

  it.each([
    [0.5, 3],
    [0.3, 2],
    [0.1, 1],
    [1, 5],
  ])('keeps a share of %d of the item’s own thinking', (ratio, tokens) => {
    const policy = truncation({ arm: armOf({ ratio, cut: 'own' }), trace: ids }, card, vocabulary);
    expect(policy).toMatchObject({ technique: 'budget', tokens });
    expect(policy).toMatchObject({ closing: expect.arrayContaining([{ text: '</think>', special: true }]) as unknown });
  });

  it('has nothing to say about calls that go through no stored thinking', () => {
    expect(truncation({ arm: armOf({ ratio: 0.5 }) }, card, vocabulary)).toBeNull();
  });
});
