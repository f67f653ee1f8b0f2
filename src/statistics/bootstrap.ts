import { CONFIDENCE, type Interval } from './interval.js';
import { mean } from './moments.js';
import { normalCdf, normalQuantile } from './normal.js';
import { type Numbers, quantileOfSorted } from './quantile.js';
import { Xoshiro128 } from './random.js';
import { DEFAULT_RESAMPLES, mergedAtRandom, unitSums } from './resampling.js';

export interface RatioOptions {
  readonly seed: number;
  readonly resamples?: number;
  readonly confidence?: number;
  /** Cluster (any number) of each pair: clusters are then drawn, and left out by the jackknife, as wholes. */
  readonly clusters?: Numbers | null;
}

export interface RatioEstimate {
  /** Σ numerator / Σ denominator; NaN where both are 0, Infinity where only the denominator is. */
  readonly ratio: number;
  readonly interval: Interval;
}

/**
 * Ratio of means of paired values, with the bias-corrected and accelerated bootstrap interval of Efron (1987; Efron
 * and Tibshirani 1993, section 14.3). Pairs (or clusters) are drawn with replacement, both values together.
 * Preconditions: equal lengths, values ≥ 0.
 */
export function ratioOfMeans(numerator: Numbers, denominator: Numbers, options: RatioOptions): RatioEstimate {
  const units = unitsOf(numerator, denominator, options);
  const ratio = units.totalTop / units.totalBottom;
  if (!Number.isFinite(ratio)) return { ratio, interval: [ratio, ratio] };
  const draws = drawRatios(units, options);
  return { ratio, interval: bcaInterval(ratio, draws, jackknife(units), options.confidence ?? CONFIDENCE) };
}

/** What is drawn: one entry per pair or per cluster. */
interface Units {
  readonly top: Float64Array;
  readonly bottom: Float64Array;
  readonly totalTop: number;
  readonly totalBottom: number;
}

function unitsOf(numerator: Numbers, denominator: Numbers, { clusters = null, seed }: RatioOptions): Units {
  const columns = mergedAtRandom(unitSums([numerator, denominator], clusters), seed);
  const [top = new Float64Array(0), bottom = new Float64Array(0)] = columns;
  return { top, bottom, totalTop: total(numerator), totalBottom: total(denominator) };
}

function total(values: Numbers): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] ?? 0;
  return sum;
}

/** Ratios of `resamples` draws, ascending. A draw of zeros only (0 / 0) says nothing and counts as the estimate. */
function drawRatios({ top, bottom, totalTop, totalBottom }: Units, options: RatioOptions): Float64Array {
  const random = new Xoshiro128(options.seed);
  const count = top.length;
  const ratios = new Float64Array(options.resamples ?? DEFAULT_RESAMPLES);
  const drawn = new Int32Array(count);
  for (let draw = 0; draw < ratios.length; draw += 1) {
    random.fillBelow(count, drawn);
    let upper = 0;
    let lower = 0;
    for (let i = 0; i < count; i += 1) {
      const unit = drawn[i] ?? 0;
      upper += top[unit] ?? 0;
      lower += bottom[unit] ?? 0;
    }
    ratios[draw] = lower === 0 && upper === 0 ? totalTop / totalBottom : upper / lower;
  }
  return ratios.toSorted();
}

/** The ratio without each unit in turn. */
function jackknife({ top, bottom, totalTop, totalBottom }: Units): Float64Array {
  return top.map((value, unit) => {
    const lower = totalBottom - (bottom[unit] ?? 0);
    return lower === 0 ? totalTop / totalBottom : (totalTop - value) / lower;
  });
}

/**
 * [G⁻¹(α₁), G⁻¹(α₂)] with α = Φ(z₀ + (z₀ + z)/(1 − a(z₀ + z))), G the distribution of the draws, z₀ = Φ⁻¹ of the
 * share of draws below the estimate (ties count half), a = Σd³ / 6(Σd²)^(3/2) from the jackknife's deviations d.
 * `draws` ascends. Draws that are all equal return that point.
 */
export function bcaInterval(estimate: number, draws: Numbers, leftOut: Numbers, confidence: number): Interval {
  const first = draws[0] ?? estimate;
  const last = draws[draws.length - 1] ?? estimate;
  if (first === last) return [first, last];
  const bias = biasCorrection(estimate, draws);
  const acceleration = accelerationOf(leftOut);
  const bound = (z: number): number => {
    const shifted = bias + z;
    return quantileOfSorted(draws, normalCdf(bias + shifted / (1 - acceleration * shifted)));
  };
  const z = normalQuantile((1 + confidence) / 2);
  return [bound(-z), bound(z)];
}

function biasCorrection(estimate: number, draws: Numbers): number {
  let below = 0;
  for (let i = 0; i < draws.length; i += 1) {
    const draw = draws[i] ?? 0;
    if (draw < estimate) below += 1;
    else if (draw === estimate) below += 0.5;
  }
  // The estimate can lie outside all draws; half a draw keeps z₀ finite.
  const share = Math.min(Math.max(below, 0.5), draws.length - 0.5) / draws.length;
  return normalQuantile(share);
}

function accelerationOf(leftOut: Numbers): number {
  const centre = mean(leftOut);
  let squares = 0;
  let cubes = 0;
  for (let i = 0; i < leftOut.length; i += 1) {
    const deviation = centre - (leftOut[i] ?? 0);
    squares += deviation ** 2;
    cubes += deviation ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}
