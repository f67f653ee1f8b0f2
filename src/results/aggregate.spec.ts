import { array, assert, boolean, integer, property, record } from 'fast-check';
import type { SampleRecord } from '../domain/index.js';
import { meanInterval, wilsonInterval } from '../statistics/index.js';
import { aggregate, aggregateArm } from './aggregate.js';
import { ArmColumns, collectColumns, columnsOf } from './columns.js';
import { ItemTable } from './item-table.js';
import { sampleBuilder, simulatedSamples } from './testing.js';

function columnsOfArm(samples: readonly SampleRecord[], arm = 'baseline'): ArmColumns {
  return columnsOf(samples).arms.get(arm) ?? new ArmColumns(new ItemTable());
}

function repeated(item: string, outcomes: readonly boolean[]): SampleRecord[] {
  return outcomes.map((correct, repeat) => sampleBuilder({ item, repeat, correct }));
}

describe('aggregate', () => {
  it('takes Wilson at one repeat', () => {
    const samples = [true, true, true, false].flatMap((correct, i) => repeated(`i${i}`, [correct]));
    const result = aggregate(columnsOfArm(samples));
    expect(result).toMatchObject({ items: 4, samples: 4, accuracy: 0.75, accuracyIntervalMethod: 'wilson' });
    expect(result.accuracyInterval).toEqual(wilsonInterval(3, 4));
  });

  it('takes t on item means when items are repeated, not all samples in one pot', () => {
    const samples = [...repeated('a', [true, true]), ...repeated('b', [true, false]), ...repeated('c', [false, false])];
    const result = aggregate(columnsOfArm(samples));
    const [low, high] = meanInterval([1, 0.5, 0]);
    expect(result).toMatchObject({ items: 3, samples: 6, accuracy: 0.5, accuracyIntervalMethod: 't' });
    expect(result.accuracyInterval).toEqual([Math.max(0, low), Math.min(1, high)]);
  });

  it('falls back to Wilson on items when repeated items are all equal, never to a point', () => {
    const samples = ['a', 'b', 'c'].flatMap((item) => repeated(item, [true, true]));
    const result = aggregate(columnsOfArm(samples));
    expect(result.accuracyInterval).toEqual(wilsonInterval(3, 3));
    expect(result.accuracyIntervalMethod).toBe('wilson');
  });

  it('weighs items alike when one has fewer repeats', () => {
    const samples = [...repeated('a', [true, true, true, true]), ...repeated('b', [false])];
    expect(aggregate(columnsOfArm(samples)).accuracy).toBe(0.5);
  });

  it('adds tokens up as the contract says', () => {
    const ledger = {
      thinkSampled: 60,
      thinkInjected: 4,
      answerSampled: 10,
      answerInjected: 1,
      probePrompt: 7,
      probeSampled: 5,
      draftRejected: 3,
    };
    const { tokens } = aggregate(columnsOfArm([sampleBuilder({ ledger })]));
    const means = Object.entries(tokens).map(([column, summary]) => [column, summary.mean]);
    expect(Object.fromEntries(means)).toEqual({
      think: 64,
      answer: 11,
      injected: 5,
      probe: 12,
      rejected: 3,
      delivered: 75,
      total: 90,
    });
  });

  it('takes quantiles of type 7', () => {
    const samples = [10, 20, 30, 40].map((thinkSampled, i) =>
      sampleBuilder({ item: `i${i}`, ledger: { thinkSampled } }),
    );
    const { think } = aggregate(columnsOfArm(samples)).tokens;
    expect(think.p50).toBe(25);
    expect(think.p90).toBeCloseTo(37, 12);
    expect(think.p99).toBeCloseTo(39.7, 12);
  });

  it('counts a cap inside the thinking as censored and as no answer, and names only stops that occur', () => {
    const capped = sampleBuilder({
      item: 'x',
      correct: false,
      extracted: null,
      reasonCode: 'censored',
      thinkStop: 'cap',
      stopReason: 'length_cap',
    });
    const result = aggregate(
      columnsOfArm([sampleBuilder(), sampleBuilder({ item: 'y' }), sampleBuilder({ item: 'z' }), capped]),
    );
    expect(result).toMatchObject({ accuracy: 0.75, censoredShare: 0.25, noAnswerShare: 0.25 });
    expect(result.thinkStops).toEqual({ natural: 3, cap: 1 });
    expect(result.stopReasons).toEqual({ eos: 3, length_cap: 1 });
  });

  it('has no figures when there are no samples', () => {
    const result = aggregate(new ArmColumns(new ItemTable()));
    expect(result).toMatchObject({ items: 0, samples: 0, accuracyInterval: [0, 1] });
    expect(result.accuracy).toBeNaN();
    expect(result.tokens.think.mean).toBeNaN();
    expect(result.censoredShare).toBeNaN();
  });

  it('does not depend on the order of samples', () => {
    const sample = record({
      item: integer({ min: 0, max: 5 }),
      repeat: integer({ min: 0, max: 2 }),
      correct: boolean(),
    });
    assert(
      property(array(sample, { minLength: 1, maxLength: 30 }), (cells) => {
        const samples = cells.map((cell) => sampleBuilder({ ...cell, item: `i${cell.item}` }));
        const forward = aggregate(columnsOfArm(samples));
        const backward = aggregate(columnsOfArm(samples.toReversed()));
        expect(backward.accuracy).toBeCloseTo(forward.accuracy, 12);
        expect(backward.tokens).toEqual(forward.tokens);
        expect(forward.accuracyInterval[0]).toBeLessThanOrEqual(forward.accuracy);
        expect(forward.accuracyInterval[1]).toBeGreaterThanOrEqual(forward.accuracy);
      }),
    );
  });
});

describe('aggregateArm', () => {
  it('splits by data set in the order asked for and by level ascending, leaving out items without a level', () => {
    const samples = [
      sampleBuilder({ item: 'a', level: 4 }),
      sampleBuilder({ item: 'b', level: 2, correct: false }),
      sampleBuilder({ dataset: 'countdown', item: 'a', level: null }),
    ];
    const result = aggregateArm(columnsOfArm(samples), ['countdown', 'arithmetic']);
    expect(Object.keys(result.byDataset)).toEqual(['countdown', 'arithmetic']);
    expect(result.byDataset['arithmetic']).toMatchObject({ items: 2, accuracy: 0.5 });
    expect(Object.keys(result.byLevel)).toEqual(['2', '4']);
    expect(result.overall.items).toBe(3);
  });
});

describe('collectColumns', () => {
  it('gives equal item indices to all arms and keeps items of equal name in two data sets apart', async () => {
    const samples = [
      sampleBuilder({ arm: 'a', item: 'x' }),
      sampleBuilder({ arm: 'b', item: 'y' }),
      sampleBuilder({ arm: 'b', item: 'x' }),
      sampleBuilder({ arm: 'b', dataset: 'countdown', item: 'x' }),
    ];
    const run = await collectColumns(samples);
    expect(run.items.size).toBe(3);
    expect([...(run.arms.get('a')?.column('item') ?? [])]).toEqual([0]);
    expect([...(run.arms.get('b')?.column('item') ?? [])]).toEqual([1, 0, 2]);
  });

  it('grows past its first capacity without losing a sample', () => {
    const samples = simulatedSamples({ items: 500, datasets: ['arithmetic'] });
    const arm = columnsOfArm(samples, 'nowait');
    expect(arm.length).toBe(500);
    const mine = samples.filter((sample) => sample.arm === 'nowait');
    expect([...arm.column('think')]).toEqual(mine.map((sample) => sample.ledger.thinkSampled));
    expect([...arm.flag('correct')]).toEqual(mine.map((sample) => Number(sample.correct)));
  });
});
