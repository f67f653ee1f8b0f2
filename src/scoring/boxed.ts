const OPENING = '\\boxed{';

/**
 * Content of the last complete `\boxed{…}` that is not blank; null where there is none. Braces balance, `\{` and `\}` do not
 * count, and of nested boxes the inner one is taken. One pass, so that unclosed boxes cannot make it slow.
 */
export function lastBoxed(text: string): string | null {
  if (!text.includes(OPENING)) return null;
  /** Index behind each open brace; boxed ones are kept as their index, others as −1. */
  const open: number[] = [];
  let [start, end] = [-1, -1];
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '\\') {
      if (text.startsWith(OPENING, index)) {
        index += OPENING.length - 1;
        open.push(index + 1);
      } else index++;
    } else if (character === '{') open.push(-1);
    else if (character === '}') {
      const from = open.pop() ?? -1;
      if (from > start && text.slice(from, index).trim() !== '') [start, end] = [from, index];
    }
  }
  return start < 0 ? null : text.slice(start, end).trim();
}
