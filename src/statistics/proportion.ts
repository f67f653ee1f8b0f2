import { CONFIDENCE, type Interval } from './interval.js';
import { normalQuantile } from './normal.js';

/**
 * Wilson's score interval of a proportion (Wilson 1927; Brown, Cai and DasGupta 2001):
 * (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n). [0, 1] without trials.
 */
export function wilsonInterval(successes: number, trials: number, confidence: number = CONFIDENCE): Interval {
  if (trials <= 0) return [0, 1];
  const z = normalQuantile((1 + confidence) / 2);
  const share = successes / trials;
  const weight = (z * z) / trials;
  const centre = (share + weight / 2) / (1 + weight);
  const half = (z * Math.sqrt((share * (1 - share)) / trials + weight / (4 * trials))) / (1 + weight);
  // At the edges the bound is exact; computed, it would miss by a rounding error.
  return [successes <= 0 ? 0 : Math.max(0, centre - half), successes >= trials ? 1 : Math.min(1, centre + half)];
}
