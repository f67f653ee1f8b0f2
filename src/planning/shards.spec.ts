import * as fc from 'fast-check';
import { stratifiedOrder } from './order.js';
import { planShards } from './shards.js';
import { adaptedSuite, someItems, someSuite, steeredSuite } from './testing.js';

const counts = fc.record({ a: fc.nat({ max: 90 }), b: fc.nat({ max: 40 }), c: fc.nat({ max: 3 }) });
const processes = fc.integer({ min: 1, max: 6 });
const seeds = fc.nat({ max: 1000 });
const TWO_MODELS = [
  { name: 'baseline', technique: 'baseline' },
  { name: 'nowait', technique: 'nowait' },
  { name: 'small', technique: 'baseline', model: 'reference-nano' },
];

describe('stratifiedOrder', () => {
  it('is a permutation that depends on the seed', () => {
    const items = someItems({ a: 40 });
    const order = stratifiedOrder(items, 1);
    expect(order.toSorted((a, b) => a - b)).toEqual(items.map((_, index) => index));
    expect(order).toEqual(stratifiedOrder(items, 1));
    expect(order).not.toEqual(stratifiedOrder(items, 2));
  });

  it('holds each data set in proportion in every prefix', () => {
    fc.assert(
      fc.property(counts, seeds, (sizes, seed) => {
        const items = someItems(sizes);
        const seen = new Map<string, number>();
        for (const [index, itemNo] of stratifiedOrder(items, seed).entries()) {
          const { dataset } = items[itemNo]!;
          seen.set(dataset, (seen.get(dataset) ?? 0) + 1);
          for (const name of ['a', 'b', 'c'] as const) {
            const share = ((index + 1) * sizes[name]) / items.length;
            expect(Math.abs((seen.get(name) ?? 0) - share)).toBeLessThanOrEqual(1.5);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('planShards', () => {
  it('keeps arms that are steered in different ways apart, and those that are steered alike together', () => {
    const { shards } = planShards({
      runId: 'r',
      suite: steeredSuite([1, 2, 2]),
      items: someItems({ a: 4 }),
      engineProcesses: 1,
    });
    expect(shards.filter(({ kind }) => kind === 'samples').map(({ arms }) => arms)).toEqual([
      ['baseline'],
      ['steered-0'],
      ['steered-1', 'steered-2'],
    ]);
    expect(new Set(shards.map(({ id }) => id)).size).toBe(shards.length);
  });

  it('keeps arms with different adapters apart, and an adapter of scale 0 with none', () => {
    const { shards } = planShards({
      runId: 'r',
      suite: adaptedSuite([[1], [0.5], [0], [1], [1, 0.5]]),
      items: someItems({ a: 4 }),
      engineProcesses: 1,
    });
    expect(shards.filter(({ kind }) => kind === 'samples').map(({ arms }) => arms)).toEqual([
      ['baseline', 'adapted-2'],
      ['adapted-0', 'adapted-3'],
      ['adapted-1'],
      ['adapted-4'],
    ]);
  });

  it('puts every item and arm into exactly one samples shard', () => {
    fc.assert(
      fc.property(counts, processes, seeds, (sizes, engineProcesses, seed) => {
        const items = someItems(sizes);
        const suite = someSuite({ arms: TWO_MODELS, sampling: { seed } });
        const { shards } = planShards({ runId: 'r', suite, items, engineProcesses });
        const pairs = shards
          .filter((shard) => shard.kind === 'samples')
          .flatMap((shard) => shard.itemNos.flatMap((itemNo) => shard.arms.map((arm) => `${arm} ${itemNo}`)));
        expect(new Set(pairs).size).toBe(pairs.length);
        expect(pairs.length).toBe(items.length * suite.arms.length);
        expect(new Set(shards.map((shard) => shard.id)).size).toBe(shards.length);
        expect(shards.map((shard) => shard.shardNo)).toEqual(shards.map((_, index) => index));
        for (const shard of shards) expect(shard.itemNos.length).toBeGreaterThan(0);
      }),
      { numRuns: 50 },
    );
  });

  it('makes shards of at most 24 items, and at least four per process when items allow', () => {
    const suite = someSuite();
    const sizes = (n: number, engineProcesses: number) =>
      planShards({ runId: 'r', suite, items: someItems({ a: n }), engineProcesses })
        .shards.filter((shard) => shard.kind === 'samples')
        .map((shard) => shard.itemNos.length);
    expect(sizes(160, 2)).toEqual(Array.from({ length: 8 }, () => 20));
    expect(sizes(1800, 2)).toEqual(Array.from({ length: 75 }, () => 24));
    expect(sizes(16, 1)).toEqual([4, 4, 4, 4]);
    expect(sizes(5, 2)).toEqual([5]);
    expect(sizes(0, 2)).toEqual([]);
  });

  it('keeps ids when the same run is planned again, and changes them with the run', () => {
    const request = { runId: 'r', suite: someSuite(), items: someItems({ a: 30 }), engineProcesses: 2 };
    const ids = (runId: string) => planShards({ ...request, runId }).shards.map((shard) => shard.id);
    expect(ids('r')).toEqual(ids('r'));
    expect(ids('r')).not.toEqual(ids('s'));
    expect(ids('r')[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  it('orders items alike and keeps ids whatever the order of arms', () => {
    const items = someItems({ a: 30, b: 10 });
    const plan = (arms: typeof TWO_MODELS) =>
      planShards({ runId: 'r', suite: someSuite({ arms, against: 'baseline' }), items, engineProcesses: 1 }).shards;
    const [forward, backward] = [plan(TWO_MODELS), plan(TWO_MODELS.toReversed())];
    expect(new Set(forward.map((shard) => shard.id))).toEqual(new Set(backward.map((shard) => shard.id)));
    expect(forward.map((shard) => shard.itemNos)).toEqual(backward.map((shard) => shard.itemNos));
  });

  it('ends with one timing shard per model over the first items of the order', () => {
    const suite = someSuite({ arms: TWO_MODELS, timing: { items: 3 } });
    const items = someItems({ a: 20 });
    const { shards } = planShards({ runId: 'r', suite, items, engineProcesses: 1 });
    const timings = shards.slice(-2);
    expect(timings.map((shard) => [shard.kind, shard.model])).toEqual([
      ['timing', 'reference'],
      ['timing', 'reference-nano'],
    ]);
    expect(timings[0]?.itemNos).toEqual(stratifiedOrder(items, 1).slice(0, 3));
    expect(shards.slice(0, -2).every((shard) => shard.kind === 'samples')).toBe(true);
  });

  it('plans no timing when it is switched off', () => {
    const suite = someSuite({ timing: { items: 0 } });
    const { shards } = planShards({ runId: 'r', suite, items: someItems({ a: 9 }), engineProcesses: 1 });
    expect(shards.every((shard) => shard.kind === 'samples')).toBe(true);
  });

  describe('with arms that are made from others', () => {
    const CHAIN = [
      { name: 'again', technique: 'eat', params: { replay: 'baseline' } },
      { name: 'baseline', technique: 'baseline' },
      { name: 'nano', technique: 'baseline', model: 'reference-nano' },
      { name: 'twice', technique: 'dynasor', params: { replay: 'baseline' } },
    ];

    it('puts them behind the shards of the same items that they need, whatever the order of arms', () => {
      fc.assert(
        fc.property(counts, processes, fc.shuffledSubarray(CHAIN, { minLength: 4 }), (sizes, engineProcesses, arms) => {
          const suite = someSuite({ arms, against: 'baseline' });
          const { shards } = planShards({ runId: 'r', suite, items: someItems(sizes), engineProcesses });
          const samples = shards.filter((shard) => shard.kind === 'samples');
          for (const [place, { arms: names, itemNos, waitsFor }] of samples.entries()) {
            const dependent = names.includes('again');
            expect(names.includes('twice')).toBe(dependent);
            expect(waitsFor).toEqual(dependent ? ['baseline'] : []);
            if (!dependent) continue;
            const before = samples.slice(0, place).filter((shard) => shard.arms.includes('baseline'));
            const there = new Set(before.flatMap((shard) => shard.itemNos));
            expect(itemNos.every((itemNo) => there.has(itemNo))).toBe(true);
          }
        }),
        { numRuns: 50 },
      );
    });

    it('leaves the shards of the other arms and their ids as they are without them', () => {
      const items = someItems({ a: 30 });
      const ids = (arms: readonly object[]) =>
        planShards({
          runId: 'r',
          suite: someSuite({ arms, against: 'baseline' }),
          items,
          engineProcesses: 1,
        }).shards.map((shard) => shard.id);
      expect(ids(CHAIN)).toEqual(expect.arrayContaining(ids(CHAIN.slice(1, 3))));
    });

    it('does not time them', () => {
      const suite = someSuite({ arms: CHAIN, against: 'baseline', timing: { items: 2 } });
      const { shards } = planShards({ runId: 'r', suite, items: someItems({ a: 9 }), engineProcesses: 1 });
      const timed = shards.filter((shard) => shard.kind === 'timing').flatMap((shard) => shard.arms);
      expect(timed).toEqual(['baseline', 'nano']);
    });
  });
});
