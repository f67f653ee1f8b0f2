/** A reasoning step: one non-empty line of a trace, with its place in the text. */
export interface Step {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export function splitSteps(text: string): readonly Step[] {
  const steps: Step[] = [];
  for (const match of text.matchAll(/[^\r\n]+/g)) {
    const line = match[0];
    const trimmed = line.trim();
    if (trimmed === '') continue;
    const start = match.index + line.indexOf(trimmed);
    steps.push({ text: trimmed, start, end: start + trimmed.length });
  }
  return steps;
}

/** Length of the common beginning, taken back to the start of a word so that no number is split. */
export function commonBeginning(left: string, right: string): number {
  const most = Math.min(left.length, right.length);
  let length = 0;
  while (length < most && left[length] === right[length]) length += 1;
  if (isWordEnd(left, length) && isWordEnd(right, length)) return length;
  while (length > 0 && !/\s/.test(left[length - 1] ?? ' ')) length -= 1;
  return length;
}

/** The first word from a position on, shortened; empty at the end of the text. */
export function wordAt(text: string, position: number): string {
  const word = /\S+/.exec(text.slice(position, position + 80))?.[0] ?? '';
  const characters = Array.from(word);
  return characters.length > 24 ? `${characters.slice(0, 23).join('')}…` : word;
}

function isWordEnd(text: string, position: number): boolean {
  return position >= text.length || /\s/.test(text[position] ?? ' ');
}
