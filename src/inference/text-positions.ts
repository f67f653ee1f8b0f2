import type { Generation, PositionRule } from '../domain/index.js';

/** Where the tokens of a sample end in its texts; the arrays are empty where that cannot be told. */
export interface TokenEnds {
  readonly rule: PositionRule;
  readonly thinking: ArrayLike<number>;
  readonly answer: ArrayLike<number>;
}

type Texts = Pick<Generation, 'thinking' | 'answer' | 'thinkIds' | 'answerIds'>;

/**
 * Ends of tokens by laying the tokens' own texts along the sample's text. `vocabulary` holds the text per token id, with
 * U+FFFD for bytes that are no whole character. What the text leaves out (delimiters, a stop string) lies before or
 * behind it: such tokens end at its beginning or end.
 */
export function tokenEnds(sample: Texts, vocabulary: readonly string[]): TokenEnds {
  const thinking = endsIn(sample.thinking, sample.thinkIds, vocabulary);
  const answer = endsIn(sample.answer, sample.answerIds, vocabulary);
  if (!thinking || !answer) return { rule: 'proportional', thinking: [], answer: [] };
  const rule = thinking.isExact && answer.isExact ? 'exact' : 'resynchronised';
  return { rule, thinking: thinking.ends, answer: answer.ends };
}

const BROKEN = '\uFFFD';
/** A character has at most four bytes, and a token of broken bytes has at least one. */
const MOST_SKIPPED = 4;

interface Ends {
  readonly ends: Int32Array;
  readonly isExact: boolean;
}

function endsIn(text: string, ids: readonly number[], vocabulary: readonly string[]): Ends | null {
  const pieces = ids.map((id) => vocabulary[id] ?? '');
  const written = pieces.join('');
  if (!written.includes(BROKEN)) return plainEnds(text, written, pieces);
  return resynchronised(text, pieces);
}

function plainEnds(text: string, written: string, pieces: readonly string[]): Ends | null {
  const from = written.indexOf(text);
  if (from < 0) return null;
  let at = -from;
  const ends = Int32Array.from(pieces, (piece) => {
    at += piece.length;
    return Math.min(Math.max(at, 0), text.length);
  });
  return { ends, isExact: true };
}

/** Broken tokens end where the last whole character ends; the next whole token says where the text goes on. */
function resynchronised(text: string, pieces: readonly string[]): Ends | null {
  const ends = new Int32Array(pieces.length);
  let at = 0;
  let broken = 0;
  for (const [index, piece] of pieces.entries()) {
    if (piece.includes(BROKEN)) broken += 1;
    else if (piece !== '') {
      const found = placeOf(text, piece, { at, broken });
      if (found === null) return null;
      at = found;
      broken = 0;
    }
    ends[index] = Math.min(at, text.length);
  }
  if (broken > 0) ends.fill(text.length, pieces.length - 1);
  return { ends, isExact: false };
}

/** End of `piece` in the text; null where it does not come next. Delimiters around the text are not in it. */
function placeOf(text: string, piece: string, { at, broken }: { at: number; broken: number }): number | null {
  if (at >= text.length) return text.length;
  if (broken === 0) {
    if (text.startsWith(piece, at)) return at + piece.length;
    return at === 0 ? 0 : text.slice(at).trim() === '' || piece.startsWith(text.slice(at)) ? text.length : null;
  }
  const found = text.indexOf(piece, at + 1);
  return found < 0 || found > at + broken * MOST_SKIPPED ? null : found + piece.length;
}
