import { someItems, someSuite } from '../planning/testing.js';
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
