import { complementaryError, errorSeries } from './special-functions.js';

/** Φ(z), the standard normal distribution function. */
export function normalCdf(z: number): number {
  const scaled = Math.abs(z) / Math.SQRT2;
  if (scaled < 0.5) return 0.5 + (Math.sign(z) * errorSeries(scaled)) / 2;
  const tail = complementaryError(scaled) / 2;
  return z < 0 ? tail : 1 - tail;
}

/**
 * Φ⁻¹(p): Abramowitz and Stegun 26.2.23 (error below 4.5e-4) as the start, then Halley steps on Φ, which triple
 * the number of correct digits each. ±Infinity at p = 0 and 1.
 */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity;
  if (p >= 1) return Infinity;
  if (p > 0.5) return -normalQuantile(1 - p);
  let z = -tailStart(p);
  for (let step = 0; step < 3; step += 1) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    if (density === 0) return z;
    const newton = (normalCdf(z) - p) / density;
    z -= newton / (1 + (z * newton) / 2);
  }
  return z;
}

function tailStart(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p));
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328);
  return t - numerator / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}
