import { tokenTotals, type SampleRecord } from '../domain/index.js';

type Cell = string | number | boolean | null;

const COLUMNS: readonly (readonly [name: string, cell: (sample: SampleRecord) => Cell])[] = [
  ['arm', (sample) => sample.arm],
  ['dataset', (sample) => sample.dataset],
  ['item', (sample) => sample.item],
  ['repeat', (sample) => sample.repeat],
  ['cluster', (sample) => sample.cluster],
  ['level', (sample) => sample.level],
  ['correct', (sample) => sample.correct],
  ['reasonCode', (sample) => sample.reasonCode],
  ['extracted', (sample) => sample.extracted],
  ['reference', (sample) => sample.reference],
  ['thinkStop', (sample) => sample.thinkStop],
  ['stopReason', (sample) => sample.stopReason],
  ['stopDetail', (sample) => sample.stopDetail],
  ['promptTokens', (sample) => sample.ledger.prompt],
  ['thinkTokens', (sample) => tokenTotals(sample.ledger).think],
  ['answerTokens', (sample) => tokenTotals(sample.ledger).answer],
  ['injectedTokens', (sample) => tokenTotals(sample.ledger).injected],
  ['probeTokens', (sample) => tokenTotals(sample.ledger).probe],
  ['rejectedTokens', (sample) => tokenTotals(sample.ledger).rejected],
  ['deliveredTokens', (sample) => tokenTotals(sample.ledger).delivered],
  ['totalTokens', (sample) => tokenTotals(sample.ledger).total],
  ['divergedFrom', (sample) => sample.divergedFrom],
  ['divergedAt', (sample) => sample.divergedAt],
  ['firstCorrectTokens', ({ measures }) => measures?.firstCorrect?.tokens ?? null],
  ['solutions', ({ measures }) => measures?.solutions ?? null],
  ['solutionTokens', ({ measures }) => measures?.solutionTokens ?? null],
  ['distinctTokens', ({ measures }) => measures?.distinctTokens ?? null],
  ['keywordReflections', ({ measures }) => measures?.keywordReflections ?? null],
  ['rederivations', ({ measures }) => measures?.rederivations ?? null],
  ['sentences', ({ measures }) => measures?.sentences ?? null],
  ['convergedAt', ({ measures }) => measures?.convergedAt ?? null],
  ['repeatedTokens', ({ measures }) => measures?.repeatedTokens ?? null],
  ['loopPeriod', ({ measures }) => measures?.loop?.period ?? null],
  ['paths', ({ paths }) => paths?.length ?? null],
  ['prompt', (sample) => sample.prompt],
  ['thinking', (sample) => sample.thinking],
  ['answer', (sample) => sample.answer],
];

/** RFC 4180: CRLF after each record, a header first. */
export async function* csvLines(samples: AsyncIterable<SampleRecord> | Iterable<SampleRecord>): AsyncGenerator<string> {
  yield csvRecord(COLUMNS.map(([name]) => name));
  for await (const sample of samples) yield csvRecord(COLUMNS.map(([, cell]) => cell(sample)));
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
