import type { Importance } from '../select.js';

/** A token of a classifier's, and the text that it stands for: characters `start` to `end` - 1, in UTF-16 units. */
export interface Piece {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** UTF-16 units before each code point of the text, and behind the last. */
export function unitsBefore(text: string): number[] {
  const units = [0];
  for (const point of text) units.push((units.at(-1) ?? 0) + point.length);
  return units;
}

/**
 * Cuts a long text into windows of at most `most` pieces, without overlap: behind the last piece of the window that ends
 * a sentence (a full stop, or a line break before the next piece), or where there is none, in the middle of one.
 */
export function windowsOf(text: string, pieces: readonly Piece[], most: number): (readonly Piece[])[] {
  const windows: (readonly Piece[])[] = [];
  for (let first = 0; first < pieces.length;) {
    let end = Math.min(first + most, pieces.length);
    if (end < pieces.length) {
      const cut = pieces.slice(first, end).findLastIndex((_, place) => endsSentence(text, pieces, first + place));
      if (cut >= 0) end = first + cut + 1;
    }
    windows.push(pieces.slice(first, end));
    first = end;
  }
  return windows;
}

function endsSentence(text: string, pieces: readonly Piece[], place: number): boolean {
  const [piece, next] = [pieces[place], pieces[place + 1]];
  if (!piece || !next) return false;
  return text.slice(piece.start, piece.end).endsWith('.') || text.slice(piece.end, next.start).includes('\n');
}

/**
 * Brings the pieces' values to the tokens whose texts joined are the pieces' text: the largest of the pieces that share a
 * character with the token. A token that no piece touches, as blanks are, goes with the token before it; 0 at the start.
 */
export function spreadOverTokens(
  tokens: readonly string[],
  pieces: readonly Piece[],
  values: readonly number[],
): Importance {
  const importance: number[] = [];
  let start = 0;
  for (const token of tokens) {
    const end = start + token.length;
    const touching = values.filter((_, place) => touches(pieces[place], start, end));
    importance.push(touching.length > 0 ? Math.max(...touching) : (importance.at(-1) ?? 0));
    start = end;
  }
  return importance;
}

function touches(piece: Piece | undefined, start: number, end: number): boolean {
  return piece !== undefined && piece.start < end && piece.end > start;
}
