import { array, assert, double, property, tuple } from 'fast-check';
import type { BenchDocument, BenchRow } from './bench-document.js';
import { benchMarkdown, benchTable } from './bench-table.js';
import { interleaved, roundOrder } from './interleave.js';
import { atLeast, atMost, pairedRatio, reaches } from './paired-ratio.js';

const ROW: BenchRow = {
  case: 'decode',
  model: 'reference',
  sequences: 8,
  threads: 1,
  unit: 'tok/s',
  laconic: 1234.5,
  peer: 'llama.cpp',
  peerValue: 1200,
  ratio: 1.029,
  runs: 5,
  spread: [0.98, 1.05],
  bar: atLeast(1),
};

const DOCUMENT: BenchDocument = {
  bench: 'engine',
  machine: { cpu: 'x86-64', cores: 2, memoryBytes: 8e9 },
  date: '2026-01-02',
  command: 'laconic bench engine',
  rows: [ROW],
  notes: ['model gemma3-270m is absent'],
};

describe(pairedRatio.name, () => {
  it('takes the median of the ratios, which a drift of both halves leaves alone', () => {
    const drift = [1, 2, 4, 8, 16];
    const { ratio, spread, runs } = pairedRatio(
      drift.map((factor) => 30 * factor),
      drift.map((factor) => 20 * factor),
    );
    expect({ ratio, spread, runs }).toEqual({ ratio: 1.5, spread: [1.5, 1.5], runs: 5 });
  });

  it('is not moved by one disturbed repetition, but shows it in the spread', () => {
    const { ratio, spread } = pairedRatio([10, 10, 10, 10, 10], [10, 10, 2, 10, 10]);
    expect(ratio).toBe(1);
    expect(spread).toEqual([1, 5]);
  });

  it('lies within its spread, and turns over when the two are exchanged', () => {
    const positive = double({ min: 1e-3, max: 1e3, noNaN: true });
    assert(
      property(array(tuple(positive, positive), { minLength: 1, maxLength: 9 }), (pairs) => {
        const ours = pairs.map(([value]) => value);
        const theirs = pairs.map(([, value]) => value);
        const { ratio, spread } = pairedRatio(ours, theirs);
        const turned = pairedRatio(theirs, ours).spread;
        expect(ratio).toBeGreaterThanOrEqual(spread[0]);
        expect(ratio).toBeLessThanOrEqual(spread[1]);
        expect(turned[0] * spread[1]).toBeCloseTo(1, 9);
      }),
    );
  });

  it('refuses measurements that are not paired', () => {
    expect(() => pairedRatio([1, 2], [1])).toThrow('paired measurements');
    expect(() => pairedRatio([], [])).toThrow(RangeError);
  });
});

describe(reaches.name, () => {
  it.each([
    [{ spread: [0.9, 1.01], bar: atLeast(1) }, true],
    [{ spread: [0.9, 0.99], bar: atLeast(1) }, false],
    [{ spread: [1.9, 2.4], bar: atMost(2) }, true],
    [{ spread: [2.1, 2.4], bar: atMost(2) }, false],
    [{ spread: [1, 1], bar: null }, null],
  ] as const)('judges by the end of the spread that is nearer to the bar: %j', (row, expected) => {
    expect(reaches(row)).toBe(expected);
  });
});

describe(interleaved.name, () => {
  it('measures everyone once a round and lets everyone begin', async () => {
    const calls: string[] = [];
    const values = await interleaved(['a', 'b', 'c'], 3, async (name, round) => {
      calls.push(`${name}${round}`);
      return calls.length;
    });
    expect(calls).toEqual(['a0', 'b0', 'c0', 'b1', 'c1', 'a1', 'c2', 'a2', 'b2']);
    expect(values.get('a')).toEqual([1, 6, 8]);
  });

  it('keeps every contestant in every round', () => {
    expect(roundOrder(['a', 'b'], 7)).toEqual(['b', 'a']);
  });
});

describe(benchTable.name, () => {
  it('shows ratios with spread and bar, and the notes', () => {
    const text = benchTable(DOCUMENT);
    expect(text).toContain('1.03   0.98 – 1.05  5     ≥ 1 reached');
    expect(text).toContain('- model gemma3-270m is absent');
  });

  it('escapes what would break a Markdown table', () => {
    const [, , line] = benchMarkdown([{ ...ROW, case: 'a|b', model: null, bar: atMost(1) }]).split('\n');
    expect(line).toBe('| a\\|b |  | 8 | 1235 tok/s | llama.cpp | 1200 tok/s | 1.03 | 0.98 – 1.05 | 5 | ≤ 1 reached |');
  });
});
