import * as fc from 'fast-check';
import type { SampleRecord } from '../domain/index.js';
import { aggregate } from './aggregate.js';
import { cascadeFrontiers } from './cascade-frontiers.js';
import { columnsOf } from './columns.js';
import { armRouting } from './routing.js';
import { sampleBuilder, someStoredRun } from './testing.js';

interface Cell {
  readonly certainty: number;
  readonly firstRight: boolean;
  readonly strongRight: boolean;
  readonly firstTokens: number;
  readonly strongTokens: number;
}

const cells = fc.array(
  fc.record({
    certainty: fc.double({ min: 0, max: 1, noNaN: true }),
    firstRight: fc.boolean(),
    strongRight: fc.boolean(),
    firstTokens: fc.integer({ min: 1, max: 50 }),
    strongTokens: fc.integer({ min: 1, max: 900 }),
  }),
  { minLength: 2, maxLength: 40 },
);

const ARMS = [
  { name: 'baseline', technique: 'baseline' },
  { name: 'nothinking', technique: 'nothinking' },
  { name: 'cascade', technique: 'cascade', params: { first: 'nothinking', threshold: 0.6 } },
] as const;

function armsOf(repeats = 1) {
  return someStoredRun({ arms: ARMS, repeats }).suite.arms;
}

/** The samples of the three arms as a run stores them. */
function samplesOf(made: readonly Cell[], threshold: number, repeats = 1): SampleRecord[] {
  return made.flatMap((cell, index) => {
    const place = { item: `item-${Math.floor(index / repeats)}`, repeat: index % repeats };
    const taken = cell.certainty < threshold;
    const detail = JSON.stringify({ signal: 'answer-mean', value: cell.certainty, threshold, taken });
    const first = { thinkSampled: 0, thinkInjected: 3, answerSampled: cell.firstTokens };
    const strong = { thinkSampled: cell.strongTokens, answerSampled: 12 };
    return [
      sampleBuilder({ ...place, arm: 'nothinking', correct: cell.firstRight, ledger: first }),
      sampleBuilder({ ...place, arm: 'baseline', correct: cell.strongRight, ledger: strong }),
      sampleBuilder({
        ...place,
        arm: 'cascade',
        correct: taken ? cell.strongRight : cell.firstRight,
        ledger: taken ? { ...strong, draftRejected: 3 + cell.firstTokens } : first,
        events: [{ at: 0, type: 'route', detail }],
      }),
    ];
  });
}

describe('cascadeFrontiers', () => {
  it('comes to the very figures of the live arm at its threshold, whatever the threshold', () => {
    const thresholds = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(cells, thresholds, fc.constantFrom(1, 2), (made, threshold, repeats) => {
        const run = columnsOf(samplesOf(made, threshold, repeats));
        const [frontier] = cascadeFrontiers(armsOf(repeats), run, 1);
        const columns = run.arms.get('cascade')!;
        const live = aggregate(columns);
        expect(frontier?.chosen).toMatchObject({
          threshold,
          share: armRouting(columns, 'escalates')?.share,
          accuracy: live.accuracy,
          deliveredTokens: live.tokens.delivered.mean,
          totalTokens: live.tokens.total.mean,
        });
      }),
      { numRuns: 60 },
    );
  });

  it('begins with the first arm alone and ends with every item handed on', () => {
    const made: Cell[] = [0.2, 0.5, 0.9].map((certainty, index) => ({
      certainty,
      firstRight: index > 0,
      strongRight: true,
      firstTokens: 10,
      strongTokens: 100,
    }));
    const run = columnsOf(samplesOf(made, 0.6));
    const [frontier] = cascadeFrontiers(armsOf(), run, 1);
    expect(frontier).toMatchObject({ arm: 'cascade', first: 'nothinking', second: 'baseline', signal: 'answer-mean' });
    expect(frontier?.points.map(({ threshold, share }) => [threshold, share])).toEqual([
      [null, 0],
      [0.35, 1 / 3],
      [0.7, 2 / 3],
      [null, 1],
    ]);
    const [begin, end] = [frontier!.points[0]!, frontier!.points.at(-1)!];
    expect(begin).toMatchObject({ accuracy: 2 / 3, deliveredTokens: 13, totalTokens: 13 });
    expect(end).toMatchObject({ accuracy: 1, deliveredTokens: 112, totalTokens: 125 });
    expect(frontier?.chosen).toMatchObject({ share: 2 / 3, accuracy: 1, totalTokens: (13 + 125 + 125) / 3 });
    const judged = frontier!.points.filter(({ difference }) => difference !== undefined);
    expect(judged.length).toBeGreaterThan(0);
    expect(frontier?.chosen.difference).toMatchObject({ accuracyDelta: 0, method: 'tango' });
    expect(frontier?.chosen.difference?.totalRatio).toBeCloseTo((13 + 125 + 125) / 336, 12);
  });

  it('is absent where no arm of the suite thinks as the cascade does', () => {
    const run = columnsOf(
      samplesOf([{ certainty: 1, firstRight: true, strongRight: true, firstTokens: 1, strongTokens: 1 }], 0.6),
    );
    const other = armsOf().map((arm) => (arm.name === 'baseline' ? { ...arm, model: 'reference-nano' } : arm));
    expect(cascadeFrontiers(other, run, 1)).toEqual([]);
    expect(cascadeFrontiers(armsOf().slice(0, 2), run, 1)).toEqual([]);
  });

  it('leaves out samples that came to no decision', () => {
    const made = [0.3, 0.8].map((certainty) => ({
      certainty,
      firstRight: true,
      strongRight: true,
      firstTokens: 5,
      strongTokens: 9,
    }));
    const samples = samplesOf(made, 0.6).map((sample) =>
      sample.arm === 'cascade' && sample.item === 'item-0' ? { ...sample, events: [] } : sample,
    );
    expect(cascadeFrontiers(armsOf(), columnsOf(samples), 1)[0]?.samples).toBe(1);
  });
});
