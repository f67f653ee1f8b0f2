import { array, assert, boolean, integer, pre, property, record, tuple } from 'fast-check';
import { generalPassAtK, majorityAtK, passAtK, type AnswerGroup } from './repeats.js';

/** All subsets of k of the values. */
function subsets<T>(values: readonly T[], k: number): T[][] {
  if (k === 0) return [[]];
  return values.flatMap((value, index) => subsets(values.slice(index + 1), k - 1).map((rest) => [value, ...rest]));
}

function share<T>(values: readonly T[], worth: (value: T) => number): number {
  return values.reduce((sum, value) => sum + worth(value), 0) / values.length;
}

const small = integer({ min: 1, max: 8 }).chain((n) =>
  tuple(integer({ min: 0, max: n }), integer({ min: 1, max: n })).map(([correct, k]) => ({ n, correct, k })),
);

/** The vote of one subset, ties shared. */
function voteOf(drawn: readonly (number | null)[], answers: readonly AnswerGroup[]): number {
  const votes = answers.map((_, index) => drawn.filter((one) => one === index).length);
  const most = Math.max(0, ...votes);
  if (most === 0) return 0;
  const tied = answers.filter((_, index) => votes[index] === most);
  return tied.filter(({ correct }) => correct).length / tied.length;
}

describe('passAtK', () => {
  it('is the share of subsets with a correct sample, counted out', () => {
    assert(
      property(small, ({ n, correct, k }) => {
        const samples = Array.from({ length: n }, (_, index) => index < correct);
        const counted = share(subsets(samples, k), (drawn) => (drawn.includes(true) ? 1 : 0));
        expect(passAtK(n, correct, k)).toBeCloseTo(counted, 12);
      }),
    );
  });

  it('is the share of correct samples at k = 1, and certain where too few are wrong', () => {
    expect(passAtK(200, 37, 1)).toBeCloseTo(37 / 200, 14);
    expect(passAtK(10, 8, 3)).toBe(1);
    expect(passAtK(10, 0, 10)).toBe(0);
    expect(passAtK(5, 5, 6)).toBeNaN();
    expect(passAtK(5, 5, 0)).toBeNaN();
  });
});

describe('generalPassAtK', () => {
  it('is the share of subsets with enough correct samples, counted out', () => {
    assert(
      property(small, integer({ min: 0, max: 10 }), ({ n, correct, k }, tenths) => {
        const samples = Array.from({ length: n }, (_, index) => index < correct);
        const needed = (drawn: readonly boolean[]) => drawn.filter(Boolean).length * 10 >= tenths * k;
        const counted = share(subsets(samples, k), (drawn) => (drawn.includes(true) && needed(drawn) ? 1 : 0));
        expect(generalPassAtK(n, correct, { k, tau: tenths / 10 })).toBeCloseTo(counted, 12);
      }),
    );
  });

  it('is pass@k where one correct sample is enough', () => {
    expect(generalPassAtK(60, 11, { k: 7, tau: 0 })).toBeCloseTo(passAtK(60, 11, 7), 12);
    expect(generalPassAtK(3, 3, { k: 4, tau: 0.5 })).toBeNaN();
  });
});

describe('majorityAtK', () => {
  const groups = array(record({ samples: integer({ min: 1, max: 3 }), correct: boolean() }), { maxLength: 3 });

  it('is the mean vote over all subsets, counted out', () => {
    assert(
      property(groups, integer({ min: 0, max: 2 }), integer({ min: 1, max: 6 }), (answers, silent, k) => {
        const samples = [
          ...answers.flatMap(({ samples: count }, index) => Array.from({ length: count }, () => index)),
          ...Array.from({ length: silent }, () => null),
        ];
        pre(k <= samples.length);
        const counted = share(subsets(samples, k), (drawn) => voteOf(drawn, answers));
        expect(majorityAtK(answers, silent, k)).toBeCloseTo(counted, 12);
      }),
    );
  });

  it('is the share of correct samples at k = 1, and the vote of all at k = n', () => {
    const answers = [
      { samples: 5, correct: true },
      { samples: 4, correct: false },
      { samples: 1, correct: false },
    ];
    expect(majorityAtK(answers, 2, 1)).toBeCloseTo(5 / 12, 12);
    expect(majorityAtK(answers, 2, 12)).toBe(1);
    expect(
      majorityAtK(
        [
          { samples: 2, correct: true },
          { samples: 2, correct: false },
        ],
        0,
        4,
      ),
    ).toBeCloseTo(0.5, 12);
    expect(majorityAtK([], 3, 2)).toBe(0);
    expect(majorityAtK([], 3, 4)).toBeNaN();
  });
});
