/**
 * Engine token ids of one sample, counted by kind (METHODS.md, definition 1).
 * `think*` runs from the opening through the closing delimiter, both included; what the prompt format opens is `prompt`.
 */
export interface Ledger {
  readonly prompt: number;
  readonly thinkSampled: number;
  readonly thinkInjected: number;
  readonly answerSampled: number;
  readonly answerInjected: number;
  readonly probePrompt: number;
  readonly probeSampled: number;
  readonly draftRejected: number;
}

export const LEDGER_KEYS = [
  'prompt',
  'thinkSampled',
  'thinkInjected',
  'answerSampled',
  'answerInjected',
  'probePrompt',
  'probeSampled',
  'draftRejected',
] as const satisfies readonly (keyof Ledger)[];

export const EMPTY_LEDGER: Ledger = {
  prompt: 0,
  thinkSampled: 0,
  thinkInjected: 0,
  answerSampled: 0,
  answerInjected: 0,
  probePrompt: 0,
  probeSampled: 0,
  draftRejected: 0,
};

/** Column by column; empty for no ledgers. */
export function sumLedgers(ledgers: readonly Ledger[]): Ledger {
  const columns = LEDGER_KEYS.map((key) => [key, ledgers.reduce((sum, ledger) => sum + ledger[key], 0)] as const);
  return Object.fromEntries(columns) as unknown as Ledger;
}

/** The columns users read; `injected` lies inside think and answer and is shown apart. */
export interface TokenTotals {
  readonly think: number;
  readonly answer: number;
  readonly injected: number;
  readonly probe: number;
  readonly rejected: number;
  readonly delivered: number;
  readonly total: number;
}

export type TokenColumn = keyof TokenTotals;

export const TOKEN_COLUMNS = [
  'think',
  'answer',
  'injected',
  'probe',
  'rejected',
  'delivered',
  'total',
] as const satisfies readonly TokenColumn[];

/** delivered = think + answer; total = delivered + probe + rejected. */
export function tokenTotals(ledger: Ledger): TokenTotals {
  const think = ledger.thinkSampled + ledger.thinkInjected;
  const answer = ledger.answerSampled + ledger.answerInjected;
  const probe = ledger.probePrompt + ledger.probeSampled;
  const rejected = ledger.draftRejected;
  const delivered = think + answer;
  return {
    think,
    answer,
    probe,
    rejected,
    delivered,
    injected: ledger.thinkInjected + ledger.answerInjected,
    total: delivered + probe + rejected,
  };
}
