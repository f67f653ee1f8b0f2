/**
 * Chance that at least one of k samples is correct, drawn without replacement from n of which `correct` are (Chen et al.
 * 2021): 1 − C(n − c, k) / C(n, k). Unbiased for pass@k. NaN where there are fewer than k.
 */
export function passAtK(samples: number, correct: number, k: number): number {
  if (k < 1 || k > samples) return Number.NaN;
  if (samples - correct < k) return 1;
  let none = 1;
  for (let i = samples - correct + 1; i <= samples; i += 1) none *= 1 - k / i;
  return 1 - none;
}

/**
 * Chance that at least a share `tau` of k samples is correct, drawn likewise (G-Pass@k):
 * Σ over j ≥ max(1, ⌈τk⌉) of C(c, j) C(n − c, k − j) / C(n, k).
 */
export function generalPassAtK(samples: number, correct: number, { k, tau }: { k: number; tau: number }): number {
  if (k < 1 || k > samples) return Number.NaN;
  let ways = 0n;
  // Without the tolerance, 0.6 × 5 would ask for a fourth.
  for (let j = Math.max(1, Math.ceil(tau * k - 1e-9)); j <= Math.min(k, correct); j += 1) {
    ways += choose(correct, j) * choose(samples - correct, k - j);
  }
  return ratio(ways, choose(samples, k));
}

/** Samples of one item that gave the same answer. */
export interface AnswerGroup {
  readonly samples: number;
  readonly correct: boolean;
}

/**
 * Chance that a majority vote of k samples is correct, over all k of the samples there are: `groups` hold those with an
 * answer, `silent` counts those without, which have no vote. Where answers tie, each of them wins equally often; where
 * none of the k has an answer, the vote is wrong. NaN where there are fewer than k samples.
 */
export function majorityAtK(groups: readonly AnswerGroup[], silent: number, k: number): number {
  const samples = groups.reduce((sum, group) => sum + group.samples, silent);
  if (k < 1 || k > samples) return Number.NaN;
  let expected = 0;
  const all = choose(samples, k);
  for (let votes = 1; votes <= k; votes += 1) {
    for (const { right, wrong, ways } of ties(groups, { silent, k, votes })) {
      if (right > 0) expected += (right / (right + wrong)) * ratio(ways, all);
    }
  }
  return Math.min(1, expected);
}

interface Tie {
  /** Answers that got the most votes. */
  readonly right: number;
  readonly wrong: number;
  readonly used: number;
  readonly ways: bigint;
}

/** In how many ways k samples can be drawn so that the most voted answers have `votes` each, by how many those are. */
function ties(
  groups: readonly AnswerGroup[],
  { silent, k, votes }: { silent: number; k: number; votes: number },
): readonly Tie[] {
  let states = new Map<string, Tie>([['', { right: 0, wrong: 0, used: 0, ways: 1n }]]);
  for (const { samples, correct } of groups) {
    const next = new Map<string, Tie>();
    for (const state of states.values()) {
      for (let drawn = 0; drawn <= Math.min(samples, votes, k - state.used); drawn += 1) {
        const top = drawn === votes ? 1 : 0;
        const right = state.right + (correct ? top : 0);
        const wrong = state.wrong + (correct ? 0 : top);
        const used = state.used + drawn;
        const key = `${right} ${wrong} ${used}`;
        const ways = (next.get(key)?.ways ?? 0n) + state.ways * choose(samples, drawn);
        next.set(key, { right, wrong, used, ways });
      }
    }
    states = next;
  }
  return [...states.values()].map((state) => ({ ...state, ways: state.ways * choose(silent, k - state.used) }));
}

function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  let ways = 1n;
  for (let i = 1; i <= k; i += 1) ways = (ways * BigInt(n - k + i)) / BigInt(i);
  return ways;
}

/** Both may be larger than any number. */
function ratio(part: bigint, whole: bigint): number {
  const bits = 60n;
  return Number((part << bits) / whole) / Number(1n << bits);
}
