import { counted } from '../format.js';
import { alignSteps, type AlignedRow, type StepRange } from './align.js';
import type { ChipPlaces, EventChip } from './event-chips.js';
import { commonBeginning, type Step } from './steps.js';

/** A line of the trace table. Exactly one of the shapes is filled; templates test them in this order. */
export interface TraceRow {
  readonly fork: { readonly text: string; readonly chips: readonly EventChip[] } | null;
  readonly fold: { readonly summary: string; readonly lines: readonly string[] } | null;
  /** A step that both traces have word for word, printed once. */
  readonly same: { readonly lines: readonly string[]; readonly chips: readonly EventChip[] } | null;
  readonly cells: readonly TraceCell[] | null;
}

export interface TraceCell {
  readonly arm: string;
  readonly className: 'diff' | 'gap' | 'plain';
  readonly lines: readonly CellLine[];
  /** Folded steps that only this trace has; null where they are printed. */
  readonly folded: { readonly summary: string; readonly lines: readonly string[] } | null;
  readonly chips: readonly EventChip[];
}

export interface CellLine {
  /** Common beginning of a changed step, in grey. */
  readonly common: string;
  readonly rest: string;
}

export interface TraceSide {
  readonly arm: string;
  readonly steps: readonly Step[];
  readonly chips: ChipPlaces;
}

/** A run of equal steps at the beginning, or of steps that only one trace has, folds from this length on. */
const FOLD_SAME_FROM = 2;
const FOLD_LONE_FROM = 4;
/** Steps printed per trace; the rest of a longer one is in samples.jsonl. */
const MOST_STEPS = 400;

/** One trace alone. */
export function singleRows(side: TraceSide): readonly TraceRow[] {
  const shown = side.steps.slice(0, MOST_STEPS);
  const rows = shown.map((step, index) => row({ cells: [cell(side, [step], index, 'plain')] }));
  return [...rows, ...cutNote(side.steps.length - shown.length)];
}

/** Two traces side by side; `fork` is the sentence that goes where they part, null where they do not. */
export function pairedRows(left: TraceSide, right: TraceSide, fork: string | null): readonly TraceRow[] {
  const cut = { left: left.steps.slice(0, MOST_STEPS), right: right.steps.slice(0, MOST_STEPS) };
  const aligned = alignSteps(cut.left, cut.right);
  const head = aligned.findIndex((one) => !one.same);
  const prefix = head < 0 ? aligned.length : head;
  const differs = head >= 0 || fork !== null;
  const beginning = aligned.slice(0, prefix);
  const rest = aligned.slice(prefix);
  return [
    ...(differs && prefix >= FOLD_SAME_FROM && !hasChips(beginning, left, right)
      ? [foldSame(beginning, left)]
      : beginning.map((one) => alignedRow(one, left, right))),
    ...(fork === null ? [] : [row({ fork: { text: fork, chips: [...left.chips.fork, ...right.chips.fork] } })]),
    ...rest.map((one) => alignedRow(one, left, right)),
    ...cutNote(Math.max(left.steps.length, right.steps.length) - MOST_STEPS),
  ];
}

function alignedRow(aligned: AlignedRow, left: TraceSide, right: TraceSide): TraceRow {
  if (aligned.same) {
    const lines = left.steps.slice(aligned.left.from, aligned.left.to).map((step) => step.text);
    return row({ same: { lines, chips: [...chipsIn(left, aligned.left), ...chipsIn(right, aligned.right)] } });
  }
  const leftSteps = left.steps.slice(aligned.left.from, aligned.left.to);
  const rightSteps = right.steps.slice(aligned.right.from, aligned.right.to);
  const isPair = leftSteps.length > 0 && rightSteps.length > 0;
  const common = isPair ? commonBeginning(joinedText(leftSteps), joinedText(rightSteps)) : 0;
  const className = isPair ? 'diff' : 'plain';
  return row({
    cells: [
      cell(left, leftSteps, aligned.left.from, className, common),
      cell(right, rightSteps, aligned.right.from, className, common),
    ],
  });
}

function cell(
  side: TraceSide,
  steps: readonly Step[],
  from: number,
  className: 'diff' | 'plain',
  common = 0,
): TraceCell {
  if (steps.length === 0) return { arm: side.arm, className: 'gap', lines: [], folded: null, chips: [] };
  const chips = chipsIn(side, { from, to: from + steps.length });
  const isLone = className === 'plain' && steps.length >= FOLD_LONE_FROM;
  const lines = cellLines(steps, common);
  if (!isLone) return { arm: side.arm, className, lines, folded: null, chips };
  const summary = `${counted(steps.length, 'step')} that only ${side.arm} has`;
  return { arm: side.arm, className, lines: [], folded: { summary, lines: steps.map((step) => step.text) }, chips };
}

function cellLines(steps: readonly Step[], common: number): readonly CellLine[] {
  let left = common;
  return steps.map((step) => {
    const grey = Math.max(0, Math.min(left, step.text.length));
    left -= step.text.length + 1;
    return { common: step.text.slice(0, grey), rest: step.text.slice(grey) };
  });
}

function foldSame(rows: readonly AlignedRow[], left: TraceSide): TraceRow {
  const lines = rows.flatMap((one) => left.steps.slice(one.left.from, one.left.to)).map((step) => step.text);
  return row({ fold: { summary: `${counted(lines.length, 'identical step')} at the beginning`, lines } });
}

function hasChips(rows: readonly AlignedRow[], left: TraceSide, right: TraceSide): boolean {
  return rows.some((one) => chipsIn(left, one.left).length + chipsIn(right, one.right).length > 0);
}

function chipsIn(side: TraceSide, { from, to }: StepRange): readonly EventChip[] {
  return Array.from({ length: to - from }, (_unused, offset) => side.chips.steps.get(from + offset) ?? []).flat();
}

function joinedText(steps: readonly Step[]): string {
  return steps.map((step) => step.text).join('\n');
}

function cutNote(missing: number): readonly TraceRow[] {
  if (missing <= 0) return [];
  const text = `${counted(missing, 'further step')} not printed here; the whole trace is in samples.jsonl`;
  return [row({ fork: { text, chips: [] } })];
}

function row(part: Partial<TraceRow>): TraceRow {
  return { fork: null, fold: null, same: null, cells: null, ...part };
}
