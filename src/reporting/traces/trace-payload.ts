import { gzipSync } from 'node:zlib';
import { shortened } from '../charts/figure.js';
import { deliveredTokens } from '../paired-cells.js';
import { outcomeBadge, type TraceEntry } from './entries.js';

/** Base64 characters of compressed traces in one report; beyond it the least telling entries are left out. */
const MOST_CHARACTERS = 3_600_000;
const MOST_QUESTION = 140;

/**
 * The list and all traces for the page's script. `chunks` holds, per item, the gzipped JSON of its traces' HTML by
 * trace id: traces of one item repeat each other, so they compress together, and only what is looked at is unpacked.
 * The HTML comes from the same escaping template as the traces that stand in the page.
 */
export interface TracePayload {
  readonly outcomes: Readonly<
    Record<string, { readonly className: string; readonly glyph: string; readonly word: string }>
  >;
  /** [item, arm, repeat, outcome, tokens of the reference (−1: none), tokens, think stop, tags] */
  readonly entries: readonly (readonly [number, number, number, string, number, number, string, string])[];
  /** [data set, name, level (0: none), question] by item number. */
  readonly items: Readonly<Record<number, readonly [number, string, number, string]>>;
  readonly chunks: Readonly<Record<number, string>>;
}

export function tracePayload(entries: readonly TraceEntry[], render: (entry: TraceEntry) => string): TracePayload {
  const byItem = Map.groupBy(entries, (entry) => entry.item.number);
  const chunks: Record<number, string> = {};
  let used = 0;
  for (const [item, ofItem] of byItem) {
    if (used > MOST_CHARACTERS) break;
    const traces = Object.fromEntries(ofItem.map((entry) => [entry.id, render(entry)]));
    const chunk = gzipSync(JSON.stringify(traces), { level: 9 }).toString('base64');
    chunks[item] = chunk;
    used += chunk.length;
  }
  const kept = entries.filter((entry) => chunks[entry.item.number] !== undefined);
  return {
    outcomes: Object.fromEntries(kept.map(({ outcome }) => [outcome, outcomeBadge(outcome)])),
    entries: kept.map(packed),
    items: Object.fromEntries(
      kept.map(({ item }) => [
        item.number,
        [item.dataset, item.name, item.level ?? 0, shortened(item.question, MOST_QUESTION)],
      ]),
    ),
    chunks,
  };
}

function packed(entry: TraceEntry): TracePayload['entries'][number] {
  return [
    entry.item.number,
    entry.arm.label.number,
    entry.sample.repeat,
    entry.outcome,
    entry.reference === null ? -1 : deliveredTokens(entry.reference),
    deliveredTokens(entry.sample),
    entry.sample.thinkStop,
    entry.tags.join(' '),
  ];
}
