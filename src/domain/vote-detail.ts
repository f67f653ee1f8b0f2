import { z } from 'zod';
import type { SampleEvent } from './sample.js';

/** What ended a vote: nothing could change the winner, all paths were there, `maxTotal` was delivered, a path failed. */
export const VOTE_ENDS = ['decided', 'complete', 'max-total', 'error'] as const;

const detail = z.object({
  /** Paths asked for, and those that were decoded. */
  of: z.int(),
  run: z.int(),
  ended: z.enum(VOTE_ENDS),
  /** The path that stands for the vote, 0-based. */
  chosen: z.int(),
  votes: z.array(z.object({ answer: z.string(), weight: z.number(), paths: z.array(z.int()) })),
});

/** How a vote went: the detail of a `vote` event, as JSON. Answers stand in the order in which they were first given. */
export type VoteDetail = z.output<typeof detail>;

/** The first vote among the events; null where there is none that can be read. */
export function voteOf(events: readonly SampleEvent[]): VoteDetail | null {
  const event = events.find(({ type }) => type === 'vote');
  if (!event) return null;
  try {
    return detail.safeParse(JSON.parse(event.detail)).data ?? null;
  } catch {
    return null;
  }
}
