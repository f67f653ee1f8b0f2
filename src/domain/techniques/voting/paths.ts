import { z } from 'zod';

/** What each path of a vote does; both voting techniques have it. */
export const thinking = z
  .enum(['think', 'none'])
  .default('think')
  .describe(
    'think = every path thinks as the baseline does; none = every path begins with a finished, empty thinking.',
  );

export const TIES =
  'Paths vote in their order; a path without an answer has no vote, and where answers tie, the one given first wins. The source breaks ties at random or does not say.';

export const EQUALITY =
  "Answers are the same where the item's checker says so of the two (equal as text, blanks apart, for expressions); the reference answer has no part in it.";

export const WINNER =
  'The sample shows the first path with the winning answer (thinking, answer, ids, how it stopped); its ledger is the sum over all paths, each of which may use maxTokens. Where no path has an answer, the first path stands for the vote.';
