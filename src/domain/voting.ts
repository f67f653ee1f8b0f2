/** What a vote came to. */
export interface Vote<Answer> {
  /** Null where nobody gave an answer. */
  readonly winner: Answer | null;
  readonly votes: number;
  /** Every answer with as many votes as the winner, itself included, in the order in which they were first given. */
  readonly tied: readonly Answer[];
}

/**
 * Majority vote of the answers of several paths, in the order of the paths. A path without an answer (null) has no vote.
 * Where answers tie, the one that was given first wins, so that a vote never depends on chance.
 */
export function majorityVote<Answer>(
  answers: readonly (Answer | null)[],
  equal: (a: Answer, b: Answer) => boolean = Object.is,
): Vote<Answer> {
  const counted = tally(answers, equal);
  const votes = Math.max(0, ...counted.map(({ weight }) => weight));
  const tied = counted.filter(({ weight }) => weight === votes).map(({ answer }) => answer);
  return { winner: tied[0] ?? null, votes, tied };
}

/**
 * Whether the paths that are still to come, `paths` in all, can no longer change the winner. An answer that nobody has
 * given yet needs a majority of its own, as a tie goes to what was given first.
 */
export function isDecided<Answer>(
  answers: readonly (Answer | null)[],
  paths: number,
  equal: (a: Answer, b: Answer) => boolean = Object.is,
): boolean {
  const left = Math.max(0, paths - answers.length);
  if (left === 0) return true;
  const counted = tally(answers, equal);
  const most = Math.max(0, ...counted.map(({ weight }) => weight));
  const leader = counted.findIndex(({ weight }) => weight === most);
  if (leader < 0 || left > most) return false;
  return counted.every((one, place) => {
    const reach = one.weight + left;
    return place === leader || reach < most || (reach === most && place > leader);
  });
}

/** An answer with what its paths weigh together. */
export interface TalliedAnswer<Answer> {
  readonly answer: Answer;
  readonly weight: number;
  /** 0-based, ascending. */
  readonly paths: readonly number[];
}

const votesOf = (paths: readonly number[]): number => paths.length;

/** The answers in the order in which they were first given; by default every path has one vote. */
export function tally<Answer>(
  answers: readonly (Answer | null)[],
  equal: (a: Answer, b: Answer) => boolean = Object.is,
  weigh: (paths: readonly number[]) => number = votesOf,
): readonly TalliedAnswer<Answer>[] {
  const given: { answer: Answer; paths: number[] }[] = [];
  for (const [path, answer] of answers.entries()) {
    if (answer === null) continue;
    const known = given.find((one) => equal(one.answer, answer));
    if (known) known.paths.push(path);
    else given.push({ answer, paths: [path] });
  }
  return given.map(({ answer, paths }) => ({ answer, weight: weigh(paths), paths }));
}

/** Of the heaviest answer, the one given first where several are; null where there is none. */
export function heaviest<Answer>(tallied: readonly TalliedAnswer<Answer>[]): TalliedAnswer<Answer> | null {
  const most = Math.max(...tallied.map(({ weight }) => weight));
  return tallied.find(({ weight }) => weight === most) ?? null;
}

/**
 * Borda weights (Kang et al., arXiv 2502.18581; known second hand): of N paths that have a score, the one at rank r (1 is
 * the highest score, of equal scores the earlier path) weighs (N − r + 1)^power. Paths without a score (null) weigh nothing.
 */
export function bordaWeights(scores: readonly (number | null)[], power: number): readonly number[] {
  const ranked = scores
    .flatMap((score, path) => (score === null ? [] : [{ path, score }]))
    .toSorted((a, b) => b.score - a.score || a.path - b.path);
  const weights = scores.map(() => 0);
  for (const [rank, { path }] of ranked.entries()) weights[path] = (ranked.length - rank) ** power;
  return weights;
}
