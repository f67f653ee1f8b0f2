import { parseEntry, parseLine } from './official-example.js';

const LINE = {
  question: 'How many legs do seven herons have?',
  input: '<prompt>',
  output: 'Each has 2. 7 * 2 = 14',
  answer: '14',
  model_answer: '14',
  is_correct: true,
  cot: 'Each has 2. 7 * 2 = 14',
  compressed_cot: '2. 7 * 2 = 14',
  original_cot_tokens: 12,
  compressed_cot_tokens: 9,
  compression_rate: '75.0%',
};

describe(parseLine.name, () => {
  it('takes a compressed chain at the ratio of its file', () => {
    expect(parseLine(LINE, 0.7)).toEqual({
      example: {
        instruction: 'Please reason step by step, and put your final answer within \\boxed{}.',
        question: LINE.question,
        ratio: 0.7,
        original: LINE.cot,
        compressed: LINE.compressed_cot,
        ending: '\n\nThe final answer is: $\\boxed{14}$',
        isCorrect: true,
        sourceRatio: 0.75,
      },
    });
  });

  it('takes a chain that nothing was taken from as ratio 1', () => {
    const line = { messages: [{ role: 'user', content: 'Q' }], model_output: 'A', prediction: ['1', '2'], accuracy: 1 };
    expect(parseLine(line, null)).toMatchObject({
      example: { question: 'Q', ratio: 1, original: 'A', compressed: 'A', ending: expect.stringContaining('{1, 2}') },
    });
  });

  it('names what is missing', () => {
    expect(parseLine(LINE, null)).toMatchObject({ problems: [{ hint: expect.stringContaining('_ratio_0.5') }] });
    expect(parseLine({ ...LINE, cot: undefined }, 0.5)).toMatchObject({ problems: [{ key: 'cot' }] });
    expect(parseLine({ text: 'x' }, 0.5)).toHaveProperty('problems');
  });
});

describe(parseEntry.name, () => {
  const entry = {
    instruction: 'Reason.',
    input: 'Q<|eot_id|>0.6<|eot_id|>',
    output: '2.\n\nThe final answer is: $\\boxed{2}$',
  };

  it('reads the ratio behind the question, and parts the chain from the answer', () => {
    expect(parseEntry(entry)).toEqual({
      example: {
        instruction: 'Reason.',
        question: 'Q',
        ratio: 0.6,
        original: null,
        compressed: '2.',
        ending: '\n\nThe final answer is: $\\boxed{2}$',
        isCorrect: true,
        sourceRatio: null,
      },
    });
    expect(parseEntry({ ...entry, input: 'Q' })).toMatchObject({ example: { question: 'Q', ratio: 1 } });
    expect(parseEntry({ ...entry, output: '2.' })).toMatchObject({ example: { compressed: '2.', ending: '' } });
  });

  it.each(['Q<|eot_id|>', 'Q<|eot_id|>1.5<|eot_id|>', 'Q<|eot_id|>0.5<|eot_id|>more', 'Q<|eot_id|>0<|eot_id|>'])(
    'refuses %p',
    (input) => {
      expect(parseEntry({ ...entry, input })).toMatchObject({ problems: [{ key: 'input' }] });
    },
  );
});
