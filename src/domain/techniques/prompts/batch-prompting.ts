import { z } from 'zod';
import { defineTechnique } from '../definition.js';

const INSTRUCTION =
  'Answer every question. Write one line for each, starting with A[number]:, and put its final answer within \\boxed{}.';

export const BATCH_PROMPTING = defineTechnique({
  name: 'batch-prompting',
  kind: 'prompt',
  acts: 'in-prompt',
  summary:
    'Asks several questions of one data set in one call, marked Q[1], Q[2], …. Its tokens are split among the questions in whole numbers, so that they add up to what the call used.',
  params: z.strictObject({ size: z.int().min(2).max(32).default(4).describe('Questions per call.') }),
  prompt: `Q[1]: {question}\nQ[2]: {question}\n…\n${INSTRUCTION}`,
  caption: ({ size }) => `${size} questions a call`,
  source: 'Batch Prompting, arXiv 2301.08721; marks from its code (xlang-ai/batch-prompting)',
  faithfulTo: 'variant',
  differences: [
    'Without the solved batches that the paper shows first; an instruction in our words asks for the form instead.',
    'Questions are grouped in the run’s shuffled order within a data set, not by similarity or diversity; the last group of a data set may be smaller.',
    'maxTokens caps the call, not the question.',
    'An answer that is not marked A[number] counts for no question. Each sample shows the thinking of the whole call and its share of the call’s token ids.',
  ],
  ledgerColumns: ['prompt', 'think', 'answer', 'delivered', 'total'],
  events: [],
  publishedFigures: [
    {
      model: 'Codex',
      benchmark: 'ten data sets',
      figure:
        'token and time cost down to one fifth at six questions a call, with examples; accuracy better or comparable',
      marker: 'abstract',
    },
  ],
  batchSize: ({ size }) => size,
});

/** The questions of one call, followed by what is asked of them. */
export function batchQuestion(questions: readonly string[]): string {
  return [...questions.map((question, index) => `Q[${index + 1}]: ${question}`), INSTRUCTION].join('\n');
}

const MARK = /^[ \t>*-]{0,8}A\[(\d{1,3})\][ \t]*:?/gm;

/** The answer of each of `count` questions: what stands between its first mark and the next; empty where there is none. */
export function batchAnswers(answer: string, count: number): string[] {
  const marks = [...answer.matchAll(MARK)];
  const parts = Array.from({ length: count }, () => '');
  for (const [index, mark] of marks.entries()) {
    const place = Number(mark[1]) - 1;
    const text = answer.slice(mark.index + mark[0].length, marks[index + 1]?.index ?? answer.length).trim();
    if (parts[place] === '') parts[place] = text;
  }
  return parts;
}
