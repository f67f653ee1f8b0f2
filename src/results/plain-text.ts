/* eslint-disable no-control-regex -- control characters are what this file is about */

/** C0, DEL and C1 controls, and the characters that reorder text: each can rewrite a terminal or mislead a reader. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/** One line of harmless text: every run of control characters becomes one space. */
export function plainText(text: string): string {
  return text.replace(CONTROLS, ' ').trim();
}

/** For a cell of a Markdown table: nothing in it may end the cell, start markup or open HTML. */
export function markdownCell(text: string): string {
  return plainText(text)
    .replace(/[\\`*_[\]|~]/g, (character) => `\\${character}`)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}
