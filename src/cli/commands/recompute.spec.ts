import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembleResult, resultJson } from '../../results/index.js';
import { simulatedSamples, someStoredRun } from '../../results/testing.js';
import { commandLine, FakeApplication, STORED_RUN } from '../testing.js';

describe('laconic recompute', () => {
  let folder: string;
  let file: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'laconic-recompute-'));
    file = join(folder, 'result.json');
    await writeFile(file, resultJson(await assembleResult(someStoredRun(), simulatedSamples(), new Map())));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  const check = async (fake?: FakeApplication) =>
    commandLine(['recompute', STORED_RUN, '--check', '--result', file], fake);

  it('prints what was written, from the samples', async () => {
    const { code, stdout } = await commandLine(['recompute', STORED_RUN]);
    expect(code).toBe(0);
    expect(stdout).toBe(resultJson(await assembleResult(someStoredRun(), simulatedSamples(), new Map())));
  });

  it('exits with 0 where the samples give the written result bit for bit', async () => {
    expect(await check()).toMatchObject({ code: 0, stderr: '' });
  });

  it('exits with 1 and names the first figure that a tampered sample changes', async () => {
    const [first, ...others] = simulatedSamples();
    if (!first) throw new Error('the simulation made no sample');
    const longer = { ...first, ledger: { ...first.ledger, answerSampled: first.ledger.answerSampled + 1 } };
    const { code, stdout, stderr } = await check(new FakeApplication({ samples: [longer, ...others] }));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('first at arms.0.overall.tokens.answer.mean: 13 ≠ 13.025');
    expect(stderr).toMatch(/; \d+ more differ\n$/);
  });

  it('finds a verdict that was turned round', async () => {
    const samples = simulatedSamples().map((sample, row) =>
      row === 45 ? { ...sample, correct: !sample.correct } : sample,
    );
    const { code, stderr } = await check(new FakeApplication({ samples }));
    expect(code).toBe(1);
    expect(stderr).toMatch(/first at arms\.\d+\.overall\.accuracy: /);
  });

  it.each([
    ['there is no file', 'absent.json', null],
    ['the file is no JSON', 'broken.json', '{"schemaVersion":'],
  ])('says what to do where %s', async (_what, name, text) => {
    const other = join(folder, name);
    if (text !== null) await writeFile(other, text);
    const { code, stderr } = await commandLine(['recompute', STORED_RUN, '--check', '--result', other]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${other} is no result.json that can be read.`);
    expect(stderr).toContain('laconic resume');
  });
});
