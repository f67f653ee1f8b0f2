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
  const counted = count(answers, equal);
  const votes = Math.max(0, ...counted.map((one) => one.votes));
  const tied = counted.filter((one) => one.votes === votes).map((one) => one.answer);
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
  const counted = count(answers, equal);
  const most = Math.max(0, ...counted.map((one) => one.votes));
  const leader = counted.findIndex((one) => one.votes === most);
  if (leader < 0 || left > most) return false;
  return counted.every((one, place) => {
    const reach = one.votes + left;
    return place === leader || reach < most || (reach === most && place > leader);
  });
}

interface Counted<Answer> {
  readonly answer: Answer;
  readonly votes: number;
}

/** In the order in which the answers were first given. */
function count<Answer>(
  answers: readonly (Answer | null)[],
  equal: (a: Answer, b: Answer) => boolean,
): readonly Counted<Answer>[] {
  const counted: Counted<Answer>[] = [];
  for (const answer of answers) {
    if (answer === null) continue;
    const place = counted.findIndex((one) => equal(one.answer, answer));
    const known = counted[place];
    if (known) counted[place] = { ...known, votes: known.votes + 1 };
    else counted.push({ answer, votes: 1 });
  }
  return counted;
}
