import { measuredSeconds } from './llama-bench.js';

describe(measuredSeconds.name, () => {
  it('reads the time of the first sample from the line of its test', () => {
    const line = '{"n_prompt": 0, "n_gen": 64, "avg_ns": 259534264, "samples_ns": [ 250000000, 269068528 ]}';
    expect(measuredSeconds(`warming up\n${line}\n`)).toBe(0.25);
  });

  it.each(['', 'no backend\n', '{"samples_ns": []}', '{"samples_ns": [ 0 ]}', '{"avg_ns": 1}'])(
    'refuses output without a figure: %j',
    (output) => expect(() => measuredSeconds(output)).toThrow('llama-bench gave no figure'),
  );
});
