import type { Chain } from './chain.js';
import { protectedTokens, selectTokens, type Importance, type Protection, type Selection } from './select.js';

export interface KeepOptions extends Protection {
  /** A forced token that would follow an equal one directly makes room for another token. */
  readonly dropConsecutive: boolean;
}

/**
 * Which tokens of a chain stay at a ratio. Repeats of forced tokens (`drop_consecutive` of the published code) are found
 * in a first selection and come last in the second, which fills their place.
 */
export function keepTokens(
  { tokens }: Pick<Chain, 'tokens'>,
  importance: Importance,
  ratio: number,
  options: KeepOptions,
): Selection {
  const isProtected = protectedTokens(tokens, options);
  const first = selectTokens(importance, ratio, isProtected);
  if (!options.dropConsecutive || ratio === 1) return first;
  const repeats = repeatedForced(tokens, first.kept, options.forceTokens);
  if (repeats.size === 0) return first;
  return selectTokens(
    importance.map((value, index) => (repeats.has(index) ? -Infinity : value)),
    ratio,
    isProtected.map((each, index) => each && !repeats.has(index)),
  );
}

/** Kept forced tokens whose kept predecessor is the same. */
function repeatedForced(
  tokens: readonly string[],
  kept: readonly boolean[],
  forceTokens: readonly string[],
): ReadonlySet<number> {
  const forced = new Set(forceTokens);
  const repeats = new Set<number>();
  let previous = '';
  for (const [index, token] of tokens.entries()) {
    if (kept[index] !== true) continue;
    const word = token.trim();
    if (forced.has(word) && word === previous) repeats.add(index);
    previous = word;
  }
  return repeats;
}
