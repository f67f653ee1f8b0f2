import * as fc from 'fast-check';
import { EMPTY_LEDGER, type AnswerCheck, type Generation } from '../../domain/index.js';
import { measureTrace, type TextPositions } from './measure-trace.js';

const INTEGER = { answer: '89', check: { type: 'integer' } } as const;

type Measured = Pick<Generation, 'thinking' | 'answer' | 'thinkIds' | 'ledger'>;

function characterCodes(text: string): number[] {
  return Array.from({ length: text.length }, (_u, at) => text.charCodeAt(at));
}

function upTo(text: string): number[] {
  return Array.from({ length: text.length }, (_u, at) => at + 1);
}

/** One token per character, so that token counts can be read off the text. */
function byCharacter(thinking: string, answer: string): { sample: Measured; positions: TextPositions } {
  return {
    sample: {
      thinking,
      answer,
      thinkIds: characterCodes(thinking),
      ledger: { ...EMPTY_LEDGER, thinkSampled: thinking.length, answerSampled: answer.length },
    },
    positions: { rule: 'exact', thinking: upTo(thinking), answer: upTo(answer) },
  };
}

function measured(thinking: string, answer: string, item: { answer: string; check: AnswerCheck } = INTEGER) {
  const { sample, positions } = byCharacter(thinking, answer);
  return measureTrace(sample, item, positions);
}

function firstPart(thinking: string, answer: string, check: AnswerCheck): string | null {
  return measured(thinking, '', { answer, check }).firstCorrect?.part ?? null;
}

const CHECKED = [
  'First, 58 + 91 = 149.',
  'Then 149 - 60 = 89.',
  'So the value is 89.',
  'Wait, let me check: 58 + 91 = 149. Good.',
  'So the answer is 89.',
];

describe('measureTrace', () => {
  it('counts the tokens through the sentence that first states the right result', () => {
    const thinking = CHECKED.join('\n');
    const { firstCorrect } = measured(thinking, 'The answer is \\boxed{89}.');
    const character = thinking.indexOf('So the value is 89.') + 'So the value is 89.'.length;
    expect(firstCorrect).toEqual({ tokens: character, part: 'thinking', character });
  });

  it('takes no intermediate value for an answer when it equals the answer by chance', () => {
    const thinking = 'First, 100 - 11 = 89.\nThen 89 + 1 = 90.\nSo the value is 90.';
    expect(measured(thinking, 'The answer is \\boxed{90}.').firstCorrect).toBeNull();
  });

  it('finds the first right result in the answer when the thinking states none', () => {
    const answer = 'I add.\nThe answer is \\boxed{89}.';
    expect(measured('Let me see.', answer).firstCorrect).toEqual({
      tokens: 'Let me see.'.length + answer.length,
      part: 'answer',
      character: answer.length,
    });
  });

  it('states nothing when a sentence plans or asks', () => {
    const thinking = 'So I need to find 89.\nIs the answer 89?\nSo let me try 89.\nSo if it is 89, fine.';
    expect(measured(thinking, '').firstCorrect).toBeNull();
  });

  it('measures reflections, re-derivations and solutions of a checked trace', () => {
    const thinking = CHECKED.join('\n');
    const result = measured(thinking, '');
    const firstEnd = thinking.indexOf('So the value is 89.') + 'So the value is 89.'.length;
    expect(result).toMatchObject({
      sentences: 6,
      convergedAt: 3,
      solutions: 2,
      solutionTokens: thinking.length,
      // The second solution only repeats 58 + 91, so it is grouped with the first.
      distinctTokens: firstEnd,
      keywordReflections: 1,
      rederivations: 1,
    });
  });

  it('counts a second look that no word announces', () => {
    const silent = measured('3 * 4 = 12.\nSo it is 12.\nThat is 3 * 4, which gives 12.', '');
    expect(silent).toMatchObject({ keywordReflections: 0, rederivations: 1 });
  });

  it('counts a solution as new when it computes on another way', () => {
    const thinking = '3 * 4 = 12.\nSo it is 12.\nAlternatively, 3 + 3 = 6 and 6 + 6 = 12.\nSo it is 12.';
    const { distinctTokens, solutionTokens, solutions } = measured(thinking, '');
    expect({ distinctTokens, solutionTokens, solutions }).toEqual({
      distinctTokens: thinking.length,
      solutionTokens: thinking.length,
      solutions: 2,
    });
  });

  it('converges where the last run of equal results begins', () => {
    const thinking = 'So it is 5.\nSo it is 89.\nSo it is 7.\nSo it is 89.\n1 + 1 = 2.\nSo it is 89.';
    expect(measured(thinking, '').convergedAt).toBe(4);
    expect(measured('1 + 1 = 2.', '').convergedAt).toBeNull();
  });

  it('reads results of every kind of check', () => {
    expect(firstPart('Therefore the end time is 11:19.', '11:19', { type: 'clock' })).toBe('thinking');
    expect(
      firstPart('So the expression is (14 - 10) * 4.', '(14 - 10) * 4', {
        type: 'expression',
        numbers: [4, 10, 14],
        target: 16,
      }),
    ).toBe('thinking');
    expect(firstPart('So the answer is (B).', 'B', { type: 'choice' })).toBe('thinking');
    expect(firstPart('So the answer is Paris.', 'Paris', { type: 'text' })).toBe('thinking');
    expect(firstPart('Hence it is 3/4.', '0.75', { type: 'number', tolerance: 0 })).toBe('thinking');
  });

  it('reads the visible solution of the answer when there is no thinking', () => {
    const answer = '3 * 4 = 12.\nSo it is 12.\nWait, 3 * 4 = 12.';
    expect(measured('', answer)).toMatchObject({
      sentences: 3,
      solutions: 1,
      keywordReflections: 1,
      rederivations: 1,
      solutionTokens: answer.length,
    });
  });

  it('places tokens in proportion to characters when their ends are unknown', () => {
    const { sample } = byCharacter('So it is 89.\nSo it is 89.', '');
    const half = { ...sample, ledger: { ...EMPTY_LEDGER, thinkSampled: 100 } };
    const { firstCorrect } = measureTrace(half, INTEGER, { rule: 'proportional', thinking: [], answer: [] });
    expect(firstCorrect?.tokens).toBe(48);
  });

  it('keeps every measure inside its bounds for any text', () => {
    const words = fc.constantFrom(
      'So it is 89.',
      'Wait, 3 * 4 = 12.',
      '3 * 4 = 12',
      'so',
      '\\boxed{89}',
      '\n',
      ' ',
      '((',
      '89',
      '?',
      'é',
      'The answer is 7.',
    );
    const texts = fc.array(words, { maxLength: 25 }).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(texts, texts, (thinking, answer) => {
        const result = measured(thinking, answer);
        const all = thinking.length + answer.length;
        expect(result.firstCorrect?.tokens ?? 0).toBeLessThanOrEqual(all);
        expect(result.distinctTokens).toBeLessThanOrEqual(result.solutionTokens);
        expect(result.distinctTokens).toBeGreaterThan(result.solutions === 0 ? -1 : 0);
        expect(result.convergedAt ?? 1).toBeLessThanOrEqual(Math.max(1, result.sentences));
        expect(Math.max(result.keywordReflections, result.rederivations)).toBeLessThanOrEqual(result.sentences);
        expect(result.repeatedTokens).toBeLessThanOrEqual(thinking.length);
      }),
      { numRuns: 400 },
    );
  });
});
