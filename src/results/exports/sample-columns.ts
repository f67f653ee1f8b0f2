import { tokenTotals, type SampleRecord } from '../../domain/index.js';

export type Cell = string | number | boolean | null;

/** `integer` fits 32 bits; every kind may be null. */
export type ColumnKind = 'text' | 'integer' | 'number' | 'boolean';

/** One column of a table of samples. */
export type SampleColumn = readonly [name: string, kind: ColumnKind, cell: (sample: SampleRecord) => Cell];

/** What a table of samples shows, in any format; long texts come last. */
export const SAMPLE_COLUMNS: readonly SampleColumn[] = [
  ['arm', 'text', (sample) => sample.arm],
  ['dataset', 'text', (sample) => sample.dataset],
  ['item', 'text', (sample) => sample.item],
  ['repeat', 'integer', (sample) => sample.repeat],
  ['cluster', 'text', (sample) => sample.cluster],
  ['level', 'integer', (sample) => sample.level],
  ['correct', 'boolean', (sample) => sample.correct],
  ['reasonCode', 'text', (sample) => sample.reasonCode],
  ['extracted', 'text', (sample) => sample.extracted],
  ['reference', 'text', (sample) => sample.reference],
  ['thinkStop', 'text', (sample) => sample.thinkStop],
  ['stopReason', 'text', (sample) => sample.stopReason],
  ['stopDetail', 'text', (sample) => sample.stopDetail],
  ['promptTokens', 'integer', (sample) => sample.ledger.prompt],
  ['thinkTokens', 'integer', (sample) => tokenTotals(sample.ledger).think],
  ['answerTokens', 'integer', (sample) => tokenTotals(sample.ledger).answer],
  ['injectedTokens', 'integer', (sample) => tokenTotals(sample.ledger).injected],
  ['probeTokens', 'integer', (sample) => tokenTotals(sample.ledger).probe],
  ['rejectedTokens', 'integer', (sample) => tokenTotals(sample.ledger).rejected],
  ['deliveredTokens', 'integer', (sample) => tokenTotals(sample.ledger).delivered],
  ['totalTokens', 'integer', (sample) => tokenTotals(sample.ledger).total],
  ['divergedFrom', 'text', (sample) => sample.divergedFrom],
  ['divergedAt', 'integer', (sample) => sample.divergedAt],
  ['firstCorrectTokens', 'integer', ({ measures }) => measures?.firstCorrect?.tokens ?? null],
  ['solutions', 'integer', ({ measures }) => measures?.solutions ?? null],
  ['solutionTokens', 'integer', ({ measures }) => measures?.solutionTokens ?? null],
  ['distinctTokens', 'integer', ({ measures }) => measures?.distinctTokens ?? null],
  ['keywordReflections', 'integer', ({ measures }) => measures?.keywordReflections ?? null],
  ['rederivations', 'integer', ({ measures }) => measures?.rederivations ?? null],
  ['sentences', 'integer', ({ measures }) => measures?.sentences ?? null],
  ['convergedAt', 'number', ({ measures }) => measures?.convergedAt ?? null],
  ['repeatedTokens', 'integer', ({ measures }) => measures?.repeatedTokens ?? null],
  ['loopPeriod', 'integer', ({ measures }) => measures?.loop?.period ?? null],
  ['paths', 'integer', ({ paths }) => paths?.length ?? null],
  ['prompt', 'text', (sample) => sample.prompt],
  ['thinking', 'text', (sample) => sample.thinking],
  ['answer', 'text', (sample) => sample.answer],
];
