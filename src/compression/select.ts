/** One number per token of a chain: the larger, the later it is dropped. */
export type Importance = readonly number[];

export interface Selection {
  /** Per token, in order. */
  readonly kept: readonly boolean[];
  /** Share of tokens kept; above the asked one only where protection alone keeps more. NaN for an empty chain. */
  readonly ratio: number;
}

/**
 * TokenSkip's choice (arXiv 2502.12067, eq. 3–4): the tokens whose importance is at least its γ-quantile from above stay,
 * in their order. Taken by rank, so that equal importances at the threshold do not keep more than asked: round(γ · n)
 * tokens stay, the earlier of equals first. Protected tokens stay in any case and count.
 */
export function selectTokens(importance: Importance, ratio: number, isProtected: readonly boolean[] = []): Selection {
  const count = importance.length;
  const kept = importance.map((_, index) => isProtected[index] === true);
  const spoken = kept.filter(Boolean).length;
  const ranked = importance
    .map((value, index) => ({ value, index }))
    .filter(({ index }) => kept[index] !== true)
    .toSorted((a, b) => b.value - a.value || a.index - b.index);
  for (const { index } of ranked.slice(0, Math.max(0, Math.round(ratio * count) - spoken))) kept[index] = true;
  return { kept, ratio: kept.filter(Boolean).length / count };
}

export interface Protection {
  /** Tokens with these texts, blanks around them apart. */
  readonly forceTokens: readonly string[];
  /** Tokens that hold a digit. */
  readonly reserveDigits: boolean;
}

/** Which tokens are kept whatever their importance (`force_tokens` and `force_reserve_digit` of the published code). */
export function protectedTokens(tokens: readonly string[], { forceTokens, reserveDigits }: Protection): boolean[] {
  const forced = new Set(forceTokens);
  return tokens.map((token) => forced.has(token.trim()) || (reserveDigits && /\d/.test(token)));
}
