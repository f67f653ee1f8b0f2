/** Words with the blanks before them, punctuation apart as the published compressor has it; joined they are the text. */
export function wordsOf(text: string): string[] {
  return text.match(/\s*(?:[!-/:-@[-`{-~]|[^\s!-/:-@[-`{-~]+)|\s+$/g) ?? [];
}

export interface WordMask {
  readonly words: readonly string[];
  readonly kept: readonly boolean[];
  /** Words of the compressed text that the rest of the original does not have. */
  readonly unmatched: number;
}

/**
 * Which words of the original are left, told from the texts alone: each word of the compressed text is the next equal one
 * of the original, so of equal words the first is taken to be the kept one.
 */
export function wordMask(original: string, compressed: string): WordMask {
  const words = wordsOf(original);
  const texts = words.map((word) => word.trim());
  const kept = words.map(() => false);
  let [at, unmatched] = [0, 0];
  for (const word of wordsOf(compressed)) {
    const text = word.trim();
    if (text === '') continue;
    const next = texts.indexOf(text, at);
    if (next < 0) unmatched += 1;
    else {
      kept[next] = true;
      at = next + 1;
    }
  }
  return { words, kept, unmatched };
}
