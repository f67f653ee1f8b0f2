import * as fc from 'fast-check';
import { MEASURE_RULES, type SampleRecord, type TraceMeasures } from '../domain/index.js';
import { meanInterval, wilsonInterval } from '../statistics/index.js';
import { collectColumns, columnsOf } from './columns.js';
import { sampleLine } from './sample-json.js';
import { sampleBuilder, type SampleChanges } from './testing.js';
import { armThinking } from './thinking.js';

const MEASURES: TraceMeasures = {
  rules: MEASURE_RULES,
  positions: 'exact',
  firstCorrect: { tokens: 50, part: 'thinking', character: 200 },
  sentences: 10,
  convergedAt: 5,
  solutions: 2,
  solutionTokens: 120,
  distinctTokens: 60,
  keywordReflections: 1,
  rederivations: 2,
  repeatedTokens: 30,
  loop: null,
};

/** 100 delivered tokens, 80 of them thinking. */
function measured(item: string, measures: Partial<TraceMeasures>, changes: SampleChanges = {}): SampleRecord {
  const ledger = { thinkSampled: 80, answerSampled: 20 };
  return sampleBuilder({ item, ledger, ...changes, measures: { ...MEASURES, ...measures } });
}

function thinkingOf(samples: readonly SampleRecord[]) {
  const arm = columnsOf(samples).arms.get('baseline');
  return arm ? armThinking(arm) : null;
}

const at = (tokens: number): Partial<TraceMeasures> => ({ firstCorrect: { tokens, part: 'thinking', character: 1 } });

describe('armThinking', () => {
  it('has the figures of a case computed by hand', () => {
    const result = thinkingOf([
      measured('a', at(40)),
      measured('b', { ...at(80), distinctTokens: 120, convergedAt: 10, repeatedTokens: 0 }),
      // Wrong at the end, right at token 25 on the way: left 75 % of its tokens after the right thought.
      measured('c', { ...at(25), keywordReflections: 4 }, { correct: false }),
      measured(
        'd',
        { firstCorrect: null, convergedAt: null, loop: { at: 3, period: 4, times: 9 } },
        { correct: false },
      ),
    ]);
    expect(result).toMatchObject({
      samples: 4,
      positionedShare: 1,
      everCorrect: { value: 0.75, items: 4 },
      tokensToFirstCorrect: { value: (40 + 80 + 25) / 3, items: 3 },
      tokensAfterFirstCorrect: { value: (60 + 20 + 75) / 3, items: 3 },
      outcomeEfficiency: { value: (0.4 + 0.8 + 0.25 + 0) / 4 },
      processEfficiency: { value: (0.5 + 1 + 0.5 + 0.5) / 4 },
      underthinking: { value: (0.75 + 0) / 2, items: 2 },
      keywordReflections: { value: 7 / 4 },
      rederivations: { value: 2 },
      answerConvergence: { value: (0.5 + 1 + 0.5) / 3, samples: 3 },
      repetition: { value: (0.375 * 3) / 4 },
      loops: { value: 0.25 },
    });
    expect(result?.outcomeEfficiency.interval).toEqual([0, meanInterval([0.4, 0.8, 0.25, 0])[1]]);
    expect(result?.tokensToFirstCorrect.interval).toEqual([0, meanInterval([40, 80, 25])[1]]);
  });

  it('takes items as units when they are repeated', () => {
    const samples = [0, 1, 2].flatMap((repeat) => [
      measured('a', at(10 * (repeat + 1)), { repeat }),
      measured('b', at(50), { repeat }),
    ]);
    expect(thinkingOf(samples)?.tokensToFirstCorrect).toMatchObject({ value: 35, items: 2, samples: 6 });
  });

  it('claims no certainty when all items are equal', () => {
    const result = thinkingOf([measured('a', {}), measured('b', {}), measured('c', {})]);
    expect(result?.loops.interval).toEqual(wilsonInterval(0, 3));
    expect(result?.keywordReflections.interval).toEqual([Number.NaN, Number.NaN]);
  });

  it('leaves out samples without measures, of other rules and of engine errors', () => {
    const result = thinkingOf([
      measured('a', at(40)),
      sampleBuilder({ item: 'b' }),
      measured('c', { rules: MEASURE_RULES + 1 }),
      measured('d', {}, { stopReason: 'error' }),
    ]);
    expect(result?.samples).toBe(1);
    expect(thinkingOf([sampleBuilder()])).toBeNull();
  });

  it('is the same again when it is computed from the lines of samples.jsonl', async () => {
    const first = fc.option(fc.integer({ min: 1, max: 100 }), { nil: null });
    const any = fc.record({
      first,
      reflections: fc.nat(9),
      distinct: fc.integer({ min: 0, max: 120 }),
      correct: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(any, { minLength: 1, maxLength: 20 }), async (all) => {
        const samples = all.map(({ first: tokens, reflections, distinct, correct }, index) =>
          measured(
            `i${index}`,
            {
              ...(tokens === null ? { firstCorrect: null } : at(tokens)),
              keywordReflections: reflections,
              distinctTokens: distinct,
            },
            { correct },
          ),
        );
        const lines = samples.map((sample): SampleRecord => JSON.parse(sampleLine(sample, { tokenIds: true })));
        const again = (await collectColumns(lines)).arms.get('baseline');
        expect(again && armThinking(again)).toEqual(thinkingOf(samples));
      }),
      { numRuns: 60 },
    );
  });
});
