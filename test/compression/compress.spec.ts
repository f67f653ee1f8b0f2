import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CompressionCard } from '../../src/compression/index.js';
import type { SampleRecord } from '../../src/domain/index.js';
import { expectExit, runIdOf } from '../support/interrupted-run.js';
import { runLaconic, startLaconic, temporaryHome, type Finished } from '../support/laconic-process.js';
import { jsonLines, readRun } from '../support/suite-run.js';
import { smallSuite } from '../support/suites.js';
import { describeWithBrowser, launchBrowser, watchedPage } from '../e2e/browser.js';
import { PAGE_WIDTHS } from '../e2e/page-checks.js';

// Whole runs in processes of their own; on a busy machine each takes a while.
jest.setTimeout(300_000);

/** Two controls, and one that asks the engine. */
const SCORERS = ['random', 'keep-numbers', 'self-information'];

const BASELINE = [{ name: 'baseline', technique: 'baseline' }];

const CALIBRATION = smallSuite({
  name: 'calibration',
  datasets: ['arithmetic', 'clock-times'].map((name) => ({ name, split: 'calibration', limit: 8 })),
  sampling: { maxTokens: 512 },
  arms: [...BASELINE, { name: 'budget-16', technique: 'budget', params: { tokens: 16 } }],
});

interface ChainLine {
  readonly dataset: string;
  readonly item: string;
  readonly question: string;
  readonly ratio: number;
  readonly ids: readonly number[];
  readonly kept: string;
  readonly importance: readonly number[];
  readonly outputIds: readonly number[];
}

interface AlpacaLine {
  readonly instruction: string;
  readonly input: string;
  readonly output: string;
}

function itemLine(a: number): string {
  const [b, c] = [a - 9, a + 13];
  return JSON.stringify({
    id: `s-${a}`,
    question: `Evaluate the expression ${a} - ${b} + ${c}.`,
    answer: String(9 + c),
  });
}

describe('laconic tokenskip compress', () => {
  let folder: string;
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  let calibrated: string;
  let samples: readonly SampleRecord[];
  const out = (name: string): string => join(folder, name);
  const env = (): Record<string, string> => ({ LACONIC_HOME: home.home });
  const run = async (suite: Readonly<Record<string, unknown>>, name: string): Promise<string> => {
    const file = join(folder, `${name}.json`);
    await writeFile(file, JSON.stringify(suite));
    return runIdOf((await expectExit(0, ['run', file, '--out', out(name), '--token-ids', '--quiet'], env())).stderr);
  };
  const command = (name: string, ...args: readonly string[]): string[] =>
    ['tokenskip', 'compress', '--run', calibrated, '--out', out(name)].concat(args);
  const compress = async (name: string, ...args: readonly string[]): Promise<Finished> =>
    runLaconic(command(name, ...args), env());
  const files = async (name: string): Promise<Readonly<Record<string, string>>> => {
    const names = (await readdir(out(name))).toSorted();
    return Object.fromEntries(
      await Promise.all(names.map(async (file) => [file, await readFile(join(out(name), file), 'utf8')] as const)),
    );
  };
  const card = async (name: string): Promise<CompressionCard> =>
    JSON.parse((await files(name))['card.json'] ?? '') as CompressionCard;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'laconic-compress-'));
    home = await temporaryHome();
    calibrated = await run(CALIBRATION, 'calibration');
    samples = (await readRun(out('calibration'))).samples.filter(({ arm }) => arm === 'baseline');
    for (const scorer of SCORERS) await expectExit(0, command(scorer, '--scorer', scorer, '--per-chain', 'all'), env());
  }, 900_000);

  afterAll(async () => {
    await home?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(SCORERS)(
    'writes chains at every ratio that are the samples without the dropped tokens: %s',
    async (scorer) => {
      const lines = await jsonLines<ChainLine>(join(out(scorer), 'chains.jsonl'));
      const correct = samples.filter((sample) => sample.correct && sample.thinkStop === 'natural');
      expect(lines.length).toBe(6 * correct.length);
      expect(correct.length).toBeGreaterThan(4);
      for (const line of lines) {
        const sample = samples.find(({ item }) => item === line.item);
        const whole = [...(sample?.thinkIds ?? []), ...(sample?.answerIds ?? [])];
        const kept = line.ids.filter((_, index) => line.kept[index] === '1');
        expect(line.importance).toHaveLength(line.ids.length);
        expect(Math.abs(kept.length - line.ratio * line.ids.length)).toBeLessThan(1);
        const from = whole.findIndex((_, at) => line.ids.every((id, index) => whole[at + index] === id));
        expect(line.outputIds).toEqual([...whole.slice(0, from), ...kept, ...whole.slice(from + line.ids.length)]);
      }
      for (const line of lines.filter(({ ratio }) => ratio === 1)) expect(line.kept).not.toContain('0');
    },
  );

  it('writes at ratio 1 what the model wrote, and names the ratio behind the question', async () => {
    const examples = JSON.parse((await files('random'))['alpaca.json'] ?? '') as AlpacaLine[];
    for (const { item, question, ratio } of await jsonLines<ChainLine>(join(out('random'), 'chains.jsonl'))) {
      if (ratio < 1) continue;
      const sample = samples.find((each) => each.item === item);
      expect(examples).toContainEqual({
        instruction: '',
        input: `${question}<|eot_id|>1.0<|eot_id|>`,
        output: `<think>${sample?.thinking}</think>${sample?.answer}`,
      });
    }
  });

  it('writes the same examples for every trainer', async () => {
    const written = await files('keep-numbers');
    const alpaca = JSON.parse(written['alpaca.json'] ?? '') as AlpacaLine[];
    const conversations = JSON.parse(written['sharegpt.json'] ?? '') as { conversations: { value: string }[] }[];
    const messages = await jsonLines<{ messages: { content: string }[] }>(join(out('keep-numbers'), 'messages.jsonl'));
    const texts = alpaca.map(({ input, output }) => [input, output]);
    expect(conversations.map((one) => one.conversations.map(({ value }) => value))).toEqual(texts);
    expect(messages.map((one) => one.messages.map(({ content }) => content))).toEqual(texts);
    expect(JSON.parse(written['dataset_info.json'] ?? '')).toHaveProperty('laconic_tokenskip.file_name', 'alpaca.json');
  });

  it('says in its card where everything comes from', async () => {
    const { files: listed, items, leftOut, chains, ...facts } = await card('random');
    expect(facts).toMatchObject({ run: { id: calibrated }, scorer: { name: 'random' }, selection: { seed: 42 } });
    expect(items.calibration.itemSetSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(items.own.items).toBe(0);
    expect(chains + Object.values(leftOut).reduce((sum, count) => sum + count, 0)).toBe(samples.length);
    const written = await files('random');
    expect(Object.keys(written)).toEqual(['card.json', ...listed.map(({ name }) => name)].toSorted());
    for (const { name, sha256 } of listed)
      expect(
        createHash('sha256')
          .update(written[name] ?? '')
          .digest('hex'),
      ).toBe(sha256);
  });

  it('writes the same bytes again, and draws one ratio a chain unless told otherwise', async () => {
    for (const name of ['one', 'two']) expect(await compress(name, '--scorer', 'random')).toMatchObject({ code: 0 });
    expect(await files('two')).toEqual(await files('one'));
    const { chains, examples } = await card('one');
    expect(examples).toBe(chains);
    expect(await compress('three', '--scorer', 'random', '--seed', '7')).toMatchObject({ code: 0 });
    expect((await files('three'))['chains.jsonl']).not.toBe((await files('one'))['chains.jsonl']);
  });

  it('tells the cost first, writes only the formats asked for, and replaces its own folder only when told', async () => {
    const args = ['--scorer', 'truncate', '--formats', 'messages', '--max-tokens', '60'];
    const { code, stderr, stdout } = await compress('few', ...args);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/few\/preview\.html\n$/) });
    expect(stderr).toMatch(/\d+ chains to compress \(left out: .*too-long/);
    expect(Object.keys(await files('few'))).toEqual(['card.json', 'chains.jsonl', 'messages.jsonl', 'preview.html']);
    expect(await compress('few', ...args)).toMatchObject({ code: 2, stderr: expect.stringContaining('--force') });
    expect(await compress('few', ...args, '--force')).toMatchObject({ code: 0 });
  });

  it('refuses evaluation items, other arms and formats, and leaves nothing behind', async () => {
    const evaluated = await run(smallSuite({ arms: BASELINE }), 'evaluated');
    const refused = await runLaconic(
      ['tokenskip', 'compress', '--run', evaluated, '--scorer', 'random', '--out', out('no')],
      env(),
    );
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('is an evaluation item') });
    expect(await compress('no', '--scorer', 'random', '--arm', 'budget-16')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Its baselines: baseline'),
    });
    expect(await compress('no', '--scorer', 'random', '--ratios', '0.5,1.5')).toMatchObject({ code: 2 });
    expect(await compress('no', '--scorer', 'random', '--max-tokens', '1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('too-long'),
    });
    expect((await readdir(folder)).filter((name) => name.includes('no'))).toEqual([]);
  });

  it('leaves nothing half-written when it is interrupted', async () => {
    // One text is read for every token: far more than there is time for.
    const running = startLaconic(command('half', '--scorer', 'answer-contribution', '--unit', 'token'), env());
    await running.saw('chains to compress');
    running.child.kill('SIGINT');
    expect(await running.finished).toMatchObject({ code: 130, stderr: expect.stringContaining('stopp') });
    expect((await readdir(folder)).filter((name) => name.includes('half'))).toEqual([]);
  });

  it('takes items of one’s own, and says so', async () => {
    const own = join(folder, 'sums.jsonl');
    await writeFile(own, `${[12, 23, 31, 45].map(itemLine).join('\n')}\n`);
    const id = await run(
      smallSuite({ name: 'own', datasets: [{ path: own, check: 'integer' }], arms: BASELINE }),
      'own',
    );
    await expectExit(
      0,
      ['tokenskip', 'compress', '--run', id, '--scorer', 'random', '--out', out('own-chains')],
      env(),
    );
    const { items } = await card('own-chains');
    expect(items).toMatchObject({ calibration: { items: 0 }, note: expect.stringContaining('named by its path') });
    expect(items.own.items).toBeGreaterThan(0);
  });

  describeWithBrowser('its preview in a browser', (executablePath) => {
    it.each([
      [1280, 'light'],
      [390, 'dark'],
    ] as const)('opens without request, error or overflow at %d wide in %s', async (width, colorScheme) => {
      const browser = await launchBrowser(executablePath);
      try {
        const url = pathToFileURL(join(out('keep-numbers'), 'preview.html')).href;
        const options = { viewport: { width, height: 900 }, colorScheme };
        const { page, trouble } = await watchedPage(browser, url, options);
        expect(trouble).toEqual({ messages: [], requests: [] });
        const [content, window] = await page.evaluate<[number, number]>(PAGE_WIDTHS);
        expect(content).toBeLessThanOrEqual(window);
        expect(await page.locator('article del').count()).toBeGreaterThan(20);
      } finally {
        await browser.close();
      }
    });
  });
});
