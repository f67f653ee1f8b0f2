import { parseTechniqueParams, techniqueDefinition, techniqueEntry } from '../index.js';
import { PROMPT_TECHNIQUES } from './index.js';

/** Name, parameters as written, place and text: the published ones, character for character. A new instruction adds its row. */
const INSTRUCTIONS: readonly (readonly [string, Record<string, unknown>, string, string])[] = [
  ['be-concise', {}, 'suffix', 'Be concise.'],
  ['only-numbers', {}, 'suffix', 'Only use numbers or equations.'],
  ['abbre-words', {}, 'suffix', 'Abbreviate words as much as possible.'],
  ['lc-prompt', {}, 'suffix', 'Please reduce 50% of the words in your Chain-of-Thought process.'],
  ['lc-prompt', { ratio: 0.9 }, 'suffix', 'Please reduce 10% of the words in your Chain-of-Thought process.'],
  ['lc-prompt', { ratio: 0.7 }, 'suffix', 'Please reduce 30% of the words in your Chain-of-Thought process.'],
  [
    'chain-of-draft',
    {},
    'system',
    'Think step by step, but only keep minimum draft for each thinking step, with 5 words at most. Return the answer at the end of the response after a separator ####.',
  ],
  [
    'chain-of-draft',
    { words: 3, place: 'prefix', wording: 'At most {words} words, {other}.' },
    'prefix',
    'At most 3 words, {other}.',
  ],
  ['token-budget', {}, 'suffix', "Let's think step by step and use less than 100 tokens:"],
  ['token-budget', { tokens: 50, wording: 'Use less than {tokens} tokens.' }, 'suffix', 'Use less than 50 tokens.'],
  ['step-by-step', {}, 'suffix', 'Please reason step by step, and put your final answer within \\boxed{}.'],
];

describe('instructions', () => {
  it.each(INSTRUCTIONS)('%s says what its source says with %j', (name, written, place, text) => {
    const params = parseTechniqueParams(name, written);
    expect(techniqueDefinition(name).traits.instruction(params)).toEqual({ place, text });
  });

  it('leaves no technique without a row', () => {
    const rows = new Set(INSTRUCTIONS.map(([name]) => name));
    // These two shape the question and have tests of their own.
    const others = new Set<string>(['few-shot', 'batch-prompting']);
    const names = PROMPT_TECHNIQUES.map(({ entry }) => entry.name).filter((name) => !others.has(name));
    expect([...rows].toSorted()).toEqual(names.toSorted());
  });

  it.each(PROMPT_TECHNIQUES.map(({ entry }) => entry))('$name prints its prompt and charges it', (entry) => {
    expect(entry.prompt).not.toBe('');
    expect(entry.ledgerColumns).toContain('prompt');
    expect(entry.mode).toBe('online');
  });

  it.each([
    ['lc-prompt', { ratio: 1 }, 'ratio', '0.01 … 0.99'],
    ['lc-prompt', { ratio: '50%' }, 'ratio', '0.01 … 0.99'],
    ['token-budget', { tokens: 0 }, 'tokens', '1 … 1,000,000'],
    ['chain-of-draft', { words: 2.5 }, 'words', '1 … 100'],
    ['be-concise', { place: 'answer' }, 'place', 'suffix | prefix | system'],
    ['few-shot', { shots: 33 }, 'shots', '1 … 32'],
    ['batch-prompting', { size: 1 }, 'size', '2 … 32'],
  ])('%s refuses %j and names the range', (name, params, key, range) => {
    expect(() => parseTechniqueParams(name, params)).toThrow(
      expect.objectContaining({ code: 'suite-invalid', where: `params.${key}`, hint: expect.stringContaining(range) }),
    );
    expect(techniqueEntry(name).parameters.find((parameter) => parameter.name === key)?.range).toBe(range);
  });
});
