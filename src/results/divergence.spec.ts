import { array, assert, integer, property } from 'fast-check';
import type { SampleRecord } from '../domain/index.js';
import { divergencePlan, withDivergence } from './divergence.js';
import { sampleBuilder, someStoredRun } from './testing.js';
import { TokenStore } from './token-store.js';

const PLAN = { against: 'baseline', arms: new Set(['aaa', 'nowait']) };

async function filled(samples: readonly SampleRecord[]): Promise<(readonly [string | null, number | null])[]> {
  const result: (readonly [string | null, number | null])[] = [];
  async function* read(): AsyncGenerator<SampleRecord> {
    yield* samples;
  }
  for await (const sample of withDivergence(read, PLAN)) result.push([sample.divergedFrom, sample.divergedAt]);
  return result;
}

const base = sampleBuilder({ thinkIds: [1, 2, 3], answerIds: [4, 5] });

describe('withDivergence', () => {
  it('finds the first different token in thinking and answer together', async () => {
    const inThinking = sampleBuilder({ arm: 'nowait', thinkIds: [1, 9, 3], answerIds: [4, 5] });
    const inAnswer = sampleBuilder({ arm: 'nowait', thinkIds: [1, 2, 3], answerIds: [4, 6] });
    expect(await filled([base, inThinking])).toEqual([
      [null, null],
      ['baseline', 1],
    ]);
    expect(await filled([base, inAnswer])).toEqual([
      [null, null],
      ['baseline', 4],
    ]);
  });

  it('looks at the delivered tokens and not at where the thinking ends', async () => {
    const moved = sampleBuilder({ arm: 'nowait', thinkIds: [1, 2], answerIds: [3, 4, 5] });
    expect(await filled([base, moved])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  it('diverges at the shorter length when one is the beginning of the other', async () => {
    const shorter = sampleBuilder({ arm: 'nowait', thinkIds: [1, 2], answerIds: [] });
    const longer = sampleBuilder({ arm: 'nowait', thinkIds: [1, 2, 3], answerIds: [4, 5, 6] });
    expect((await filled([base, shorter]))[1]).toEqual(['baseline', 2]);
    expect((await filled([base, longer]))[1]).toEqual(['baseline', 5]);
  });

  it('works for arms that are sorted before the one they are compared with', async () => {
    expect(await filled([sampleBuilder({ arm: 'aaa', thinkIds: [7], answerIds: [] }), base])).toEqual([
      ['baseline', 0],
      [null, null],
    ]);
  });

  it('stays null when the prompts differ, the arm is on another model, or the partner is missing', async () => {
    const otherPrompt = sampleBuilder({ arm: 'nowait', thinkIds: [9], answerIds: [], prompt: 'other' });
    const otherModel = sampleBuilder({ arm: 'small', thinkIds: [9], answerIds: [] });
    const otherRepeat = sampleBuilder({ arm: 'nowait', repeat: 1, thinkIds: [9], answerIds: [] });
    for (const sample of [otherPrompt, otherModel, otherRepeat]) {
      expect((await filled([base, sample]))[1]).toEqual([null, null]);
    }
  });
});

describe('divergencePlan', () => {
  it('leaves out the compared arm and arms on other models', () => {
    const { suite } = someStoredRun({
      changeArm: (arm) => (arm.name === 'nothinking' ? { ...arm, model: 'reference-nano' } : arm),
    });
    expect(divergencePlan(suite)).toEqual({ against: 'baseline', arms: new Set(['nowait', 'budget-64']) });
  });
});

describe('TokenStore', () => {
  it('agrees with a plain search on any sequences', () => {
    const ids = array(integer({ min: 0, max: 3 }), { maxLength: 8 });
    assert(
      property(ids, ids, ids, ids, (a, b, c, d) => {
        const store = new TokenStore();
        store.add([5, 5], [5]);
        const slot = store.add(a, b);
        const [stored, asked] = [
          [...a, ...b],
          [...c, ...d],
        ];
        const longest = Math.max(stored.length, asked.length);
        const plain = Array.from({ length: longest }, (_unused, i) => i).find((i) => stored[i] !== asked[i]);
        expect(store.firstDifference(slot, c, d)).toBe(plain ?? null);
      }),
    );
  });

  it('keeps sequences that are longer than a chunk', () => {
    const store = new TokenStore();
    const long = Array.from({ length: (1 << 20) + 5 }, (_unused, i) => i);
    const first = store.add(long, []);
    const second = store.add([1], [2]);
    expect(store.firstDifference(first, long, [])).toBeNull();
    expect(store.firstDifference(first, long.slice(0, -1), [0])).toBe(long.length - 1);
    expect(store.firstDifference(second, [1, 2], [])).toBeNull();
  });
});
