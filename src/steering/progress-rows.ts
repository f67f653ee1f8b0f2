import { sha256Hex, type Item, type SampleRecord } from '../domain/index.js';

/** The place of an item's rows: all samples of an item are in one fold, and folds differ by one item at most. */
export function foldsOf(items: readonly Item[], folds: number, seed: number): ReadonlyMap<Item, number> {
  const drawn = items.map((item) => ({ item, draw: sha256Hex(`${seed}/${item.contentHash}`) }));
  const ordered = drawn.toSorted((a, b) => (a.draw < b.draw ? -1 : 1));
  return new Map(ordered.map(({ item }, place) => [item, place % folds]));
}

/** A thinking whose length is known: the model ended it, and wrote all of it. */
export function hasWholeThinking({ thinkStop, ledger }: SampleRecord): boolean {
  return thinkStop === 'natural' && ledger.thinkInjected === 0;
}

/**
 * Thinking tokens between the delimiters, by index in `thinkIds`, with their relative position j / N, j = 1 … N (arXiv
 * 2506.07240). A delimiter counts as one token; the opening one is none of the model's where the prompt writes it.
 */
export function progressTargets(
  thinkTokens: number,
  openedByPrompt: boolean,
): readonly { readonly token: number; readonly progress: number }[] {
  const first = openedByPrompt ? 0 : 1;
  const length = Math.max(0, thinkTokens - 1 - first);
  return Array.from({ length }, (_, index) => ({ token: first + index, progress: (index + 1) / length }));
}
