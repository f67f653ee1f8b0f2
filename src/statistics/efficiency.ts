/** α (saving), β (gain in accuracy), γ (loss of accuracy). */
export type AesWeights = readonly [number, number, number];

export const AES_WEIGHTS: AesWeights = [1, 3, 5];

export interface AccuracyAndLength {
  readonly accuracy: number;
  readonly tokens: number;
}

/**
 * Accuracy-efficiency score (O1-Pruner, arXiv 2501.12570): α ΔL + β ΔA when ΔA ≥ 0, else α ΔL − γ |ΔA|, where
 * ΔL = (L₀ − L)/L₀ and ΔA = (A − A₀)/A₀ are relative to the baseline. NaN where the baseline has no right answer.
 */
export function accuracyEfficiencyScore(
  arm: AccuracyAndLength,
  baseline: AccuracyAndLength,
  weights: AesWeights = AES_WEIGHTS,
): number {
  if (baseline.accuracy === 0) return Number.NaN;
  const saving = (baseline.tokens - arm.tokens) / baseline.tokens;
  const change = (arm.accuracy - baseline.accuracy) / baseline.accuracy;
  const [alpha, beta, gamma] = weights;
  return alpha * saving + (change >= 0 ? beta : gamma) * change;
}

/**
 * OckScore (arXiv 2511.05722, its scoring code): 100 · accuracy − 10 · ln(tokens / 10,000 + 1), where tokens are all of a
 * problem, the prompt included.
 */
export function ockScore({ accuracy, tokens }: AccuracyAndLength): number {
  return 100 * accuracy - 10 * Math.log(tokens / 10_000 + 1);
}

export interface Performance {
  /** Of the weights, in any unit. */
  readonly size: number;
  readonly accuracy: number;
}

/**
 * Model compression rate of EfficientLLM: (size₀ / size) · (performance / performance₀). NaN where the original has no
 * right answer.
 */
export function modelCompressionRate(compressed: Performance, original: Performance): number {
  if (original.accuracy === 0) return Number.NaN;
  return (original.size / compressed.size) * (compressed.accuracy / original.accuracy);
}

/**
 * What one sample adds to AUC_OAA of OptimalThinkingBench, (1 / most) ∫ 1[correct and tokens ≤ t] dt over t = 0 … most:
 * the share of allowances under which a right answer counts, 0 for a wrong one.
 */
export function shareWithin(tokens: number, correct: boolean, most: number): number {
  return correct ? Math.max(0, 1 - tokens / most) : 0;
}
