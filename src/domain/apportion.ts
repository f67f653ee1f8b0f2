import { LEDGER_KEYS, type Ledger } from './ledger.js';

/**
 * `total` in whole parts proportional to `weights` (largest remainder; of equal remainders the earlier one first), which
 * always add up to `total`. Weights that are all zero count as equal.
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const quotas = weights.map((weight) => (sum === 0 ? total / weights.length : (total * weight) / sum));
  const parts = quotas.map(Math.floor);
  const left = total - parts.reduce((a, b) => a + b, 0);
  const byRemainder = quotas
    .map((quota, index) => ({ index, remainder: quota - Math.floor(quota) }))
    .toSorted((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, left)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}

/** Weights of the columns of a call's ledger among its questions. */
export interface LedgerWeights {
  readonly prompt: readonly number[];
  readonly answer: readonly number[];
}

/** The call's ledger split among its questions; what cannot be told apart is split evenly. */
export function splitLedger(ledger: Ledger, { prompt, answer }: LedgerWeights): Ledger[] {
  const even = prompt.map(() => 1);
  const weightsOf = (key: keyof Ledger): readonly number[] => {
    if (key === 'prompt') return prompt;
    return key === 'answerSampled' || key === 'answerInjected' ? answer : even;
  };
  const columns = LEDGER_KEYS.map((key) => [key, apportion(ledger[key], weightsOf(key))] as const);
  return prompt.map(
    (_weight, index) =>
      Object.fromEntries(columns.map(([key, parts]) => [key, parts[index] ?? 0])) as unknown as Ledger,
  );
}
