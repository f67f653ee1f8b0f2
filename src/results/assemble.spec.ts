import type { Arm, RunResult } from '../domain/index.js';
import { armTable, formatTable, markdownTable } from './arm-table.js';
import { assembleResult } from './assemble.js';
import { resultMarkdown } from './markdown.js';
import { resultDifferences, resultJson } from './result-json.js';
import { resultProblems } from './result-schema.js';
import { simulatedSamples, someStoredRun, type StoredRunChanges } from './testing.js';

const NO_TIMINGS = new Map();

function withCap(arm: Arm, maxTokens: number): Arm {
  return { ...arm, sampling: { ...arm.sampling, maxTokens } };
}

async function resultOf(changes: StoredRunChanges = {}, samples = simulatedSamples()): Promise<RunResult> {
  return assembleResult(someStoredRun(changes), samples, NO_TIMINGS);
}

describe('assembleResult', () => {
  it.each([
    ['one repeat', {}, simulatedSamples()],
    ['repeats', { repeats: 3 }, simulatedSamples({ repeats: 3 })],
    ['clusters', {}, simulatedSamples({ clusterSize: 5 })],
    ['a cancelled run', { status: 'cancelled' }, simulatedSamples().slice(0, 90)],
    ['a run without any sample', { status: 'failed' }, []],
    ['an arm without samples', { status: 'partial' }, simulatedSamples().filter(({ arm }) => arm !== 'nowait')],
  ] as const)('keeps the contract with %s', async (_name, changes, samples) => {
    const result = await resultOf(changes, [...samples]);
    expect(resultProblems(JSON.parse(resultJson(result)))).toEqual([]);
  });

  it('lists arms in the order of the suite and compares all but one with that one', async () => {
    const result = await resultOf();
    expect(result.arms.map((arm) => arm.name)).toEqual(['baseline', 'nowait', 'budget-64', 'nothinking']);
    expect(result.comparisons.map(({ arm, dataset }) => `${arm}/${dataset}`)).toEqual(
      ['nowait', 'budget-64', 'nothinking'].flatMap((arm) =>
        ['overall', 'arithmetic', 'countdown'].map((d) => `${arm}/${d}`),
      ),
    );
    expect(result.comparisons.every(({ against }) => against === 'baseline')).toBe(true);
  });

  it('carries what the catalogue says of each technique, and timings by arm', async () => {
    const timing = {
      mode: 'isolated',
      items: 4,
      tokensPerSecond: 480,
      secondsPerItem: { p50: 0.4, p90: 0.9 },
    } as const;
    const result = await assembleResult(someStoredRun(), simulatedSamples(), new Map([['nowait', timing]]));
    expect(result.arms[1]).toMatchObject({ technique: 'nowait', timing });
    expect(result.arms[1]?.differences.length).toBeGreaterThan(0);
    expect(result.arms[0]?.timing).toBeNull();
  });

  it("corrects McNemar's p over the arms of each data set by Holm", async () => {
    const { comparisons } = await resultOf();
    const overall = comparisons.filter(({ dataset }) => dataset === 'overall');
    const smallest = overall.toSorted((a, b) => (a.mcnemarP ?? 1) - (b.mcnemarP ?? 1))[0];
    expect(smallest?.mcnemarHolmP).toBeCloseTo(Math.min(1, 3 * (smallest?.mcnemarP ?? 1)), 14);
    for (const { mcnemarP, mcnemarHolmP } of overall) expect(mcnemarHolmP).toBeGreaterThanOrEqual(mcnemarP ?? 0);
  });

  it('measures arms on the items that all of them have, without verdicts, when the run is not complete', async () => {
    const complete = simulatedSamples({ items: 20, datasets: ['arithmetic'] });
    const samples = complete.filter(({ arm, item }) => arm !== 'nowait' || item < 'arithmetic-005');
    const result = await resultOf({ status: 'running', datasets: ['arithmetic'] }, samples);
    expect(result.arms.map((arm) => arm.overall.items)).toEqual([5, 5, 5, 5]);
    expect(result.comparisons.every(({ finding, verdict }) => finding === null && verdict === 'not-comparable')).toBe(
      true,
    );
  });

  it('does not let an arm that has not begun empty the others', async () => {
    const samples = simulatedSamples().filter(({ arm }) => arm !== 'nowait');
    const result = await resultOf({ status: 'running' }, samples);
    expect(result.arms.map((arm) => arm.overall.items)).toEqual([40, 0, 40, 40]);
  });

  it('judges nothing across different caps when a sample comes up to the smaller one', async () => {
    const result = await resultOf({ changeArm: (arm) => (arm.name === 'nowait' ? withCap(arm, 200) : arm) });
    expect(result.comparisons[0]).toMatchObject({
      verdict: 'not-comparable',
      finding: expect.stringMatching(
        /^not comparable: token caps differ \(200 and 1,024\), and \d+ of 80 samples come up/,
      ),
      warnings: [{ kind: 'caps' }],
    });
    expect(result.comparisons[3]?.verdict).not.toBe('not-comparable');
  });

  it('judges as with equal caps when no sample comes up to the smaller one', async () => {
    const result = await resultOf({ changeArm: (arm) => (arm.name === 'nowait' ? withCap(arm, 1023) : arm) });
    expect(result.comparisons[0]).toEqual((await resultOf()).comparisons[0]);
  });

  it('gives the same bytes when assembled again', async () => {
    expect(resultJson(await resultOf())).toBe(resultJson(await resultOf()));
  });
});

describe('resultDifferences', () => {
  it('is empty for equal results and names the path of each difference', async () => {
    const result = await resultOf();
    expect(resultDifferences(JSON.parse(resultJson(result)), result)).toEqual([]);
    const changed = { ...result, engine: { ...result.engine, decodedTokens: 1 }, extra: [1] };
    expect(resultDifferences(result, changed)).toEqual(['engine.decodedTokens: 9000 ≠ 1', 'extra: undefined ≠ [1]']);
  });
});

describe('resultProblems', () => {
  it('names the path of what breaks the contract and lets new fields pass', async () => {
    const json: Record<string, unknown> = JSON.parse(resultJson(await resultOf()));
    expect(resultProblems({ ...json, addedLater: true })).toEqual([]);
    expect(resultProblems({ ...json, schemaVersion: 2 })[0]).toMatch(/^schemaVersion: /);
    expect(
      resultProblems({ ...json, comparisons: [{}] }).some((problem) => problem.startsWith('comparisons.0.arm')),
    ).toBe(true);
  });
});

describe('armTable', () => {
  it('has a row per arm with figures of result.json', async () => {
    const result = await resultOf();
    const [head = [], baseline = [], nowait = []] = armTable(result);
    expect(head).toHaveLength(11);
    expect(baseline[head.indexOf('ratio (95\u202f%)')]).toBe('1');
    expect(nowait[0]).toBe('nowait');
    expect(nowait[1]).toMatch(/^\d+\.\d\u202f% \(\d+\.\d–\d+\.\d\)$/);
    expect(nowait[head.indexOf('think')]).toBe(Math.round(result.arms[1]?.overall.tokens.think.mean ?? 0).toString());
    expect(nowait[head.indexOf('ratio (95\u202f%)')]).toMatch(/^0\.\d\d \(0\.\d\d–0\.\d\d\)$/);
  });

  it('has a column of longer ways where an arm chooses between two', async () => {
    const result = await resultOf();
    const routing = { of: 'thinks', intervalMethod: 'wilson', signal: 'confidence', threshold: 0.9 } as const;
    const chosen = { ...routing, share: 0.25, interval: [0.1, 0.5], items: 20, samples: 20 } as const;
    const arms = result.arms.map((arm, i) => (i === 1 ? { ...arm, routing: chosen } : arm));
    const table = armTable({ ...result, arms });
    expect(table.map((row) => row.at(-1))).toEqual([
      'longer way (95\u202f%)',
      '–',
      'thinks 25.0\u202f% (10.0–50.0)',
      '–',
      '–',
    ]);
    expect(resultProblems(JSON.parse(resultJson({ ...result, arms })))).toEqual([]);
  });

  it('lines up on a terminal and prints no control characters', async () => {
    const result = await resultOf();
    const hostile = { ...result, arms: result.arms.map((arm) => ({ ...arm, name: `\u001b[31m${arm.name}\n` })) };
    const lines = formatTable(armTable(hostile)).trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    // eslint-disable-next-line no-control-regex
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f]/);
  });

  it('shows dashes where an arm has no samples', async () => {
    const result = await resultOf(
      { status: 'running' },
      simulatedSamples().filter(({ arm }) => arm !== 'nowait'),
    );
    expect(armTable(result)[2]?.slice(1)).toEqual(Array.from({ length: 10 }, () => '–'));
  });

  it('is a table in Markdown whatever an arm is called', async () => {
    const result = await resultOf();
    const arms = result.arms.map((arm, i) => (i === 1 ? { ...arm, name: 'a|b\n| c' } : arm));
    const lines = markdownTable(armTable({ ...result, arms }))
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(6);
    for (const line of lines) expect(line.replaceAll('\\|', '').split('|')).toHaveLength(13);
  });
});

describe('resultMarkdown', () => {
  it('gives the table, how to read it and a finding per arm', async () => {
    const text = resultMarkdown(await resultOf());
    expect(text).toMatch(/^### demo\n\nRun 054f19c7, completed, 40 items\. /);
    expect(text.match(/^- \*\*/gm)).toHaveLength(3);
    expect(text).toContain('margin 2 points');
  });

  it('has no findings when the run is partial', async () => {
    expect(resultMarkdown(await resultOf({ status: 'partial' }))).not.toContain('- **');
  });
});
