import { batchAnswers, batchQuestion } from './batch-prompting.js';

describe('batchQuestion', () => {
  it('numbers the questions from 1 and says how to answer', () => {
    expect(batchQuestion(['What is 1 + 1?', 'What is 2 + 2?'])).toBe(
      'Q[1]: What is 1 + 1?\nQ[2]: What is 2 + 2?\nAnswer every question. Write one line for each, starting with A[number]:, and put its final answer within \\boxed{}.',
    );
  });
});

describe('batchAnswers', () => {
  it('gives each question what stands behind its mark', () => {
    expect(batchAnswers('A[1]: It is \\boxed{2}.\nA[2]: \\boxed{4}', 2)).toEqual(['It is \\boxed{2}.', '\\boxed{4}']);
  });

  it('takes answers in any order, over several lines, and with list marks', () => {
    expect(batchAnswers('So:\n- A[2] first\nsecond line\n* A[1]: late', 3)).toEqual(['late', 'first\nsecond line', '']);
  });

  it('keeps the first answer where a mark comes twice and ignores marks of no question', () => {
    expect(batchAnswers('A[1]: one\nA[1]: two\nA[9]: nine\nA[0]: zero', 1)).toEqual(['one']);
  });

  it('gives nobody an answer without marks, or with marks inside a line', () => {
    expect(batchAnswers('The answers are \\boxed{2} and \\boxed{4}, see A[1]: no.', 2)).toEqual(['', '']);
    expect(batchAnswers('', 2)).toEqual(['', '']);
  });
});
