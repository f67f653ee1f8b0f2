import { counted, integer } from '../format.js';
import { deliveredTokens } from '../paired-cells.js';
import type { ArmLabel, ReportContext } from '../report-context.js';
import { outcomeBadge, type OutcomeBadge, type TraceEntry } from './entries.js';
import type { TracePayload } from './trace-payload.js';
import { traceView, type TraceView } from './trace-view.js';

/** Traces that stand in the page itself and so can be read without its script. */
export const PRINTED_TRACES = 50;

export interface TracesView {
  readonly list: readonly ListEntry[];
  readonly traces: readonly TraceView[];
  readonly filters: readonly TraceFilter[];
  readonly count: string;
  readonly note: string;
  readonly reference: string;
}

export interface ListEntry {
  readonly id: string;
  readonly label: ArmLabel;
  readonly badge: OutcomeBadge;
  readonly item: string;
  readonly tokens: string;
  readonly question: string;
  readonly isFirst: boolean;
}

export interface TraceFilter {
  readonly name: string;
  readonly title: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
}

export function tracesView(
  context: ReportContext,
  entries: readonly TraceEntry[],
  payload: TracePayload,
): TracesView | null {
  const printed = entries.slice(0, PRINTED_TRACES);
  if (printed.length === 0) return null;
  return {
    list: printed.map((entry, place) => ({ ...listEntry(entry), isFirst: place === 0 })),
    traces: printed.map((entry) => traceView(context, entry)),
    filters: filters(context, entries),
    count: `${integer(printed.length)} of ${integer(payload.entries.length)}`,
    note: note(context, payload.entries.length),
    reference: context.reference?.result.name ?? '',
  };
}

export function listEntry(entry: TraceEntry): Omit<ListEntry, 'isFirst'> {
  const { item, sample, reference } = entry;
  const level = item.level === null ? '' : `, level ${item.level}`;
  return {
    id: entry.id,
    label: entry.arm.label,
    badge: outcomeBadge(entry.outcome),
    item: `${item.name}${level}`,
    tokens:
      reference === null
        ? integer(deliveredTokens(sample))
        : `${integer(deliveredTokens(reference))} → ${integer(deliveredTokens(sample))}`,
    question: item.question.slice(0, 140),
  };
}

function filters(context: ReportContext, entries: readonly TraceEntry[]): readonly TraceFilter[] {
  const tags = new Set(entries.flatMap((entry) => entry.tags));
  const stops = new Set(entries.map((entry) => entry.sample.thinkStop));
  return [
    { name: 'arm', title: 'Arm', options: numbered(context.arms.map((arm) => arm.result.name)) },
    { name: 'verdict', title: 'Verdict', options: VERDICTS.filter(({ value }) => tags.has(value)) },
    { name: 'dataset', title: 'Data set', options: numbered(context.datasets) },
    {
      name: 'level',
      title: 'Level',
      options: context.levels.map((level) => ({ value: String(level), text: String(level) })),
    },
    { name: 'stop', title: 'Thinking ended by', options: STOPS.filter(({ value }) => stops.has(value)) },
  ].filter((filter) => filter.options.length > 1);
}

function numbered(names: readonly string[]): TraceFilter['options'] {
  return names.map((text, number) => ({ value: String(number), text }));
}

const VERDICTS = [
  { value: 'lost', text: 'lost' },
  { value: 'won', text: 'won' },
  { value: 'both-right', text: 'both right' },
  { value: 'both-wrong', text: 'both wrong' },
  { value: 'right', text: 'arm right' },
  { value: 'wrong', text: 'arm wrong' },
  { value: 'censored', text: 'censored' },
  { value: 'no-answer', text: 'no answer' },
  { value: 'identical', text: 'identical traces' },
  { value: 'error', text: 'engine error' },
] as const;

const STOPS = [
  { value: 'natural', text: 'its own end' },
  { value: 'budget', text: 'budget' },
  { value: 'exit', text: 'early exit' },
  { value: 'cap', text: 'token cap' },
  { value: 'none', text: 'no thinking' },
] as const;

function note(context: ReportContext, embedded: number): string {
  const total = context.arms.reduce((sum, arm) => sum + arm.result.overall.samples, 0);
  const all =
    embedded === total
      ? `All ${counted(total, 'sample')} are in this file`
      : `${integer(embedded)} of ${counted(total, 'sample')} are in this file, flips and censored ones first; the rest is in samples.jsonl`;
  return `${all}; without scripts the first ${integer(Math.min(embedded, PRINTED_TRACES))} can be read. Strip: both traces on one scale of tokens; dark = shared beginning, grey = thinking, light = answer, blue ticks = events, red = cut by the cap. Positions of events are exact, their step is the likely one.`;
}
