/** A sentence of a trace with its place in the text; `end` is behind its last visible character. */
export interface Sentence {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Lines, cut behind `.`, `!` or `?` where white space follows: decimals, times and `n.` of a formula stay whole. This
 * is our rule; answer convergence was published with the sentence splitter of NLTK.
 */
export function splitSentences(text: string): readonly Sentence[] {
  const sentences: Sentence[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const isEnd = isLineBreak(text[at]) || (isStop(text[at]) && isBlank(text[at + 1]));
    if (!isEnd) continue;
    add(sentences, text, from, at + 1);
    from = at + 1;
  }
  add(sentences, text, from, text.length);
  return sentences;
}

function add(sentences: Sentence[], text: string, from: number, to: number): void {
  const raw = text.slice(from, to);
  const trimmed = raw.trim();
  if (!/[\p{L}\p{N}]/u.test(trimmed)) return;
  const start = from + raw.indexOf(trimmed);
  sentences.push({ text: trimmed, start, end: start + trimmed.length });
}

function isStop(character: string | undefined): boolean {
  return character === '.' || character === '!' || character === '?';
}

function isLineBreak(character: string | undefined): boolean {
  return character === '\n' || character === '\r';
}

function isBlank(character: string | undefined): boolean {
  return character === undefined || character === ' ' || character === '\t';
}
