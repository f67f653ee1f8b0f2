import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { AnswerCheck, Generation } from '../domain/index.js';
import { grade } from './grade.js';

const FAMILIES = ['word-problems', 'arithmetic', 'equations', 'clock-times', 'modular', 'countdown'];
const DATASETS = path.join(__dirname, '..', '..', 'datasets');

type Gradable = Pick<Generation, 'answer' | 'thinkStop' | 'stopReason'>;

function answering(answer: string, stops: Partial<Gradable> = {}): Gradable {
  return { answer, thinkStop: 'natural', stopReason: 'eos', ...stops };
}

const line = z.object({
  answer: z.string(),
  check: z.union([
    z.enum(['integer', 'clock']).transform((type): AnswerCheck => ({ type })),
    z.object({ type: z.literal('expression'), numbers: z.array(z.number()), target: z.number() }),
  ]),
});

function itemsOf(family: string): z.output<typeof line>[] {
  const text = readFileSync(path.join(DATASETS, family, 'items.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((json) => line.parse(JSON.parse(json)));
}

describe('grade', () => {
  const item = { answer: '112', check: { type: 'integer' } } as const;

  it('gives a reason when an answer does not count', () => {
    expect(grade(answering('\\boxed{112}'), item)).toEqual({ extracted: '112', correct: true, reasonCode: 'correct' });
    expect(grade(answering('\\boxed{113}'), item)).toEqual({ extracted: '113', correct: false, reasonCode: 'wrong' });
    expect(grade(answering('\\boxed{many}'), item)).toEqual({
      extracted: 'many',
      correct: false,
      reasonCode: 'unparsable',
    });
    expect(grade(answering(''), item)).toEqual({ extracted: null, correct: false, reasonCode: 'no-answer' });
  });

  it('counts as censored when the cap ended the thinking, whatever the answer says', () => {
    const capped = answering('\\boxed{112}', { thinkStop: 'cap', stopReason: 'length_cap' });
    expect(grade(capped, item)).toEqual({ extracted: null, correct: false, reasonCode: 'censored' });
  });

  it('grades the answer when the cap ended the sample behind the thinking', () => {
    expect(grade(answering('\\boxed{112} and', { stopReason: 'length_cap' }), item).correct).toBe(true);
  });

  it('reports an engine error before anything else', () => {
    const failed = answering('\\boxed{112}', { thinkStop: 'cap', stopReason: 'error' });
    expect(grade(failed, item)).toEqual({ extracted: null, correct: false, reasonCode: 'engine-error' });
  });

  it('never reads the thinking', () => {
    const generation = { ...answering('I do not know.'), thinking: 'So \\boxed{112}.' };
    expect(grade(generation, item).reasonCode).toBe('no-answer');
  });

  it.each(FAMILIES)('grades every reference answer of %s as correct', (family) => {
    const items = itemsOf(family);
    const wrong = items.filter((one) => !grade(answering(`The answer is \\boxed{${one.answer}}.`), one).correct);
    expect(items).toHaveLength(300);
    expect(wrong).toEqual([]);
  });

  it.each(FAMILIES)('grades the answer to another problem of %s as not correct', (family) => {
    const items = itemsOf(family);
    const accepted = items.filter((one, index) => {
      const other = items.slice(index + 1).find((candidate) => candidate.answer !== one.answer);
      return other && grade(answering(`\\boxed{${other.answer}}`), one).correct;
    });
    expect(accepted).toEqual([]);
  });

  it('returns a verdict for any text and any check', () => {
    const checks: AnswerCheck[] = [
      { type: 'integer' },
      { type: 'number', tolerance: 0.5 },
      { type: 'choice' },
      { type: 'text' },
      { type: 'clock' },
      { type: 'expression', numbers: [1, 2], target: 3 },
    ];
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.stringMatching(/^[-0-9+*/().,:=%$\\{} a-c]{0,80}$/),
      fc.stringMatching(/^\\boxed\{[-0-9+*/().,:=%$ ]{0,80}\}$/),
    );
    fc.assert(
      fc.property(hostile, fc.constantFrom(...checks), (text, check) => {
        const { correct, reasonCode } = grade(answering(text), { answer: '1 + 2', check });
        expect(correct).toBe(reasonCode === 'correct');
      }),
      { numRuns: 1000 },
    );
  });

  it('answers at once when a box holds 100 kB', () => {
    const started = performance.now();
    for (const filling of ['(', '1+', '9', '"', '\\text{', ' ']) {
      const answer = `\\boxed{${filling.repeat(100_000 / filling.length)}x}`;
      for (const type of ['integer', 'choice', 'text', 'clock'] as const)
        grade(answering(answer), { answer: '1', check: { type } });
      grade(answering(answer), { answer: '1 + 2', check: { type: 'expression', numbers: [1, 2], target: 3 } });
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
