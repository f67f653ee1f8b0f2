import { array, assert, boolean, constantFrom, property, tuple } from 'fast-check';
import { parseTechniqueParams, type Arm } from '../domain/index.js';
import { promptText } from '../inference/index.js';
import { trainingFile } from './training-files.js';
import { controlText, outputIds, trainingExample } from './training-text.js';
import { someChain } from './testing.js';

const TOKENS = ['So', ' 4', ' +', ' 3', ' is', ' 7', '.'];
const KEPT = [false, true, true, true, false, true, false];

const CARD = {
  alias: 'reference',
  file: 'reference.gguf',
  sha256: 'f'.repeat(64),
  description: '',
  licence: '',
  think: null,
  stopStrings: [],
  contextTokens: 2048,
};

describe(trainingExample.name, () => {
  it('writes the kept tokens in place of the chain, between what the model wrote around it', () => {
    const word = constantFrom('So', ' 4', '\n', ' é', ' <b>', ' is');
    assert(
      property(array(tuple(word, boolean()), { minLength: 1 }), (tokens) => {
        const kept = tokens.map(([, each]) => each);
        const chain = someChain(tokens.map(([text]) => text));
        const texts = new Map<number, string>([
          ...chain.ids.map((id, index) => [id, chain.tokens[index] ?? ''] as const),
          [900, '<think>\n'],
          [901, '\n</think>'],
          [902, chain.answer],
          [999, ''],
        ]);
        const detokenised = outputIds(chain, kept).map((id) => texts.get(id) ?? '?');
        expect(trainingExample(chain, { ratio: 0.5, kept }, 'reference').output).toBe(detokenised.join(''));
      }),
    );
  });

  it.each([
    ['reference', 0.5],
    ['qwen', 1],
    ['llama3', 0.7],
  ] as const)('writes the prompt that technique tokenskip writes: %s at %d', (control, ratio) => {
    const chain = someChain(TOKENS);
    const { arm, items } = chain.call.task;
    const asked: Arm = { ...arm, prompt: { system: null, prefix: 'Think.', suffix: 'Box it.' } };
    const call = { ...chain.call, task: { ...chain.call.task, arm: asked } };
    const { instruction, input } = trainingExample({ ...chain, call }, { ratio, kept: KEPT }, control);
    const params = parseTechniqueParams('tokenskip', { ratio, control });
    const skipping: Arm = { ...asked, technique: 'tokenskip', params: { ...params } };
    const [open, close] = ['<|im_start|>user\n', '<|im_end|>\n<|im_start|>assistant\n'];
    const prompt = promptText({ arm: skipping, items, repeat: 0 }, { ...CARD, chatFormat: 'chatml' });
    expect(prompt).toBe(`${open}${instruction}\n${input}${close}`);
  });

  it('keeps the system prompt apart', () => {
    const chain = someChain(TOKENS);
    const { arm } = chain.call.task;
    const asked: Arm = { ...arm, prompt: { system: 'Be exact.', prefix: null, suffix: null } };
    const call = { ...chain.call, task: { ...chain.call.task, arm: asked } };
    expect(trainingExample({ ...chain, call }, { ratio: 1, kept: KEPT }, 'qwen')).toMatchObject({
      system: 'Be exact.',
      instruction: '',
      input: chain.question,
    });
  });
});

describe(controlText.name, () => {
  it.each([
    ['reference', 1, '<|eot_id|>1.0<|eot_id|>'],
    ['reference', 0.5, '<|eot_id|>0.5<|eot_id|>'],
    ['qwen', 1, ''],
    ['qwen', 0.9, '<|eot_id|>0.9<|eot_id|>'],
    ['llama3', 1, '\n'],
    ['llama3', 0.7, '\n<|eot_id|>0.7<|eot_id|>'],
  ] as const)('of %s at %d', (control, ratio, text) => {
    expect(controlText(control, ratio)).toBe(text);
  });
});

describe(trainingFile.name, () => {
  const example = trainingExample(someChain(TOKENS), { ratio: 0.5, kept: KEPT }, 'qwen');

  it('writes the line of the published scripts', () => {
    expect(trainingFile('llama-factory').lineOf(example)).toBe(
      '{"instruction":"","input":"What is 0 + 1?<|eot_id|>0.5<|eot_id|>",' +
        '"output":"<think>\\n 4 + 3 7\\n</think>\\n\\n\\\\boxed{1}"}',
    );
  });

  it('writes conversations and messages of the same texts', () => {
    const full = { ...example, system: 'Be exact.', instruction: 'Think.' };
    const user = `Think.\n${example.input}`;
    expect(JSON.parse(trainingFile('sharegpt').lineOf(full))).toEqual({
      conversations: [
        { from: 'human', value: user },
        { from: 'gpt', value: example.output },
      ],
      system: 'Be exact.',
    });
    expect(JSON.parse(trainingFile('messages').lineOf(full))).toEqual({
      messages: [
        { role: 'system', content: 'Be exact.' },
        { role: 'user', content: user },
        { role: 'assistant', content: example.output },
      ],
    });
  });
});
