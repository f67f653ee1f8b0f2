import { someItems, someSuite } from '../planning/testing.js';
import type { TrainingFolderCard } from './card.js';
import type { Chain } from './chain.js';

/** Builders for tests of compression and of what comes after it. */
export function someChain(tokens: readonly string[], changes: Partial<Chain> = {}): Chain {
  const [arm] = someSuite().arms;
  const [item] = someItems({ arithmetic: 1 });
  if (!arm || !item) throw new TypeError('the builders made nothing');
  const ids = tokens.map((_, id) => id);
  return {
    dataset: item.dataset,
    item: item.id,
    repeat: 0,
    level: item.level,
    question: item.question,
    call: { task: { arm, items: [item], repeat: 0 }, ids: [900, ...ids, 901, 902, 999] },
    tokens,
    ids,
    head: [900],
    tail: [901, 902, 999],
    opening: '<think>\n',
    closing: '\n</think>',
    answer: '\n\n\\boxed{1}',
    answerFrom: 1,
    ...changes,
  };
}

/** What a card says of one example at ratio 0.5. */
export function someFolderCard(): TrainingFolderCard {
  return {
    schemaVersion: 1,
    laconic: '0.1.0',
    scorer: { name: 'random', options: {} },
    ratios: [0.5],
    control: 'reference',
    formats: ['messages'],
    examples: 1,
    leftOut: { wrong: 1 },
    asked: [{ asked: 0.5, chains: 1, tokens: 9, kept: 5, mean: 5 / 9, least: 5 / 9, most: 5 / 9 }],
    differences: [{ points: 6, chains: 1 }],
    files: [],
  };
}
