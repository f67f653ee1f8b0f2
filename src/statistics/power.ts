import { CONFIDENCE, type Interval } from './interval.js';
import { normalQuantile } from './normal.js';

/** The chance with which a difference of the named size should be found. */
export const POWER = 0.8;

const Z_TWO_SIDED = normalQuantile((1 + CONFIDENCE) / 2);
const Z_ONE_SIDED = normalQuantile(CONFIDENCE);
const Z_POWER = normalQuantile(POWER);

/**
 * Smallest true difference that a comparison with this interval finds with 80 % power at the two-sided 5 % level:
 * (z_{α/2} + z_β) · SE (Miller 2024, section 5), with the standard error read off the interval that is printed. So
 * the effect is never 0: without flips, Tango's interval still has a width.
 */
export function minimumDetectableEffect(interval: Interval): number {
  return (Z_TWO_SIDED + Z_POWER) * impliedError(interval);
}

/** The same before a run: `pairVariance` is the variance of one item's difference, ω² + σ²_A/K_A + σ²_B/K_B. */
export function plannedDetectableEffect(items: number, pairVariance: number): number {
  return (Z_TWO_SIDED + Z_POWER) * Math.sqrt(pairVariance / items);
}

/** Items at which a true difference of `effect` is found with 80 % power. */
export function itemsToDetect(effect: number, pairVariance: number): number {
  return Math.ceil(((Z_TWO_SIDED + Z_POWER) ** 2 * pairVariance) / effect ** 2);
}

export interface UnsettledDifference {
  readonly difference: number;
  readonly interval: Interval;
  readonly items: number;
  readonly margin: number;
}

/**
 * Items at which this difference, were it the true one, would be settled with 80 % power: above the margin, when its
 * one-sided 95 % bound clears −margin; below, when its interval excludes 0. More than there are; Infinity on the margin.
 */
export function itemsToSettle({ difference, interval, items, margin }: UnsettledDifference): number {
  const pairVariance = impliedError(interval) ** 2 * items;
  const distance = difference + margin;
  if (distance === 0) return Infinity;
  const needed =
    distance > 0
      ? ((Z_ONE_SIDED + Z_POWER) ** 2 * pairVariance) / distance ** 2
      : ((Z_TWO_SIDED + Z_POWER) ** 2 * pairVariance) / difference ** 2;
  return Math.max(items + 1, Math.ceil(needed));
}

function impliedError([low, high]: Interval): number {
  return (high - low) / 2 / Z_TWO_SIDED;
}
