import type { ThinkDelimiters } from '../domain/index.js';

/** Where the chain lies among the thinking's tokens: `first` included, `end` not. */
export interface ChainRange {
  readonly first: number;
  readonly end: number;
}

/**
 * The tokens between the delimiters, blank edges apart. A token that holds a piece of both frame and chain counts as
 * frame, so that no delimiter can be dropped. `texts`: per token of the thinking, delimiters included; control tokens
 * are empty. Empty where nothing but frame was thought.
 */
export function chainRange(texts: readonly string[], { open, close, openedByPrompt }: ThinkDelimiters): ChainRange {
  const whole = texts.join('');
  const opening = openedByPrompt || !whole.trimStart().startsWith(open) ? 0 : whole.indexOf(open) + open.length;
  const closing = whole.trimEnd().endsWith(close) ? whole.lastIndexOf(close) : whole.length;
  const from = opening + leadingBlanks(whole.slice(opening));
  const to = whole.slice(0, closing).trimEnd().length;
  let [first, end, at] = [texts.length, 0, 0];
  for (const [index, text] of texts.entries()) {
    const start = at;
    at += text.length;
    if (text === '' || start < from || at > to) continue;
    first = Math.min(first, index);
    end = index + 1;
  }
  return { first: Math.min(first, end), end };
}

function leadingBlanks(text: string): number {
  return text.length - text.trimStart().length;
}
