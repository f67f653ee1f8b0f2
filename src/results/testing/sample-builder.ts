import { EMPTY_LEDGER, type Ledger, type SampleRecord } from '../../domain/index.js';

export type SampleChanges = Partial<Omit<SampleRecord, 'ledger'>> & { readonly ledger?: Partial<Ledger> };

const TOKEN_BASE = 300;

/**
 * A sample as the reference model makes it: right, by its own end, 120 thinking and 13 answer tokens, with ids that fit
 * the ledger. A change of the verdict or of the ledger carries what belongs to it along, unless that is given too.
 */
export function sampleBuilder(changes: SampleChanges = {}): SampleRecord {
  const ledger: Ledger = { ...EMPTY_LEDGER, prompt: 24, thinkSampled: 120, answerSampled: 13, ...changes.ledger };
  const correct = changes.correct ?? true;
  const reference = changes.reference ?? '795';
  const extracted = changes.extracted === undefined ? (correct ? reference : '805') : changes.extracted;
  const question = changes.question ?? 'Calculate (33 - 15) * 7 + 669.';
  return {
    arm: 'baseline',
    dataset: 'arithmetic',
    item: 'arithmetic-041',
    repeat: 0,
    cluster: null,
    level: 3,
    question,
    prompt: `<|im_start|>user\n${question}<|im_end|>\n<|im_start|>assistant\n`,
    thinking: '<think>\n33 - 15 = 18.\n18 * 7 = 126.\nWait, 18 * 7: 10 * 7 + 8 * 7 = 126.\n126 + 669 = 795.\n</think>',
    answer: `\n\n18 * 7 + 669 = ${extracted ?? '?'}\n\\boxed{${extracted ?? ''}}`,
    thinkStop: 'natural',
    stopReason: 'eos',
    stopDetail: null,
    events: [],
    divergedFrom: null,
    divergedAt: null,
    thinkIds: ids(ledger.thinkSampled + ledger.thinkInjected),
    answerIds: ids(ledger.answerSampled + ledger.answerInjected),
    reasonCode: correct ? 'correct' : extracted === null ? 'no-answer' : 'wrong',
    ...changes,
    reference,
    correct,
    extracted,
    ledger,
  };
}

function ids(length: number): number[] {
  return Array.from({ length }, (_unused, index) => TOKEN_BASE + ((index * 31) % 1000));
}
