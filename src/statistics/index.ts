export { bcaInterval, type RatioEstimate, type RatioOptions, ratioOfMeans } from './bootstrap.js';
export {
  type AccuracyAndLength,
  accuracyEfficiencyScore,
  AES_WEIGHTS,
  type AesWeights,
  modelCompressionRate,
  ockScore,
  type Performance,
  shareWithin,
} from './efficiency.js';
export { type CostAndGain, dominates, paretoMembership } from './frontier.js';
export { type CostsAndGains, FRONTIER_DRAWS, frontierShares } from './frontier-shares.js';
export { holmAdjusted } from './holm.js';
export { clamp, CONFIDENCE, hull, type Interval } from './interval.js';
export { itemMeans, mean, meanInterval, standardErrorOfMean, variance } from './moments.js';
export { normalCdf, normalQuantile } from './normal.js';
export {
  clusteredStandardError,
  type PairedData,
  pairedInterval,
  pairedStandardError,
  type StandardError,
  twoSidedLevelOf,
} from './paired-difference.js';
export { exactMcNemar, newcombeInterval, pairCount, type PairedCounts, tangoInterval } from './paired-proportions.js';
export {
  itemsToDetect,
  itemsToSettle,
  minimumDetectableEffect,
  plannedDetectableEffect,
  POWER,
  type UnsettledDifference,
} from './power.js';
export { wilsonInterval } from './proportion.js';
export { type Numbers, quantile, quantileOfSorted, sortedCopy } from './quantile.js';
export { type AnswerGroup, generalPassAtK, majorityAtK, passAtK } from './repeats.js';
export { DEFAULT_RESAMPLES } from './resampling.js';
export { seedOf, Xoshiro128 } from './random.js';
export { studentCdf, studentQuantile } from './student-t.js';
export { areaWeights, slopeWeights } from './budget-curve.js';
export { type LongerWhen, type ThresholdPoint, thresholdFrontier, type TwoWays } from './threshold-frontier.js';
export {
  commonLengths,
  type LengthArm,
  type LengthCurve,
  lengthMatchedDifferences,
  lengthVerdict,
  type MatchedDifference,
  mixtureWeights,
} from './length-matched.js';
export { clusteredMeanInterval } from './cluster-mean.js';
export { type SignedRanks, wilcoxonSignedRank } from './wilcoxon.js';
