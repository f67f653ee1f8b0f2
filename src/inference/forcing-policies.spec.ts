import { parseTechniqueParams, type TechniqueName } from '../domain/index.js';
import { REFERENCE_CARD } from '../models/testing/reference-card.js';
import { budgetPolicy, s1Policy, softBudgetPolicy, type ThinkingCard } from './forcing-policies.js';
import type { EnginePolicy } from './native/addon.js';

const { think } = REFERENCE_CARD;
if (!think) throw new Error('the reference model marks its thinking');
const CARD: ThinkingCard = { ...REFERENCE_CARD, think };

const params = (technique: TechniqueName, given: unknown) => ({
  params: { ...parseTechniqueParams(technique, given) },
});

function closing(policy: EnginePolicy): string {
  return 'closing' in policy ? policy.closing.map((piece) => piece.text).join('') : '';
}

describe('budgetPolicy', () => {
  it.each([
    [{}, 'budget', '\n</think>\n\n'],
    [{ closing: 'Stop.' }, 'budget', 'Stop.</think>\n\n'],
    [{ style: 's1' }, 's1', '</think>\n\nFinal Answer:'],
    [
      { style: 'qwen3' },
      'budget',
      'Considering the limited time by the user, I have to give the solution based on the thinking directly now.\n</think>\n\n',
    ],
    [{ style: 'llama.cpp' }, 'budget', '</think>'],
  ])('closes as asked: %j', (given, technique, text) => {
    const policy = budgetPolicy(CARD, params('budget', { tokens: 7, ...given }));
    expect(policy).toMatchObject({ technique, tokens: 7 });
    expect(closing(policy)).toBe(text);
    expect('closing' in policy && policy.closing.filter((piece) => piece.special)).toEqual([
      { text: '</think>', special: true },
    ]);
  });
});

describe('s1Policy', () => {
  it('has no upper limit unless one is asked for', () => {
    expect(s1Policy(CARD, params('s1', { waits: 2 }))).toMatchObject({
      tokens: null,
      waits: 2,
      wait: [{ text: 'Wait', special: false }],
      end: '</think>',
    });
    expect(s1Policy(CARD, params('s1', { tokens: 9, wait: 'Hmm' }))).toMatchObject({
      tokens: 9,
      waits: 1,
      wait: [{ text: 'Hmm', special: false }],
    });
  });
});

describe('softBudgetPolicy', () => {
  it('closes at the deadline unless it is told not to', () => {
    const policy = softBudgetPolicy(CARD, params('soft-budget', { deadline: 64 }));
    expect(policy).toMatchObject({ technique: 'soft-budget', deadline: 64, interval: 32 });
    expect(closing(policy)).toBe('\n</think>\n\n');
    expect(closing(softBudgetPolicy(CARD, params('soft-budget', { deadline: 64, atDeadline: 'nothing' })))).toBe('');
  });
});
