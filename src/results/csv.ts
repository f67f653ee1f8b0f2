import type { SampleRecord } from '../domain/index.js';
import { SAMPLE_COLUMNS, type Cell } from './exports/sample-columns.js';

/** RFC 4180: CRLF after each record, a header first. */
export async function* csvLines(samples: AsyncIterable<SampleRecord> | Iterable<SampleRecord>): AsyncGenerator<string> {
  yield csvRecord(SAMPLE_COLUMNS.map(([name]) => name));
  for await (const sample of samples) yield csvRecord(SAMPLE_COLUMNS.map(([, , cell]) => cell(sample)));
}

export function csvRecord(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** What spreadsheets take for the start of a formula, their full-width twins included. */
const FORMULA_START = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;
const NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** An apostrophe in front makes a would-be formula text; numbers stay numbers, `-5` too. */
function csvCell(cell: Cell): string {
  if (cell === null) return '';
  const text = String(cell);
  const harmless = FORMULA_START.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
