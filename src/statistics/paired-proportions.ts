import { CONFIDENCE, type Interval } from './interval.js';
import { normalQuantile } from './normal.js';
import { wilsonInterval } from './proportion.js';
import { incompleteBeta } from './special-functions.js';

/** Pairs of right / wrong answers of two arms to the same items. */
export interface PairedCounts {
  readonly bothRight: number;
  /** Right under the arm, wrong under the one it is compared with. */
  readonly won: number;
  /** Wrong under the arm, right under the one it is compared with. */
  readonly lost: number;
  readonly bothWrong: number;
}

export function pairCount(counts: PairedCounts): number {
  return counts.bothRight + counts.won + counts.lost + counts.bothWrong;
}

/**
 * Newcombe's hybrid score interval of a difference of paired proportions, his method 10 with the corrected φ
 * (Newcombe 1998, Statistics in Medicine 17:2635). The difference is (won − lost) / n.
 */
export function newcombeInterval(counts: PairedCounts, confidence: number = CONFIDENCE): Interval {
  const n = pairCount(counts);
  if (n === 0) return [-1, 1];
  const armRight = counts.bothRight + counts.won;
  const otherRight = counts.bothRight + counts.lost;
  const [armLow, armHigh] = wilsonInterval(armRight, n, confidence);
  const [otherLow, otherHigh] = wilsonInterval(otherRight, n, confidence);
  const phi = correctedPhi(counts, n);
  const down = armRight / n - armLow;
  const up = armHigh - armRight / n;
  const otherDown = otherRight / n - otherLow;
  const otherUp = otherHigh - otherRight / n;
  const difference = (counts.won - counts.lost) / n;
  const below = Math.sqrt(Math.max(0, down * down - 2 * phi * down * otherUp + otherUp * otherUp));
  const above = Math.sqrt(Math.max(0, up * up - 2 * phi * up * otherDown + otherDown * otherDown));
  return [Math.max(-1, difference - below), Math.min(1, difference + above)];
}

function correctedPhi(counts: PairedCounts, n: number): number {
  const product = counts.bothRight * counts.bothWrong - counts.won * counts.lost;
  const numerator = product > 0 ? Math.max(product - n / 2, 0) : product;
  const margins =
    (counts.bothRight + counts.won) *
    (counts.lost + counts.bothWrong) *
    (counts.bothRight + counts.lost) *
    (counts.won + counts.bothWrong);
  return margins === 0 ? 0 : numerator / Math.sqrt(margins);
}

/**
 * Tango's score interval of a difference of paired proportions (Tango 1998, Statistics in Medicine 17:891): all
 * differences δ that the score test does not reject. Width never falls to 0, not even without a single flip.
 */
export function tangoInterval(
  { won, lost, pairs }: { readonly won: number; readonly lost: number; readonly pairs: number },
  confidence: number = CONFIDENCE,
): Interval {
  if (pairs === 0) return [-1, 1];
  const z = normalQuantile((1 + confidence) / 2);
  const estimate = (won - lost) / pairs;
  const rejects = (delta: number): boolean => {
    const score = won - lost - pairs * delta;
    return score * score > z * z * tangoVariance({ won, lost, pairs }, delta);
  };
  return [boundary(rejects, estimate, -1), boundary(rejects, estimate, 1)];
}

/**
 * n (2q + δ(1 − δ)), where q = P(lost) maximises the likelihood under P(won) − P(lost) = δ: the larger root of
 * 2n q² + B q + C with B = (2n − won + lost)δ − won − lost and C = −lost δ(1 − δ).
 */
function tangoVariance(counts: { won: number; lost: number; pairs: number }, delta: number): number {
  const { won, lost, pairs } = counts;
  const b = (2 * pairs - won + lost) * delta - won - lost;
  const c = -lost * delta * (1 - delta);
  const root = Math.sqrt(Math.max(0, b * b - 8 * pairs * c));
  // Of the two equal forms of the root, the one that adds numbers of the same sign loses no digits.
  const q = b > 0 ? (-2 * c) / (b + root) : (root - b) / (4 * pairs);
  return Math.max(0, pairs * (2 * q + delta * (1 - delta)));
}

/** Where `rejects` turns true between `inside` (accepted) and `edge`: bisection down to neighbouring numbers. */
function boundary(rejects: (delta: number) => boolean, inside: number, edge: number): number {
  if (!rejects(edge)) return edge;
  let accepted = inside;
  let rejected = edge;
  for (let step = 0; step < 100; step += 1) {
    const middle = (accepted + rejected) / 2;
    if (middle === accepted || middle === rejected) break;
    if (rejects(middle)) rejected = middle;
    else accepted = middle;
  }
  return accepted;
}

/**
 * Exact McNemar test, two-sided: 2 · P(X ≤ min(won, lost)) with X ~ Bin(won + lost, 1/2), at most 1
 * (McNemar 1947). The binomial tail is I_{1/2}(n − k, k + 1).
 */
export function exactMcNemar(won: number, lost: number): number {
  const discordant = won + lost;
  const fewer = Math.min(won, lost);
  if (won === lost) return 1;
  return Math.min(1, 2 * incompleteBeta(0.5, discordant - fewer, fewer + 1));
}
