import type { ReasonCode, SampleRecord } from '../../domain/index.js';
import type { ArmView, ReportContext } from '../report-context.js';
import { compare, itemKey } from '../sample-index.js';
import { forkPosition } from './fork.js';

export type Outcome = 'lost' | 'won' | 'both-right' | 'both-wrong' | 'right' | 'wrong';

/** One line of the trace list: an arm's sample beside the reference's, or the reference's alone. */
export interface TraceEntry {
  readonly id: string;
  readonly item: TraceItem;
  readonly arm: ArmView;
  readonly sample: SampleRecord;
  /** Null for the reference itself, and where the reference has no sample of this item and repeat. */
  readonly reference: SampleRecord | null;
  readonly fork: number | 'never' | null;
  readonly outcome: Outcome;
  /** What the filters look for: outcome, right or wrong, and conditions such as `censored`. */
  readonly tags: readonly string[];
}

export interface TraceItem {
  readonly number: number;
  readonly dataset: number;
  readonly name: string;
  readonly level: number | null;
  readonly question: string;
}

/**
 * All entries, most telling first: flips and censored samples, then missing answers, then traces that differ, then
 * equal ones, the reference alone last. Among equals every data set and every arm takes its turn, so that the first
 * fifty show the whole run.
 */
export function traceEntries(context: ReportContext): readonly TraceEntry[] {
  const items = traceItems(context);
  const entries = context.arms.flatMap((arm) => armEntries(context, arm, items));
  return inReadingOrder(entries);
}

function traceItems(context: ReportContext): ReadonlyMap<string, TraceItem> {
  const bySample = new Map(context.input.samples.map((sample) => [itemKey(sample), sample]));
  const place = new Map(context.datasets.map((name, number) => [name, number]));
  const sorted = [...bySample].toSorted(
    ([, a], [, b]) => (place.get(a.dataset) ?? 0) - (place.get(b.dataset) ?? 0) || compare(a.item, b.item),
  );
  return new Map(
    sorted.map(([key, { dataset, item, level, question }], number) => [
      key,
      { number, dataset: place.get(dataset) ?? 0, name: item, level, question },
    ]),
  );
}

function armEntries(
  context: ReportContext,
  arm: ArmView,
  items: ReadonlyMap<string, TraceItem>,
): readonly TraceEntry[] {
  const { reference } = context;
  return context.traced.items(arm.result.name).flatMap((ofItem) => {
    const key = itemKey(ofItem);
    const item = items.get(key);
    if (item === undefined) return [];
    const others =
      reference === null || reference === arm ? [] : (context.traced.item(reference.result.name, key)?.repeats ?? []);
    const isSameModel = reference?.result.model === arm.result.model;
    return ofItem.repeats.map((sample) => {
      const other = others.find((one) => one.repeat === sample.repeat) ?? null;
      const fork = other === null || !isSameModel ? null : forkPosition(sample, other);
      return entry({ arm, item, sample, reference: other, fork });
    });
  });
}

function entry(parts: Omit<TraceEntry, 'id' | 'outcome' | 'tags'>): TraceEntry {
  const { arm, item, sample, reference, fork } = parts;
  const outcome = outcomeOf(sample, reference);
  const conditions = [
    sample.thinkStop === 'cap' ? 'censored' : '',
    sample.extracted === null ? 'no-answer' : '',
    sample.stopReason === 'error' ? 'error' : '',
    fork === 'never' ? 'identical' : '',
  ];
  const tags = new Set([outcome, sample.correct ? 'right' : 'wrong', ...conditions.filter((tag) => tag !== '')]);
  return { ...parts, id: `t-${item.number}-${arm.label.number}-${sample.repeat}`, fork, outcome, tags: [...tags] };
}

function outcomeOf(sample: SampleRecord, reference: SampleRecord | null): Outcome {
  if (reference === null) return sample.correct ? 'right' : 'wrong';
  if (sample.correct) return reference.correct ? 'both-right' : 'won';
  return reference.correct ? 'lost' : 'both-wrong';
}

function inReadingOrder(entries: readonly TraceEntry[]): readonly TraceEntry[] {
  const seen = new Map<string, number>();
  const ranked = entries.map((one) => {
    const [tier, kind] = rankOf(one);
    const group = `${tier} ${kind} ${one.arm.label.number} ${one.item.dataset}`;
    const turn = seen.get(group) ?? 0;
    seen.set(group, turn + 1);
    return {
      one,
      order: [tier, turn, kind, one.item.dataset, one.arm.label.number, one.item.number, one.sample.repeat],
    };
  });
  return ranked.toSorted((a, b) => firstDifference(a.order, b.order)).map(({ one }) => one);
}

function rankOf(one: TraceEntry): readonly [tier: number, kind: number] {
  if (one.reference === null) return [4, 0];
  if (one.outcome === 'lost') return [0, 0];
  if (one.outcome === 'won') return [0, 1];
  if (one.tags.includes('censored')) return [0, 2];
  if (one.tags.includes('no-answer') || one.tags.includes('error')) return [1, 0];
  if (one.fork === 'never') return [3, 0];
  return [2, one.outcome === 'both-wrong' ? 0 : 1];
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

export interface OutcomeBadge {
  readonly className: 'v-ok' | 'v-open' | 'v-worse';
  readonly glyph: string;
  readonly word: string;
}

export function outcomeBadge(outcome: Outcome): OutcomeBadge {
  switch (outcome) {
    case 'lost':
      return { className: 'v-worse', glyph: '▼', word: 'lost' };
    case 'won':
      return { className: 'v-ok', glyph: '▲', word: 'won' };
    case 'both-right':
      return { className: 'v-ok', glyph: '✓', word: 'both right' };
    case 'both-wrong':
      return { className: 'v-open', glyph: '–', word: 'both wrong' };
    case 'right':
      return { className: 'v-ok', glyph: '✓', word: 'right' };
    case 'wrong':
      return { className: 'v-worse', glyph: '✕', word: 'wrong' };
  }
}

export function gradeBadge(sample: Pick<SampleRecord, 'correct' | 'reasonCode'>): OutcomeBadge {
  if (sample.correct) return outcomeBadge('right');
  return { className: 'v-worse', glyph: '✕', word: reasonWords(sample.reasonCode) };
}

function reasonWords(reason: ReasonCode): string {
  switch (reason) {
    case 'correct':
    case 'wrong':
      return 'wrong';
    case 'no-answer':
      return 'no answer';
    case 'unparsable':
      return 'unreadable answer';
    case 'numbers-misused':
      return 'misuses the numbers';
    case 'censored':
      return 'cut by the token cap';
    case 'engine-error':
      return 'engine error';
  }
}
