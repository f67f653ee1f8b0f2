import {
  LaconicError,
  type ChatFormat,
  type ModelCard,
  type PromptPiece,
  type PromptSpec,
  type ThinkDelimiters,
} from '../domain/index.js';

/**
 * The prompt up to where the model starts to write. Prefix, question and suffix are joined by line breaks; text that touches is one
 * piece, because it is tokenized in one go. Only the format's own markers and those of `control`, which ends the user turn, are
 * `special`: whatever the question says stays text.
 */
export function renderPrompt(
  format: ChatFormat,
  prompt: PromptSpec,
  question: string,
  control: readonly PromptPiece[] = [],
): PromptPiece[] {
  const content = [prompt.prefix, question, prompt.suffix].filter((part) => part !== null).join('\n');
  const hasSystemTurn = format.systemOpen.length > 0;
  const pieces: PromptPiece[] = [];
  if (prompt.system !== null && hasSystemTurn)
    pieces.push(...format.systemOpen, plain(prompt.system), ...format.systemClose);
  pieces.push(...format.userOpen);
  if (prompt.system !== null && !hasSystemTurn) pieces.push(plain(`${prompt.system}\n\n`));
  pieces.push(plain(content), ...control, ...format.userClose, ...format.assistantOpen);
  return joinText(pieces);
}

/**
 * What ends the thinking by force. Default: a line break, the closing delimiter and what the model was trained to write behind it.
 * A text of the user's own gets these behind it unless it contains the delimiter itself. Precondition: the card has delimiters.
 */
export function closingPieces(card: ModelCard, text?: string): PromptPiece[] {
  const think = delimitersOf(card);
  const own = text ?? '\n';
  return withDelimiters(own.includes(think.close) ? own : `${own}${think.close}${think.afterClose}`, [think.close]);
}

/**
 * A reply that begins with finished thinking: empty (as Qwen3 writes it), or `text` on lines of its own. The opening delimiter is left
 * out where the prompt format has written it, and its line break, already. Precondition: the card has delimiters.
 */
export function noThinkingPieces(card: ModelCard, text?: string): PromptPiece[] {
  const think = delimitersOf(card);
  const opening = think.openedByPrompt ? '' : `${think.open}\n`;
  return withDelimiters(`${opening}${text ?? ''}\n${think.close}${think.afterClose}`, [think.open, think.close]);
}

function delimitersOf(card: ModelCard): ThinkDelimiters {
  if (card.think) return card.think;
  throw new LaconicError('technique-refused', `The model ${card.alias} does not mark its thinking.`, {
    hint: 'Use a technique that needs no thinking delimiters, or register the model with them (`laconic models add --think`).',
    where: card.alias,
  });
}

/** Delimiters become special pieces, everything between them text. */
function withDelimiters(text: string, delimiters: readonly string[]): PromptPiece[] {
  const pieces: PromptPiece[] = [];
  let rest = text;
  while (rest !== '') {
    const next = delimiters
      .map((delimiter) => ({ delimiter, at: rest.indexOf(delimiter) }))
      .filter(({ at }) => at >= 0)
      .toSorted((a, b) => a.at - b.at)[0];
    if (!next) break;
    pieces.push(plain(rest.slice(0, next.at)), { text: next.delimiter, special: true });
    rest = rest.slice(next.at + next.delimiter.length);
  }
  return joinText([...pieces, plain(rest)]);
}

function plain(text: string): PromptPiece {
  return { text, special: false };
}

function joinText(pieces: readonly PromptPiece[]): PromptPiece[] {
  const joined: PromptPiece[] = [];
  for (const piece of pieces) {
    if (piece.text === '') continue;
    const last = joined.at(-1);
    if (last && !last.special && !piece.special) joined[joined.length - 1] = plain(last.text + piece.text);
    else joined.push(piece);
  }
  return joined;
}
