import { commandLine, FakeApplication } from '../testing.js';

const COMPRESS = ['tokenskip', 'compress', '--run', 'r', '--scorer', 'random', '--out', 'o'];

describe('laconic tokenskip compress', () => {
  it('asks for what the paper does unless told otherwise', async () => {
    const fake = new FakeApplication();
    const { code, opened } = await commandLine(COMPRESS, fake);
    expect(code).toBe(0);
    expect(opened).toEqual([{ kind: 'plan' }]);
    expect(fake.compressed).toEqual([
      {
        runId: 'r',
        arm: 'baseline',
        scorer: 'random',
        scorerOptions: { unit: 'line' },
        directory: 'o',
        replace: false,
        ratios: [0.5, 0.6, 0.7, 0.8, 0.9, 1],
        perChain: 'one',
        seed: 42,
        maxTokens: 500,
        control: 'reference',
        formats: ['llama-factory', 'sharegpt', 'messages'],
        keep: { forceTokens: [], reserveDigits: false, dropConsecutive: false },
      },
    ]);
  });

  it('passes on what it is told', async () => {
    const fake = new FakeApplication();
    const keep = ['--force-tokens', 'Step,:', '--reserve-digits', '--drop-consecutive'];
    const others = ['--ratios', '0.3,.55,1.0', '--per-chain', 'all', '--formats', 'messages,sharegpt', '--force'];
    await commandLine([...COMPRESS, ...keep, ...others, '--control', 'llama3', '--unit', 'token'], fake);
    expect(fake.compressed[0]).toMatchObject({
      ratios: [0.3, 0.55, 1],
      perChain: 'all',
      formats: ['sharegpt', 'messages'],
      replace: true,
      control: 'llama3',
      scorerOptions: { unit: 'token' },
      keep: { forceTokens: ['Step', ':'], reserveDigits: true, dropConsecutive: true },
    });
  });

  it('says the cost before the work, and the work by tenths', async () => {
    const { stdout, stderr } = await commandLine(COMPRESS);
    const [forecast, ...progress] = stderr.trimEnd().split('\n');
    expect(forecast).toBe('40 chains to compress (left out: 2 wrong); 900 tokens to read, about 2 s');
    expect(progress).toHaveLength(10);
    expect(stdout).toContain('0.50         1  0.556  0.56–0.56');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('o/preview.html');
  });

  it.each([
    ['--ratios', '0.5,0'],
    ['--ratios', '0.5,1.1'],
    ['--ratios', '0.5,0.5'],
    ['--formats', 'parquet'],
    ['--scorer', 'gut-feeling'],
    ['--per-chain', 'two'],
    ['--max-tokens', '0'],
  ])('refuses %s %s', async (flag, value) => {
    const fake = new FakeApplication();
    expect((await commandLine([...COMPRESS, flag, value], fake)).code).toBe(2);
    expect(fake.compressed).toEqual([]);
  });
});

describe('laconic tokenskip import', () => {
  it('passes the files on; the ratio is written as the published scripts do', async () => {
    const fake = new FakeApplication();
    const { code } = await commandLine(['tokenskip', 'import', 'a.json', 'b.jsonl', '--out', 'o'], fake);
    expect(code).toBe(0);
    expect(fake.imported[0]).toMatchObject({ files: ['a.json', 'b.jsonl'], model: null, control: 'qwen', seed: 42 });
  });
});
