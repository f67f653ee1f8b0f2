/** What a terminal obeys or what reorders a line, beyond the controls that JSON escapes anyway. */
const UNESCAPED_CONTROLS = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * JSON for other programs: equal values, but no character that moves a cursor or turns text around when somebody prints
 * the file, and no half of a surrogate pair, which strict readers refuse (it becomes U+FFFD).
 */
export function transportJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, (_key, each: unknown) => (isText(each) ? each.toWellFormed() : each), indent);
  return text.replace(UNESCAPED_CONTROLS, escaped);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
