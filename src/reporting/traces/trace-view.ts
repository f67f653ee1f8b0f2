import type { SampleRecord } from '../../domain/index.js';
import { tokenTotals } from '../../domain/index.js';
import { counted, integer } from '../format.js';
import type { ArmLabel, ReportContext } from '../report-context.js';
import { gradeBadge, outcomeBadge, type OutcomeBadge, type TraceEntry } from './entries.js';
import { eventChips, type Anchor, type EventChip } from './event-chips.js';
import { progressCurve, type ProgressCurve } from './progress-curve.js';
import { commonBeginning, splitSteps, wordAt, type Step } from './steps.js';
import { strip, type Strip } from './strip.js';
import { shownPath, votePaths, type VotePathsView } from './vote-paths.js';
import { pairedRows, singleRows, type TraceRow, type TraceSide } from './trace-rows.js';

/** A trace as its template needs it. */
export interface TraceView {
  readonly id: string;
  readonly item: string;
  readonly dataset: string;
  /** Level and repeat, where there are such. */
  readonly place: string;
  readonly label: ArmLabel;
  readonly badge: OutcomeBadge;
  readonly summary: string;
  readonly question: string;
  readonly referenceAnswer: string;
  readonly strips: readonly (Strip & { readonly label: ArmLabel })[];
  /** Of the arms whose states a progress probe has read. */
  readonly curves: readonly (ProgressCurve & { readonly label: ArmLabel })[];
  readonly heads: readonly ArmLabel[];
  readonly rows: readonly TraceRow[];
  readonly answers: readonly TraceAnswer[];
  /** Null where the sample was not chosen among several. */
  readonly paths: VotePathsView | null;
  /** Two columns: rows that span need it. */
  readonly isPair: boolean;
}

export interface TraceAnswer {
  readonly arm: string;
  readonly text: string;
  readonly badge: OutcomeBadge;
  /** What the checker read, where it is not simply the answer's text. */
  readonly note: string;
  readonly chips: readonly EventChip[];
}

const MOST_TEXT = 8_000;

export function traceView(context: ReportContext, chosen: TraceEntry): TraceView {
  const entry = {
    ...chosen,
    sample: shownPath(chosen.sample),
    reference: chosen.reference && shownPath(chosen.reference),
  };
  const { item, sample, reference } = entry;
  const scale = Math.max(...[sample, reference].map((one) => (one === null ? 0 : tokenTotals(one.ledger).delivered)));
  const own = { label: entry.arm.label, sample };
  const isPair = reference !== null && context.reference !== null;
  const sides = isPair ? [{ label: context.reference.label, sample: reference }, own] : [own];
  const shared = typeof entry.fork === 'number' ? entry.fork : entry.fork === 'never' ? scale : null;
  return {
    id: entry.id,
    item: item.name,
    dataset: context.datasets[item.dataset] ?? '',
    place: placeWords(entry),
    label: entry.arm.label,
    badge: outcomeBadge(entry.outcome),
    summary: summaryOf(chosen),
    question: clipped(item.question),
    referenceAnswer: sample.reference,
    strips: sides.map((one) => ({ ...strip(one.sample, scale, isPair ? shared : null), label: one.label })),
    curves: sides.flatMap((one) => curveOf(context, one, scale)),
    heads: sides.map((one) => one.label),
    rows: rowsOf(context, entry),
    answers: sides.map((one) => answerOf(one.sample, one.label.name)),
    paths: votePaths(sample),
    isPair,
  };
}

function curveOf(
  context: ReportContext,
  { label, sample }: { readonly label: ArmLabel; readonly sample: SampleRecord },
  scale: number,
): TraceView['curves'] {
  const steering = context.input.result.run.provenance.steering?.[label.name];
  const curve = steering && progressCurve(sample, scale, steering.fit.heldOutR2);
  return curve ? [{ ...curve, label }] : [];
}

function rowsOf(context: ReportContext, entry: TraceEntry): readonly TraceRow[] {
  const { sample, reference, fork } = entry;
  const steps = splitSteps(sample.thinking);
  if (reference === null || context.reference === null)
    return singleRows(side(sample, entry.arm.label.name, steps, null));
  const at = commonBeginning(reference.thinking, sample.thinking);
  const anchor = typeof fork === 'number' ? { token: fork, character: at } : null;
  const left = side(reference, context.reference.label.name, splitSteps(reference.thinking), anchor);
  const right = side(sample, entry.arm.label.name, steps, anchor);
  return pairedRows(left, right, forkSentence({ left, right, sample, reference, fork, at }));
}

function side(sample: SampleRecord, arm: string, steps: readonly Step[], anchor: Anchor | null): TraceSide {
  return { arm, steps, chips: eventChips(sample, { steps, tokens: tokenTotals(sample.ledger).think }, anchor) };
}

interface ForkPlace {
  readonly left: TraceSide;
  readonly right: TraceSide;
  readonly sample: SampleRecord;
  readonly reference: SampleRecord;
  readonly fork: number | 'never' | null;
  /** First different character of the thinking. */
  readonly at: number;
}

/** `Diverges at token 70: baseline goes on with “Wait,”, nowait with “Collect”`. */
function forkSentence({ left, right, sample, reference, fork, at }: ForkPlace): string | null {
  if (fork === null) return null;
  if (fork === 'never') return `The same ${counted(tokenTotals(sample.ledger).delivered, 'token')} to the end`;
  const inThinking = fork < tokenTotals(sample.ledger).think && fork < tokenTotals(reference.ledger).think;
  const from = inThinking ? at : commonBeginning(reference.answer, sample.answer);
  const word = wordAt(inThinking ? reference.thinking : reference.answer, from);
  const other = wordAt(inThinking ? sample.thinking : sample.answer, from);
  const ids = idsAt(reference, sample, fork);
  if (fork === 0) return `Different from the first token${ids}`;
  return `Diverges at token ${integer(fork)}${inThinking ? '' : ', in the answer'}: ${left.arm} ${goesOn(word, inThinking)}, ${right.arm} ${goesOn(other, inThinking)}${ids}`;
}

function goesOn(word: string, inThinking: boolean): string {
  if (word !== '') return `goes on with “${word}”`;
  return inThinking ? 'ends its thinking' : 'ends';
}

function idsAt(reference: SampleRecord, sample: SampleRecord, at: number): string {
  const [id, other] = [reference, sample].map((one) => [...one.thinkIds, ...one.answerIds][at]) as (
    | number
    | undefined
  )[];
  return id === undefined || other === undefined ? '' : ` (token ids ${id} and ${other})`;
}

function answerOf(sample: SampleRecord, arm: string): TraceAnswer {
  const { steps, answer } = eventChips(sample, { steps: [], tokens: tokenTotals(sample.ledger).think }, null);
  const read = sample.extracted !== null && !sample.answer.includes(sample.extracted.trim());
  const error = sample.stopReason === 'error' ? `stopped by an error: ${sample.stopDetail ?? 'unknown'}` : '';
  // A trace without a single step (no thinking) shows its thinking's events with the answer.
  const early = splitSteps(sample.thinking).length === 0 ? (steps.get(0) ?? []) : [];
  return {
    arm,
    text: clipped(sample.answer.trim()),
    badge: gradeBadge(sample),
    note: [read ? `read as ${clipped(sample.extracted ?? '', 200)}` : '', error]
      .filter((part) => part !== '')
      .join('; '),
    chips: [...early, ...answer],
  };
}

function summaryOf({ sample, reference }: TraceEntry): string {
  if (reference === null) return counted(delivered(sample), 'token');
  return `${verdictWord(reference)} → ${verdictWord(sample)}, ${integer(delivered(reference))} → ${counted(delivered(sample), 'token')}`;
}

function verdictWord(sample: SampleRecord): string {
  return sample.correct ? 'right' : 'wrong';
}

function delivered(sample: SampleRecord): number {
  return tokenTotals(sample.ledger).delivered;
}

function placeWords({ item, sample }: TraceEntry): string {
  const parts = [
    item.level === null ? '' : `level ${item.level}`,
    sample.repeat > 0 ? `repeat ${sample.repeat + 1}` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function clipped(text: string, most = MOST_TEXT): string {
  return text.length <= most
    ? text
    : `${text.slice(0, most)} … (${integer(text.length - most)} more characters in samples.jsonl)`;
}
