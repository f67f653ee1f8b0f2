import * as fc from 'fast-check';
import {
  EMPTY_LEDGER,
  sumLedgers,
  tokenTotals,
  voteOf,
  type Arm,
  type Generation,
  type Item,
  type SampleRecord,
} from '../domain/index.js';
import type { FinishedSample, GenerationTask } from '../inference/index.js';
import { NO_POSITIONS } from '../scoring/index.js';
import { ShardWork, summedTimings } from './shard-work.js';
import { armOf } from './testing/arm-of.js';

const ITEM: Item = {
  dataset: 'sums',
  id: 'a',
  question: '20 + 22?',
  answer: '42',
  check: { type: 'integer' },
  level: null,
  cluster: null,
  prompt: null,
  contentHash: 'a',
};

const arm = (technique: Arm['technique'], params: Readonly<Record<string, unknown>> = {}): Arm =>
  armOf(technique, params, 0.6);

function work(of: Arm): ShardWork {
  return new ShardWork([{ task: { arm: of, items: [ITEM], repeat: 0 }, itemNos: [7] }]);
}

interface Said {
  readonly text: string;
  readonly selfCertainty?: number;
  readonly tokens?: number;
  readonly changes?: Partial<Generation>;
}

function finished(task: GenerationTask, { text, selfCertainty, tokens = 5, changes }: Said): FinishedSample {
  const lane = task.lane ?? 0;
  const generation: Generation = {
    thinking: `path ${lane}`,
    answer: text,
    thinkIds: [1, lane, 2],
    answerIds: Array.from({ length: tokens - 3 }, () => lane),
    ledger: { ...EMPTY_LEDGER, prompt: 10, thinkSampled: 3, answerSampled: tokens - 3 },
    thinkStop: 'natural',
    stopReason: 'eos',
    stopDetail: null,
    events: [],
    ...(selfCertainty !== undefined && {
      certainty: { answerMean: 1, answerLeast: 1, answerTokens: 1, selfCertainty },
    }),
    ...changes,
  };
  return { task, prompt: 'p', generation, ends: NO_POSITIONS, seconds: 2 };
}

/**
 * Lets the paths that are asked for say these, the first one running or the one that `pick` names; the sample and how many
 * paths it took.
 */
function play(
  of: Arm,
  said: readonly Said[],
  pick: (paths: number) => number = () => 0,
): { readonly record: SampleRecord; readonly paths: number } {
  const shard = work(of);
  const queue = [...shard.tasks];
  for (let paths = 1; ; paths += 1) {
    const [task] = queue.splice(pick(paths) % Math.max(1, queue.length), 1);
    if (!task) throw new Error('nothing is asked for, and there is no sample');
    const { next, samples } = shard.take(finished(task, said[task.lane ?? 0] as Said));
    queue.push(...next);
    const sample = samples[0];
    if (!sample) continue;
    const inVain = sample.record.stopReason === 'error' ? 0 : queue.length;
    expect([samples.length, sample.itemNo, inVain]).toEqual([1, 7, 0]);
    return { record: sample.record, paths };
  }
}

const says = (...texts: readonly string[]): Said[] => texts.map((text) => ({ text }));

describe('a voting arm', () => {
  it('begins with what a decision needs, and draws every path on a lane of its own', () => {
    expect(work(arm('self-consistency')).tasks.map(({ lane }) => lane)).toEqual([0, 1, 2]);
    expect(work(arm('self-consistency', { early: false })).tasks).toHaveLength(5);
    expect(work(arm('best-of-n', { paths: 3 })).tasks.map(({ certainty }) => certainty)).toEqual([true, true, true]);
    expect(work(arm('baseline')).tasks).toEqual([{ arm: arm('baseline'), items: [ITEM], repeat: 0 }]);
  });

  it('takes the answer of the majority, compared by value, from the first path that gave it', () => {
    const { record, paths } = play(arm('self-consistency'), says('41', '42', '42.0', '\\boxed{42}', '41'));
    expect(paths).toBe(4);
    expect(record).toMatchObject({ extracted: '42', correct: true, thinking: 'path 1', thinkIds: [1, 1, 2] });
    expect(voteOf(record.events)).toEqual({
      of: 5,
      run: 4,
      ended: 'decided',
      chosen: 1,
      votes: [
        { answer: '41', weight: 1, paths: [0] },
        { answer: '42', weight: 3, paths: [1, 2, 3] },
      ],
    });
  });

  it('charges every path that ran, and keeps each of them', () => {
    const said = says('1', '2', '3').map((one, index) => ({ ...one, tokens: 5 + index }));
    const { record } = play(arm('self-consistency', { paths: 3 }), said);
    expect(record.paths).toHaveLength(3);
    expect(record.ledger).toEqual(sumLedgers((record.paths ?? []).map(({ ledger }) => ledger)));
    expect(tokenTotals(record.ledger).delivered).toBe(5 + 6 + 7);
    expect(record.paths?.map(({ extracted, correct, thinkIds }) => [extracted, correct, thinkIds[1]])).toEqual([
      ['1', false, 0],
      ['2', false, 1],
      ['3', false, 2],
    ]);
    expect(record.events).toEqual([{ at: 5, type: 'vote', detail: expect.any(String) }]);
    expect(record.measures).toBeUndefined();
  });

  it('lets the answer given first win where answers tie, and gives paths without one no vote', () => {
    const { record } = play(arm('self-consistency', { paths: 4, early: false }), says('no idea', '7', '9', '9 or 7'));
    expect(record).toMatchObject({ extracted: '7', thinking: 'path 1' });
  });

  it('is censored or silent as its first path is where no path answers', () => {
    const cut: Said = { text: '', changes: { thinkStop: 'cap', stopReason: 'length_cap' } };
    const { record, paths } = play(arm('self-consistency', { paths: 3 }), [cut, ...says('none', 'none')]);
    expect(paths).toBe(3);
    expect(record).toMatchObject({ extracted: null, reasonCode: 'censored', thinkStop: 'cap', thinking: 'path 0' });
    expect(voteOf(record.events)).toMatchObject({ ended: 'complete', chosen: 0, votes: [] });
  });

  it('is the same sample whichever path finishes first', () => {
    const answers = fc.array(fc.constantFrom('1', '2', '3', 'none'), { minLength: 7, maxLength: 7 });
    const orders = fc.array(fc.nat(), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(
        answers,
        orders,
        fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
        (texts, order, maxTotal) => {
          const of = arm('self-consistency', { paths: 7, ...(maxTotal !== undefined && { maxTotal }) });
          const ordered = play(of, says(...texts), (paths) => order[paths] ?? 0);
          expect(ordered).toEqual(play(of, says(...texts)));
        },
      ),
    );
  });

  it('begins no path behind maxTotal, and says that it ran out of tokens', () => {
    const params = { paths: 32, thinking: 'none', early: false, maxTotal: 12 };
    const { record } = play(arm('self-consistency', params), says('1', '2', '2', '2'));
    expect(record.extracted).toBe('2');
    expect(voteOf(record.events)).toMatchObject({ of: 32, run: 3, ended: 'max-total' });
  });

  it('ends in an error with the path that does', () => {
    const failed: Said = { text: '', changes: { stopReason: 'error', stopDetail: 'too long' } };
    const { record } = play(arm('self-consistency'), [{ text: '42' }, failed, { text: '42' }]);
    expect(record).toMatchObject({ stopReason: 'error', stopDetail: 'too long', reasonCode: 'engine-error' });
    expect(voteOf(record.events)).toMatchObject({ ended: 'error', chosen: 1, run: 2 });
  });

  it('takes the most certain path that has an answer', () => {
    const said = [
      { text: '41', selfCertainty: 3 },
      { text: '41', selfCertainty: 3.5 },
      { text: '42', selfCertainty: 4 },
      { text: 'unsure', selfCertainty: 9 },
    ];
    const { record } = play(arm('best-of-n', { paths: 4 }), said);
    expect(record).toMatchObject({ extracted: '42', thinking: 'path 2', certainty: { selfCertainty: 4 } });
    expect(voteOf(record.events)?.votes.map(({ weight }) => weight)).toEqual([3.5, 4]);
  });

  it('weighs votes by rank in a Borda vote', () => {
    const said = [
      { text: '41', selfCertainty: 1 },
      { text: '41', selfCertainty: 2 },
      { text: '42', selfCertainty: 3 },
    ];
    const winner = (power: number) => play(arm('best-of-n', { paths: 3, aggregate: 'borda', power }), said).record;
    expect(winner(0)).toMatchObject({ extracted: '41', thinking: 'path 0' });
    expect(winner(3)).toMatchObject({ extracted: '42' });
    expect(voteOf(winner(1).events)?.votes.map(({ weight }) => weight)).toEqual([3, 3]);
    expect(winner(1)).toMatchObject({ extracted: '41' });
  });

  it('is timed as its paths together', () => {
    const shard = work(arm('best-of-n', { paths: 3 }));
    const timings = shard.tasks.flatMap((task) => shard.timings(finished(task, { text: '1' })));
    expect(summedTimings(timings)).toEqual([{ arm: 'best-of-n', itemNo: 7, tokens: 15, seconds: 6 }]);
  });
});
