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
