import { techniqueDefinition, type Arm } from '../domain/index.js';

/** Decoding speed of one engine process with full batches, by model size. */
export interface RatePoint {
  readonly parameters: number;
  readonly tokensPerSecond: number;
}

/**
 * Measured with libllama on one 2-core server (AVX-512), 4- and 8-bit weights, 16 sequences, one thread.
 * Another machine may differ by several times: a forecast, not a promise.
 */
export const DEFAULT_RATES: readonly RatePoint[] = [
  { parameters: 20e6, tokensPerSecond: 1400 },
  { parameters: 135e6, tokensPerSecond: 300 },
  { parameters: 600e6, tokensPerSecond: 70 },
];

/** Mean tokens of a sample when nothing is known about the model: a share of the cap. */
const THINK_SHARE_OF_CAP = 0.3;
const ANSWER_TOKENS = 60;

export interface TokenPrior {
  readonly thinkTokens: number;
  readonly answerTokens: number;
}

/** Delivered tokens to expect of one call, which asks one question or a batch of them; never above the cap. */
export function expectedTokens(arm: Pick<Arm, 'technique' | 'params' | 'sampling'>, prior: TokenPrior | null): number {
  const cap = arm.sampling.maxTokens;
  const { traits } = techniqueDefinition(arm.technique);
  const think = traits.expectedThinking(arm.params, prior?.thinkTokens ?? cap * THINK_SHARE_OF_CAP);
  const answer = prior?.answerTokens ?? Math.min(ANSWER_TOKENS, cap);
  return Math.min(cap, traits.batchSize(arm.params) * (think + answer));
}

/** Piecewise linear in the logarithms; beyond the ends, speed falls as size grows. Precondition: rates ascend by size. */
export function rateFor(parameters: number, rates: readonly RatePoint[]): number {
  const size = Math.max(1, parameters);
  const first = rates[0];
  const last = rates.at(-1);
  if (!first || !last) return 1;
  if (size <= first.parameters) return first.tokensPerSecond;
  if (size >= last.parameters) return (last.tokensPerSecond * last.parameters) / size;
  const upper = rates.findIndex((point) => point.parameters >= size);
  const [a, b] = [rates[upper - 1] ?? first, rates[upper] ?? last];
  const share = Math.log(size / a.parameters) / Math.log(b.parameters / a.parameters);
  return a.tokensPerSecond * (b.tokensPerSecond / a.tokensPerSecond) ** share;
}
