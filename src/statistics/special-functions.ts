const HALF_LOG_TWO_PI = 0.9189385332046727;

/** B₂ₖ / (2k(2k−1)), k = 1 … 8: the coefficients of Stirling's series (DLMF 5.11.1). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400] as const;

/** Below this the argument is shifted up by Γ(x + 1) = x Γ(x); above it the series is exact to double precision. */
const STIRLING_FROM = 12;

/** ln Γ(x). Precondition: x > 0. */
export function logGamma(x: number): number {
  let shift = 1;
  let shifted = x;
  while (shifted < STIRLING_FROM) {
    shift *= shifted;
    shifted += 1;
  }
  return (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_TWO_PI + stirlingSeries(shifted) - Math.log(shift);
}

function stirlingSeries(x: number): number {
  const inverse = 1 / x;
  let power = inverse;
  let series = 0;
  for (const coefficient of STIRLING) {
    series += coefficient * power;
    power *= inverse * inverse;
  }
  return series;
}

/**
 * ln B(a, b). For a large argument the difference of its two log gammas is taken inside Stirling's formula: outside,
 * ten digits would cancel at 100,000 degrees of freedom.
 */
function logBeta(a: number, b: number): number {
  const [small, large] = a < b ? [a, b] : [b, a];
  if (large < STIRLING_FROM) return logGamma(a) + logGamma(b) - logGamma(a + b);
  const sum = small + large;
  const rise = (large - 0.5) * Math.log1p(small / large) + small * (Math.log(sum) - 1);
  return logGamma(small) - rise - stirlingSeries(sum) + stirlingSeries(large);
}

/** erfc(x) for x ≥ 0: power series of erf (DLMF 7.6.2) near 0, continued fraction (DLMF 7.9.1) in the tail. */
export function complementaryError(x: number): number {
  return x < 2.5 ? 1 - errorSeries(x) : errorFraction(x);
}

/** erf z = 2/√π · e^(−z²) · Σ 2ⁿ z^(2n+1) / (1·3·…·(2n+1)): all terms positive, so nothing cancels. */
export function errorSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** √π e^(z²) erfc z = 1/(z + (1/2)/(z + (2/2)/(z + (3/2)/(z + …)))), evaluated from the inside out. */
function errorFraction(x: number): number {
  let tail = x;
  for (let k = 120; k >= 1; k -= 1) tail = x + k / 2 / tail;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
}

/**
 * Regularised incomplete beta function Iₓ(a, b): continued fraction DLMF 8.17.22, evaluated by Lentz's method,
 * on the side of the mean where it converges quickly. Preconditions: a, b > 0, 0 ≤ x ≤ 1.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const logFactor = a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b);
  return Math.exp(logFactor) / (a * betaFraction(x, a, b));
}

/** The denominator 1 + d₁/(1 + d₂/(1 + …)) of DLMF 8.17.22. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let value = 1;
  let c = 1;
  let d = 0;
  for (let step = 1; step < 20_000; step += 1) {
    const coefficient = betaCoefficient(step, x, a, b);
    d = 1 / nonZero(1 + coefficient * d, tiny);
    c = nonZero(1 + coefficient / c, tiny);
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return value;
}

function betaCoefficient(step: number, x: number, a: number, b: number): number {
  const m = Math.floor(step / 2);
  if (step % 2 === 0) return (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
  return (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
