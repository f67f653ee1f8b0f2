import * as fc from 'fast-check';
import { bordaWeights, heaviest, isDecided, majorityVote, tally } from './voting.js';

const ANSWERS = ['a', 'b', 'c', null] as const;
const answers = fc.array(fc.constantFrom(...ANSWERS), { maxLength: 7 });

/** Every way in which `left` more paths can answer; "new" stands for any answer that nobody has given. */
function completions(left: number): (string | null)[][] {
  if (left === 0) return [[]];
  return completions(left - 1).flatMap((rest) => [...ANSWERS, 'new'].map((next) => [...rest, next]));
}

function sameNumber(a: string, b: string): boolean {
  return Number(a) === Number(b);
}

describe('majorityVote', () => {
  it('takes the answer with the most votes, and the one given first where answers tie', () => {
    expect(majorityVote(['1', '2', '2'])).toEqual({ winner: '2', votes: 2, tied: ['2'] });
    expect(majorityVote(['3', '2', '2', '3', '1'])).toEqual({ winner: '3', votes: 2, tied: ['3', '2'] });
    expect(majorityVote(['7'])).toEqual({ winner: '7', votes: 1, tied: ['7'] });
  });

  it('gives paths without an answer no vote', () => {
    expect(majorityVote([null, null, '4'])).toEqual({ winner: '4', votes: 1, tied: ['4'] });
    expect(majorityVote([null, null])).toEqual({ winner: null, votes: 0, tied: [] });
    expect(majorityVote([])).toEqual({ winner: null, votes: 0, tied: [] });
  });

  it('counts answers together that are equal by the rule it is given', () => {
    expect(majorityVote(['2', '1.0', '1', '3'], sameNumber)).toEqual({ winner: '1.0', votes: 2, tied: ['1.0'] });
  });

  it('elects an answer that no other beats, whatever was given', () => {
    fc.assert(
      fc.property(answers, (given) => {
        const votesOf = (answer: string) => given.filter((one) => one === answer).length;
        const { winner, votes } = majorityVote(given);
        const best = Math.max(0, ...['a', 'b', 'c'].map(votesOf));
        expect(votes).toBe(best);
        const first = given.find((one) => one !== null && votesOf(one) === best) ?? null;
        expect(winner).toBe(first);
      }),
    );
  });
});

describe('isDecided', () => {
  it('says so exactly where every way to go on elects the same answer', () => {
    fc.assert(
      fc.property(answers, fc.integer({ min: 0, max: 3 }), (given, left) => {
        const winners = new Set(completions(left).map((rest) => majorityVote([...given, ...rest]).winner));
        expect(isDecided(given, given.length + left)).toBe(winners.size === 1);
      }),
      { numRuns: 300 },
    );
  });

  it('is over when no path is left, even where nobody answered', () => {
    expect(isDecided([null], 1)).toBe(true);
    expect(isDecided([null], 2)).toBe(false);
    expect(isDecided(['a', 'a'], 4)).toBe(true);
    expect(isDecided(['a', 'a'], 5)).toBe(false);
  });
});

describe('tally', () => {
  it('lists answers in the order in which they were first given, with their paths', () => {
    expect(tally(['4', null, '5', '4'])).toEqual([
      { answer: '4', weight: 2, paths: [0, 3] },
      { answer: '5', weight: 1, paths: [2] },
    ]);
  });

  it('weighs an answer by its paths, and of equal weights the first answer is the heaviest', () => {
    const weighed = tally(['a', 'b', 'a'], Object.is, (paths) => Math.max(...paths));
    expect(weighed.map(({ weight }) => weight)).toEqual([2, 1]);
    expect(heaviest(tally(['x', 'y', 'y', 'x']))?.answer).toBe('x');
    expect(heaviest([])).toBeNull();
  });
});

describe('bordaWeights', () => {
  it('weighs (N − r + 1)^p by rank, and nothing where there is no score', () => {
    expect(bordaWeights([0.2, 0.9, null, 0.5], 2)).toEqual([1, 9, 0, 4]);
  });

  it('ranks the earlier path higher where scores are equal', () => {
    expect(bordaWeights([0.5, 0.5, 0.7], 1)).toEqual([2, 1, 3]);
  });

  it('is a vote in which all are equal at power 0', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true }), { maxLength: 9 }), (scores) => {
        expect(bordaWeights(scores, 0)).toEqual(scores.map(() => 1));
      }),
    );
  });
});
