import * as fc from 'fast-check';
import { pathsNeeded, voteEnd, type Cast, type CastPath, type VoteCourse } from './vote-course.js';
import { isDecided, majorityVote } from './voting.js';

const MAX_TOKENS = 10;

const path = fc.record({
  answer: fc.constantFrom('a', 'b', 'c', null),
  tokens: fc.integer({ min: 1, max: MAX_TOKENS }),
  failed: fc.constant(false),
});
const votes = fc.integer({ min: 1, max: 9 }).chain((paths) =>
  fc.record({
    all: fc.array(path, { minLength: paths, maxLength: paths }),
    early: fc.boolean(),
    maxTotal: fc.option(fc.integer({ min: 1, max: 40 })),
    /** Which of the running paths finishes next. */
    order: fc.array(fc.nat(), { minLength: paths, maxLength: paths }),
  }),
);

type Drawn = typeof votes extends fc.Arbitrary<infer One> ? One : never;

const same = (a: string, b: string): boolean => a === b;

function courseOf({ all, early, maxTotal }: Pick<Drawn, 'all' | 'early' | 'maxTotal'>): VoteCourse {
  return { paths: all.length, early, maxTotal, maxTokens: MAX_TOKENS };
}

/** Begins what is needed, lets one of the running paths finish, and so on until the vote has ended. */
function play({ order, ...drawn }: Drawn): {
  readonly end: number;
  readonly begun: number;
  readonly cast: Cast<string>;
} {
  const course = courseOf(drawn);
  const cast: (CastPath<string> | undefined)[] = [];
  let begun = 0;
  for (const next of order) {
    begun = Math.max(begun, pathsNeeded(cast, course, same));
    const running = Array.from({ length: begun }, (_, index) => index).filter((index) => !cast[index]);
    const finished = running[next % running.length];
    if (finished === undefined) throw new Error('the vote waits for nothing');
    cast[finished] = drawn.all[finished];
    const end = voteEnd(Array.from(cast), course, same);
    if (end !== null) return { end, begun, cast };
  }
  throw new Error('the vote has no end');
}

function needed(paths: number, changes: Partial<VoteCourse> = {}): number {
  return pathsNeeded<string>([], { paths, early: true, maxTotal: null, maxTokens: MAX_TOKENS, ...changes }, same);
}

describe('a vote', () => {
  it('ends after the same paths whichever finishes first, and begins none of the others', () => {
    fc.assert(
      fc.property(votes, fc.array(fc.nat(), { minLength: 9, maxLength: 9 }), (drawn, order) => {
        const first = play(drawn);
        expect(first.begun).toBe(first.end);
        expect(play({ ...drawn, order }).end).toBe(first.end);
      }),
    );
  });

  it('has the winner of all its paths, and the least number of paths that settles it', () => {
    fc.assert(
      fc.property(votes, (drawn) => {
        const { end } = play({ ...drawn, early: true, maxTotal: null });
        const answers = drawn.all.map(({ answer }) => answer);
        expect(majorityVote(answers.slice(0, end)).winner).toBe(majorityVote(answers).winner);
        const settled = answers.map((_, index) => isDecided(answers.slice(0, index + 1), answers.length));
        expect(end).toBe(settled.indexOf(true) + 1);
      }),
    );
  });

  it('runs all its paths where it may not end early', () => {
    fc.assert(
      fc.property(votes, (drawn) => {
        const { end, begun } = play({ ...drawn, early: false, maxTotal: null });
        expect([end, begun]).toEqual([drawn.all.length, drawn.all.length]);
      }),
    );
  });

  it('begins no path behind its limit, and exceeds it by less than one path', () => {
    fc.assert(
      fc.property(votes, fc.integer({ min: 1, max: 40 }), (drawn, maxTotal) => {
        const { end } = play({ ...drawn, early: false, maxTotal });
        const spent = (paths: number): number => drawn.all.slice(0, paths).reduce((sum, { tokens }) => sum + tokens, 0);
        expect(spent(end - 1)).toBeLessThan(maxTotal);
        expect(spent(end) >= maxTotal || end === drawn.all.length).toBe(true);
        expect(spent(end)).toBeLessThan(maxTotal + MAX_TOKENS);
      }),
    );
  });

  it('begins with as many paths as could decide it if they agreed', () => {
    expect([1, 2, 3, 4, 5, 6].map((paths) => needed(paths))).toEqual([1, 1, 2, 2, 3, 3]);
    expect(needed(6, { early: false })).toBe(6);
    expect(needed(6, { early: false, maxTotal: 35 })).toBe(4);
  });

  it('is broken off by a path that failed, once all before it are there', () => {
    const good = { answer: 'a', tokens: 3, failed: false };
    const failed = { answer: null, tokens: 0, failed: true };
    const course = { paths: 5, early: true, maxTotal: null, maxTokens: MAX_TOKENS };
    expect(voteEnd([undefined, failed], course, same)).toBeNull();
    expect(voteEnd([good, failed], course, same)).toBe(2);
  });
});
