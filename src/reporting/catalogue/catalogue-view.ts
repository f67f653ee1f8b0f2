import type { PublishedFigure, TechniqueEntry, TechniqueKind } from '../../domain/index.js';
import { kindClass } from '../arm-styles.js';
import { inlineMark } from '../charts/marks.js';

const KIND_WORDS: Readonly<Record<TechniqueKind, string>> = {
  baseline: 'baseline',
  suppression: 'suppression',
  budget: 'budget',
  exit: 'early exit',
  compression: 'compression',
  steering: 'steering',
  prompt: 'prompt',
  voting: 'voting',
  none: 'no thinking',
};

function modeWords({ mode, replayable }: TechniqueEntry): string {
  return replayable ? `${mode}, or replayed on stored thinking` : mode;
}

/** How a figure became known to us; every one of them is somebody else's measurement. */
const MARKER_WORDS: Readonly<Record<PublishedFigure['marker'], string>> = {
  paper: 'read in the paper',
  code: 'read in the code',
  note: 'second hand',
  abstract: 'abstract only',
  calculated: 'calculated from published figures',
};

/** What the catalogue's template prints. */
export function catalogueView(entries: readonly TechniqueEntry[]): Readonly<Record<string, unknown>> {
  return {
    title: entries.length === 1 ? (entries[0]?.name ?? '') : 'Techniques',
    listed: entries.length > 1,
    entries: entries.map(entryView),
  };
}

function entryView(entry: TechniqueEntry): Readonly<Record<string, unknown>> {
  return {
    name: entry.name,
    className: kindClass(entry.kind),
    mark: inlineMark(entry.kind),
    kind: KIND_WORDS[entry.kind],
    summary: entry.summary,
    prompt: entry.prompt,
    source: entry.source,
    mode: modeWords(entry),
    faithfulTo: entry.faithfulTo,
    differences: entry.differences,
    columns: entry.ledgerColumns.join(', '),
    events: entry.events.length === 0 ? 'none' : entry.events.join(', '),
    parameters: entry.parameters.map((parameter) => ({
      name: parameter.name,
      type: parameter.type,
      fallback:
        parameter.default === null || parameter.default === undefined ? null : JSON.stringify(parameter.default),
      range: parameter.range,
      description: parameter.description,
    })),
    figures: entry.publishedFigures.map(({ model, benchmark, figure, marker }) => ({
      model,
      benchmark,
      figure,
      marker: MARKER_WORDS[marker],
    })),
  };
}
