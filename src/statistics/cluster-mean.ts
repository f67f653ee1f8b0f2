import { CONFIDENCE, type Interval } from './interval.js';
import { mean } from './moments.js';
import { intervalError } from './paired-difference.js';
import type { Numbers } from './quantile.js';
import { studentQuantile } from './student-t.js';

/**
 * mean ± t · SE of item values, by cluster where items come in clusters (the standard errors of paired differences;
 * Miller 2024, arXiv 2411.00640). Unbounded where one item or cluster says nothing about the spread.
 */
export function clusteredMeanInterval(
  values: Numbers,
  clusters: Numbers | null,
  confidence: number = CONFIDENCE,
): Interval {
  const error = intervalError({ differences: values, clusters });
  if (error.degreesOfFreedom < 1) return [-Infinity, Infinity];
  const half = studentQuantile((1 + confidence) / 2, error.degreesOfFreedom) * error.value;
  const centre = mean(values);
  return [centre - half, centre + half];
}
