import type { PublishedFigure } from '../../technique.js';

/** Rows of TokenSkip's Table 1. */
export type PublishedMethod =
  | 'Original'
  | 'BeConcise'
  | 'OnlyNumbers'
  | 'AbbreWords'
  | 'LC-Prompt'
  | 'Truncation'
  | 'TokenSkip';

export interface PublishedCells {
  /** In per cent. */
  readonly accuracy: number;
  readonly tokens: number;
  /** Seconds a sample on one RTX 3090, one at a time; null where the row's was not at hand. */
  readonly latency: number | null;
  readonly actRatio: number;
}

export interface PublishedRow {
  readonly method: PublishedMethod;
  readonly ratio: number | null;
  readonly gsm8k: PublishedCells;
  readonly math: PublishedCells;
}

/** Where the rows below come from. */
export const TOKENSKIP_TABLE_SOURCE = {
  paper: 'arXiv 2502.12067',
  table: 'Table 1',
  model: 'LLaMA-3.1-8B-Instruct',
} as const;

/** The row that a technique reproduces, were it run as published. */
const METHODS: Readonly<Record<string, PublishedMethod>> = {
  tokenskip: 'TokenSkip',
  truncate: 'Truncation',
  'be-concise': 'BeConcise',
  'only-numbers': 'OnlyNumbers',
  'abbre-words': 'AbbreWords',
  'lc-prompt': 'LC-Prompt',
};

/** Null for techniques that the table does not have, and for cuts that the paper does not make. */
export function publishedMethod(technique: string, params: Readonly<Record<string, unknown>>): PublishedMethod | null {
  return params['cut'] === 'own' ? null : (METHODS[technique] ?? null);
}

/** Techniques that shorten the thinking as those of the table do. */
export function isCompression(technique: string): boolean {
  return Object.hasOwn(METHODS, technique);
}

/** As published by TokenSkip's authors, never as ours. */
export const TOKENSKIP_TABLE: readonly PublishedRow[] = [
  row('Original', null, [86.2, 213.17, 5.96, 1], [48.6, 502.6, 16.37, 1]),
  row('BeConcise', null, [82.9, 161.32, 4.73, 0.76], [47.4, 471.34, 15.54, 0.94]),
  row('OnlyNumbers', null, [83.2, 165.27, 4.95, 0.78], [46.4, 487, 15.93, 0.97]),
  row('AbbreWords', null, [83.7, 170.33, 5.15, 0.8], [47.6, 489.07, 15.94, 0.97]),
  row('LC-Prompt', 0.9, [84.1, 226.37, null, 1.06], [48.6, 468.04, null, 0.93]),
  row('LC-Prompt', 0.7, [84.9, 209.39, null, 0.98], [48.4, 472.13, null, 0.94]),
  row('LC-Prompt', 0.5, [83.7, 188.82, null, 0.89], [47.8, 471.11, null, 0.94]),
  row('Truncation', 0.9, [70.2, 202.06, null, 0.95], [47.8, 440.33, null, 0.88]),
  row('Truncation', 0.7, [25.9, 149.99, null, 0.7], [45, 386.89, null, 0.77]),
  row('Truncation', 0.5, [7, 103.69, null, 0.49], [27.4, 283.7, null, 0.56]),
  row('TokenSkip', 1, [86.7, 213.6, 5.98, 1], [48.2, 504.79, 16.43, 1]),
  row('TokenSkip', 0.9, [86.1, 198.01, 5.65, 0.93], [47.8, 448.31, 15.26, 0.89]),
  row('TokenSkip', 0.8, [84.3, 169.89, 5.13, 0.8], [47.3, 398.94, 13.39, 0.79]),
  row('TokenSkip', 0.7, [82.5, 150.12, 4.36, 0.7], [46.7, 349.13, 11.55, 0.69]),
  row('TokenSkip', 0.6, [81.1, 129.38, 3.81, 0.61], [42, 318.36, 10.58, 0.63]),
  row('TokenSkip', 0.5, [78.2, 113.05, 3.4, 0.53], [40.2, 292.17, 9.67, 0.58]),
];

/** The figures of a method as catalogue entries, each beside the original model's. */
export function tokenSkipFigures(method: PublishedMethod): PublishedFigure[] {
  const rows = TOKENSKIP_TABLE.filter((one) => one.method === method);
  const original = TOKENSKIP_TABLE.find((one) => one.method === 'Original');
  return rows.flatMap(({ ratio, gsm8k, math }) => [
    figureOf('GSM8K', { from: original?.gsm8k, to: gsm8k, ratio }),
    figureOf('MATH-500', { from: original?.math, to: math, ratio }),
  ]);
}

interface Change {
  readonly from: PublishedCells | undefined;
  readonly to: PublishedCells;
  readonly ratio: number | null;
}

function figureOf(benchmark: string, { from, to, ratio }: Change): PublishedFigure {
  const asked = ratio === null ? '' : ` at ratio ${String(ratio)}`;
  const kept = `, ActRatio ${to.actRatio.toFixed(2)}`;
  const { model, paper } = TOKENSKIP_TABLE_SOURCE;
  return {
    model,
    benchmark,
    figure: `accuracy / tokens: ${from ? `${pair(from)} → ` : ''}${pair(to)}${asked}${kept} (as measured by ${paper})`,
    marker: 'paper',
  };
}

function pair({ accuracy, tokens }: PublishedCells): string {
  return `${accuracy.toFixed(1)} % / ${tokens.toFixed(2)}`;
}

type Cells = readonly [accuracy: number, tokens: number, latency: number | null, actRatio: number];

function row(method: PublishedMethod, ratio: number | null, gsm8k: Cells, math: Cells): PublishedRow {
  return { method, ratio, gsm8k: cells(gsm8k), math: cells(math) };
}

function cells([accuracy, tokens, latency, actRatio]: Cells): PublishedCells {
  return { accuracy, tokens, latency, actRatio };
}
