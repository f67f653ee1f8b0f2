import type { TokenLoop } from '../../domain/index.js';

/** Runs at least this long count as repetition: shorter ones are how a language says things. */
export const REPEATED_RUN = 16;
/** A loop has at least so many copies, so many tokens in all, and a period of at most so many tokens. */
export const LOOP_TIMES = 3;
export const LOOP_TOKENS = 24;
export const LONGEST_PERIOD = 512;

/** Tokens that lie in a run of at least `REPEATED_RUN` ids which stands earlier in the sequence (overlap allowed). */
export function repeatedTokens(ids: readonly number[], run = REPEATED_RUN): number {
  const seen = new Map<number, number[]>();
  let count = 0;
  let covered = 0;
  for (let at = 0; at + run <= ids.length; at += 1) {
    const key = hashOf(ids, at, run);
    const starts = seen.get(key);
    if (starts?.some((start) => isEqualRun(ids, start, at, run))) {
      count += at + run - Math.max(covered, at);
      covered = at + run;
    } else if (starts) starts.push(at);
    else seen.set(key, [at]);
  }
  return count;
}

/**
 * The loop of most tokens: a block of `period` ids at least three times in a row, 24 tokens or more; null without one.
 * Of equally long ones the shortest period counts, then the earliest.
 */
export function findLoop(ids: readonly number[]): TokenLoop | null {
  let best: TokenLoop | null = null;
  let longest = LOOP_TOKENS - 1;
  const longestPeriod = Math.min(LONGEST_PERIOD, Math.floor(ids.length / LOOP_TIMES));
  for (let period = 1; period <= longestPeriod; period += 1) {
    let run = 0;
    for (let at = period; at <= ids.length; at += 1) {
      if (at < ids.length && ids[at] === ids[at - period]) {
        run += 1;
        continue;
      }
      const length = run + period;
      if (run > 0 && length > longest && length >= LOOP_TIMES * period) {
        longest = length;
        best = { at: at - length, period, times: Math.floor(length / period) };
      }
      run = 0;
    }
  }
  return best;
}

function hashOf(ids: readonly number[], at: number, length: number): number {
  let hash = 17;
  for (let i = at; i < at + length; i += 1) hash = (Math.imul(hash, 31) + (ids[i] ?? 0)) | 0;
  return hash;
}

function isEqualRun(ids: readonly number[], a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i += 1) if (ids[a + i] !== ids[b + i]) return false;
  return true;
}
