import { isDecided } from './voting.js';

/** How many paths a vote has and when it ends before all of them are there. */
export interface VoteCourse {
  readonly paths: number;
  /** Ends where the paths that are still to come cannot change the winner. */
  readonly early: boolean;
  /** No path is begun when those before it have delivered this many tokens; null: no such limit. */
  readonly maxTotal: number | null;
  /** What one path can deliver at most. */
  readonly maxTokens: number;
}

/** A finished path. */
export interface CastPath<Answer> {
  readonly answer: Answer | null;
  /** Delivered. */
  readonly tokens: number;
  /** It ended in an error; there is no vote without it. */
  readonly failed: boolean;
}

/** The paths of a vote in their order; undefined: not finished, or not begun. */
export type Cast<Answer> = readonly (CastPath<Answer> | undefined)[];

type Equal<Answer> = (a: Answer, b: Answer) => boolean;

/**
 * After how many paths the vote has ended; null where that cannot be told yet. Paths count in their order, whichever
 * finishes first, so the answer never depends on time: it is the least m for which the first m paths end the vote.
 */
export function voteEnd<Answer>(cast: Cast<Answer>, course: VoteCourse, equal: Equal<Answer>): number | null {
  const known: CastPath<Answer>[] = [];
  for (const path of cast) {
    if (!path) return null;
    known.push(path);
    if (path.failed || ends(known, course, equal)) return known.length;
  }
  return null;
}

/**
 * How many paths the vote needs at least, whatever the unfinished ones come to: those, and no more, can be decoded now
 * and not be in vain. Grows as paths finish.
 */
export function pathsNeeded<Answer>(cast: Cast<Answer>, course: VoteCourse, equal: Equal<Answer>): number {
  const given = cast.flatMap((path) => (path?.answer === undefined || path.answer === null ? [] : [path.answer]));
  for (let count = 1; count < course.paths; count += 1) {
    const seen = Array.from({ length: count }, (_, path) => cast[path]);
    // The quickest end is that all unfinished paths agree: on an answer that is there, or on a new one.
    const agreed: readonly (Answer | typeof UNSEEN)[] = [...given, UNSEEN];
    if (agreed.some((answer) => couldEnd(seen, answer, { course, equal }))) return count;
  }
  return course.paths;
}

const UNSEEN = Symbol('an answer that nobody has given');

function couldEnd<Answer>(
  seen: Cast<Answer>,
  agreed: Answer | typeof UNSEEN,
  { course, equal }: { readonly course: VoteCourse; readonly equal: Equal<Answer> },
): boolean {
  const filled = seen.map(
    (path): CastPath<Answer | typeof UNSEEN> => path ?? { answer: agreed, tokens: course.maxTokens, failed: false },
  );
  return ends(filled, course, (a, b) => (a === UNSEEN || b === UNSEEN ? a === b : equal(a, b)));
}

function ends<Answer>(paths: readonly CastPath<Answer>[], course: VoteCourse, equal: Equal<Answer>): boolean {
  if (paths.length >= course.paths) return true;
  const spent = paths.reduce((sum, { tokens }) => sum + tokens, 0);
  if (course.maxTotal !== null && spent >= course.maxTotal) return true;
  return (
    course.early &&
    isDecided(
      paths.map(({ answer }) => answer),
      course.paths,
      equal,
    )
  );
}
