import type { Arm, SampleEvent, SampleRecord, TechniqueName } from '../domain/index.js';
import { columnsOf } from './columns.js';
import { routeFrontiers } from './route-frontiers.js';
import { sampleBuilder } from './testing.js';

function arm(name: string, technique: TechniqueName, changes: Partial<Arm> = {}): Arm {
  return {
    name,
    technique,
    params: {},
    model: 'reference',
    sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, maxTokens: 1024, seed: 1, repeats: 1 },
    prompt: { system: null, prefix: null, suffix: null },
    ...changes,
  };
}

const ARMS = [arm('base', 'baseline'), arm('none', 'nothinking'), arm('maybe', 'adaptive-think')];

const PROBE = { probePrompt: 6, probeSampled: 4 };
/** Item, confidence, right without thinking, right with it. */
const ITEMS = [
  ['a', 0.99, true, true],
  ['b', 0.6, false, true],
  ['c', 0.8, true, false],
] as const;

function samples(threshold: number, signal: 'confidence' | 'entropy' = 'confidence'): SampleRecord[] {
  return ITEMS.flatMap(([item, value, short, long]) => {
    const taken = signal === 'entropy' ? value > threshold : value <= threshold;
    const detail = JSON.stringify({ signal, value, threshold, taken });
    const events: SampleEvent[] = [{ at: 0, type: 'route', detail }];
    const shorter = { item, correct: short, ledger: { thinkSampled: 0, thinkInjected: 2, answerSampled: 18 } };
    const longer = { item, correct: long, ledger: { thinkSampled: 100, answerSampled: 10 } };
    const own = taken ? longer : shorter;
    return [
      sampleBuilder({ arm: 'base', ...longer }),
      sampleBuilder({ arm: 'none', ...shorter }),
      sampleBuilder({ arm: 'maybe', ...own, events, ledger: { ...own.ledger, ...PROBE } }),
    ];
  });
}

function mean(values: Iterable<number>): number {
  return [...values].reduce((sum, value) => sum + value, 0) / ITEMS.length;
}

describe('routeFrontiers', () => {
  it('tells what each threshold would have come to, probes included', () => {
    const [frontier, ...others] = routeFrontiers(ARMS, columnsOf(samples(0.7)));
    expect(others).toEqual([]);
    expect(frontier).toMatchObject({
      arm: 'maybe',
      shorter: 'none',
      longer: 'base',
      longerWhen: 'at-most',
      samples: 3,
    });
    const rounded = frontier?.points.map((point) => [
      point.threshold,
      ...[point.share, point.accuracy, point.totalTokens].map((figure) => Math.round(figure * 1e6) / 1e6),
    ]);
    expect(rounded).toEqual([
      [null, 0, 0.666667, 30],
      [0.7, 0.333333, 1, 60],
      [0.895, 0.666667, 0.666667, 90],
      [null, 1, 0.666667, 120],
    ]);
  });

  it('takes the longer way above the threshold where the signal is an entropy', () => {
    const columns = columnsOf(samples(0.7, 'entropy'));
    const [frontier] = routeFrontiers(ARMS, columns);
    expect(frontier?.longerWhen).toBe('above');
    const rows = frontier?.points.map(({ threshold, share }) => [threshold, Math.round(share * 3)]);
    expect(rows).toEqual([
      [null, 0],
      [(0.8 + 0.99) / 2, 1],
      [0.7, 2],
      [null, 3],
    ]);
    expect(frontier?.points[2]?.totalTokens).toBeCloseTo(mean(columns.arms.get('maybe')?.column('total') ?? []), 9);
  });

  it.each([0.7, 0.9])('passes through the arm itself at its own threshold of %d', (threshold) => {
    const columns = columnsOf(samples(threshold));
    const [frontier] = routeFrontiers(ARMS, columns);
    const own = columns.arms.get('maybe');
    const taken = ITEMS.filter(([, value]) => value <= threshold).length / 3;
    const point = frontier?.points.find(({ share }) => Math.abs(share - taken) < 1e-9);
    expect(point?.totalTokens).toBeCloseTo(mean(own?.column('total') ?? []), 9);
    expect(point?.accuracy).toBeCloseTo(mean(own?.flag('correct') ?? []), 9);
  });

  it.each([
    ['the arm that never thinks', [ARMS[0], ARMS[2]]],
    ['one with the same prefill', [ARMS[0], arm('none', 'nothinking', { params: { prefill: 'x' } }), ARMS[2]]],
    ['one of the same model', [arm('base', 'baseline', { model: 'other' }), ARMS[1], ARMS[2]]],
  ] as const)('is absent without %s', (_name, arms) => {
    expect(
      routeFrontiers(
        arms.filter((each) => each !== undefined),
        columnsOf(samples(0.7)),
      ),
    ).toEqual([]);
  });
});
