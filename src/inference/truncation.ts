import { parseTechniqueParams, type Arm, type ModelCard } from '../domain/index.js';
import { closingPieces } from '../models/index.js';
import type { EnginePolicy } from './native/addon.js';

/** Of a call that goes through a stored thinking to cut it: a budget of its own for every item. Null for other calls. */
export function truncation(
  { arm, trace }: { readonly arm: Arm; readonly trace?: readonly number[] },
  card: ModelCard,
  vocabulary: readonly string[],
): EnginePolicy | null {
  if (arm.technique !== 'truncate' || !trace) return null;
  const { ratio } = parseTechniqueParams('truncate', arm.params);
  const tokens = Math.round(ratio * contentTokens(trace, card, vocabulary));
  return { technique: 'budget', tokens, closing: closingPieces(card) };
}

/**
 * How many of a thinking's ids lie between its delimiters. `ids` begin with the opening delimiter unless the prompt holds
 * it, and end with the closing one unless the sample ended inside; `vocabulary` has the text per id, none for control tokens.
 */
export function contentTokens(
  ids: readonly number[],
  { think }: Pick<ModelCard, 'think'>,
  vocabulary: readonly string[],
): number {
  if (!think) return ids.length;
  const texts = ids.map((id) => vocabulary[id] ?? '');
  const opening = think.openedByPrompt ? 0 : delimiterTokens(texts, think.open);
  const rest = texts.slice(opening);
  return rest.length - delimiterTokens(rest.toReversed(), think.close, true);
}

/** Tokens at the beginning that spell the delimiter, or that are it as a control token; 0 where it does not stand there. */
function delimiterTokens(texts: readonly string[], delimiter: string, reversed = false): number {
  let spelled = '';
  for (const [index, text] of texts.entries()) {
    if (text === '' && spelled.trim() === '') return index + 1;
    spelled = reversed ? text + spelled : spelled + text;
    if (spelled.includes(delimiter)) return index + 1;
    if (spelled.trim().length > delimiter.length) return 0;
  }
  return 0;
}
