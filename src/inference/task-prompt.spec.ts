import { parseTechniqueParams, type Arm, type Item, type PromptSpec } from '../domain/index.js';
import { chatFormat, renderPrompt } from '../models/index.js';
import { taskPrompt } from './task-prompt.js';

function item(question: string, changes: Partial<Item> = {}): Item {
  const fixed = { dataset: 'sums', id: question, answer: '1', level: null, cluster: null, prompt: null };
  return { ...fixed, question, check: { type: 'integer' }, contentHash: question, ...changes };
}

function arm(technique: Arm['technique'], params: unknown = {}, changes: Partial<Arm> = {}): Arm {
  return {
    name: 'a',
    technique,
    params: { ...parseTechniqueParams(technique, params) },
    model: 'm',
    sampling: { temperature: 0, topP: 1, topK: 0, minP: 0, maxTokens: 64, repeats: 1, seed: 1 },
    prompt: { system: null, prefix: null, suffix: null },
    ...changes,
  };
}

/** The prompt as a chatml model sees it. */
function seen(task: { arm: Arm; items: readonly Item[] }): string {
  const { prompt, question, control } = taskPrompt(task);
  return renderPrompt(chatFormat('chatml'), prompt, question, control)
    .map((piece) => piece.text)
    .join('');
}

const END = '<|im_end|>\n<|im_start|>assistant\n';

describe('taskPrompt', () => {
  it('leaves the prompt of techniques that act in decoding alone', () => {
    expect(seen({ arm: arm('budget', { tokens: 8 }), items: [item('Why?')] })).toBe(`<|im_start|>user\nWhy?${END}`);
  });

  it('puts an instruction on a line after the question', () => {
    expect(seen({ arm: arm('be-concise'), items: [item('Why?')] })).toBe(`<|im_start|>user\nWhy?\nBe concise.${END}`);
  });

  it('puts it before the question or into the system turn when asked', () => {
    const items = [item('Why?')];
    expect(seen({ arm: arm('be-concise', { place: 'prefix' }), items })).toBe(
      `<|im_start|>user\nBe concise.\nWhy?${END}`,
    );
    expect(seen({ arm: arm('be-concise', { place: 'system' }), items })).toBe(
      `<|im_start|>system\nBe concise.<|im_end|>\n<|im_start|>user\nWhy?${END}`,
    );
  });

  it.each([
    ['suffix', { system: 'S', prefix: 'P', suffix: 'F\nBe concise.' }],
    ['prefix', { system: 'S', prefix: 'Be concise.\nP', suffix: 'F' }],
    ['system', { system: 'S\nBe concise.', prefix: 'P', suffix: 'F' }],
  ])("keeps the suite's own texts around an instruction in the %s", (place, expected) => {
    const own: PromptSpec = { system: 'S', prefix: 'P', suffix: 'F' };
    const { prompt } = taskPrompt({ arm: arm('be-concise', { place }, { prompt: own }), items: [item('Why?')] });
    expect(prompt).toEqual(expected);
  });

  it("adds the instruction to an item's own suffix, which replaces the suite's", () => {
    const own = arm('be-concise', {}, { prompt: { system: null, prefix: null, suffix: 'F' } });
    expect(taskPrompt({ arm: own, items: [item('Why?', { prompt: 'Own.' })] }).prompt.suffix).toBe('Own.\nBe concise.');
  });

  it("shows the examples of the item's data set, with one head for all its questions", () => {
    const examples = {
      sums: [
        { question: '1 + 1?', answer: '2' },
        { question: '2 + 2?', answer: '4' },
      ],
      other: [{ question: 'x?', answer: 'y' }],
    };
    const shots = arm('few-shot', { shots: 2 }, { examples });
    const head = 'Question: 1 + 1?\nAnswer: \\boxed{2}\n\nQuestion: 2 + 2?\nAnswer: \\boxed{4}\n\nQuestion: ';
    expect(taskPrompt({ arm: shots, items: [item('3 + 3?')] }).question).toBe(`${head}3 + 3?`);
    expect(taskPrompt({ arm: shots, items: [item('Why?')] }).question).toBe(`${head}Why?`);
    expect(taskPrompt({ arm: shots, items: [item('z?', { dataset: 'other' })] }).question).toBe(
      'Question: x?\nAnswer: \\boxed{y}\n\nQuestion: z?',
    );
  });

  it.each([
    ['reference', 0.5, 'Why?\nF<|eot_id|>0.5<|eot_id|>'],
    ['qwen', 0.5, 'Why?\nF<|eot_id|>0.5<|eot_id|>'],
    ['qwen', 1, 'Why?\nF'],
    ['llama3', 0.5, 'Why?\nF\n<|eot_id|>0.5<|eot_id|>'],
  ])('ends the user turn with the ratio: %s %d', (control, ratio, turn) => {
    const own = arm('tokenskip', { ratio, control }, { prompt: { system: null, prefix: null, suffix: 'F' } });
    expect(seen({ arm: own, items: [item('Why?')] })).toBe(`<|im_start|>user\n${turn}${END}`);
  });

  it('asks all questions of a batch, marked, even where only one is left for it', () => {
    const batch = arm('batch-prompting', { size: 2 });
    expect(taskPrompt({ arm: batch, items: [item('A?'), item('B?')] }).question).toMatch(/^Q\[1\]: A\?\nQ\[2\]: B\?\n/);
    expect(taskPrompt({ arm: batch, items: [item('A?')] }).question).toMatch(/^Q\[1\]: A\?\nAnswer every question\./);
  });
});
