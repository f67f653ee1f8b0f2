import type { TrainingExample } from './training-text.js';

/** What trainers read; LLaMA-Factory's Alpaca form is that of the published scripts. */
export const TRAINING_FORMATS = ['llama-factory', 'sharegpt', 'messages'] as const;

export type TrainingFormat = (typeof TRAINING_FORMATS)[number];

/** How a file of examples is written: opening, examples with `between` between them, closing. */
export interface TrainingFile {
  readonly name: string;
  readonly opening: string;
  readonly between: string;
  readonly closing: string;
  readonly lineOf: (example: TrainingExample) => string;
}

const JSON_LIST = { opening: '[\n', between: ',\n', closing: '\n]\n' };
const JSON_LINES = { opening: '', between: '\n', closing: '\n' };

export function trainingFile(format: TrainingFormat): TrainingFile {
  switch (format) {
    case 'llama-factory':
      return { name: 'alpaca.json', ...JSON_LIST, lineOf: (example) => JSON.stringify(alpaca(example)) };
    case 'sharegpt':
      return { name: 'sharegpt.json', ...JSON_LIST, lineOf: (example) => JSON.stringify(shareGpt(example)) };
    case 'messages':
      return { name: 'messages.jsonl', ...JSON_LINES, lineOf: (example) => JSON.stringify(messages(example)) };
  }
}

/** LLaMA-Factory's list of data sets, for the files that it reads; null where none of them is written. */
export function datasetInfo(formats: readonly TrainingFormat[], hasSystem: boolean): object | null {
  const system = hasSystem ? { system: 'system' } : {};
  const info = {
    ...(formats.includes('llama-factory') && {
      laconic_tokenskip: {
        file_name: 'alpaca.json',
        columns: { prompt: 'instruction', query: 'input', response: 'output', ...system },
      },
    }),
    ...(formats.includes('sharegpt') && {
      laconic_tokenskip_sharegpt: {
        file_name: 'sharegpt.json',
        formatting: 'sharegpt',
        columns: { messages: 'conversations', ...system },
      },
    }),
  };
  return Object.keys(info).length === 0 ? null : info;
}

function alpaca({ instruction, input, output, system }: TrainingExample): object {
  return { instruction, input, output, ...(system !== null && { system }) };
}

function shareGpt(example: TrainingExample): object {
  const { system, output } = example;
  return {
    conversations: [
      { from: 'human', value: userText(example) },
      { from: 'gpt', value: output },
    ],
    ...(system !== null && { system }),
  };
}

function messages(example: TrainingExample): object {
  const { system, output } = example;
  return {
    messages: [
      ...(system === null ? [] : [{ role: 'system', content: system }]),
      { role: 'user', content: userText(example) },
      { role: 'assistant', content: output },
    ],
  };
}

/** As LLaMA-Factory puts the two together. */
function userText({ instruction, input }: TrainingExample): string {
  return instruction === '' ? input : `${instruction}\n${input}`;
}
