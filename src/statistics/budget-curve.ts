/**
 * Area and slope of an accuracy curve are weighted sums of the accuracies at its points, so they can be computed per
 * item and get the interval of a mean over items. Precondition of both: x ascends, without equal values.
 */

/** Weights w with Σ w·f = (1 / (x_n − x_0)) ∫ f dx for f linear between the points (trapezoids). */
export function areaWeights(x: readonly number[]): number[] {
  const width = (x.at(-1) ?? 0) - (x[0] ?? 0);
  return x.map((at, index) => ((x[index + 1] ?? at) - (x[index - 1] ?? at)) / (2 * width));
}

/** Weights w with Σ w·f = mean over all pairs a < b of (f(b) − f(a)) / (b − a): the Scaling of s1 (arXiv 2501.19393). */
export function slopeWeights(x: readonly number[]): number[] {
  const pairs = (x.length * (x.length - 1)) / 2;
  return x.map((at, index) => {
    let sum = 0;
    for (const [other, there] of x.entries()) if (other !== index) sum += 1 / (at - there);
    return sum / pairs;
  });
}
