import {
  LEDGER_KEYS,
  type Certainty,
  type Ledger,
  type SampleEvent,
  type SamplePath,
  type SampleRecord,
  type TraceMeasures,
} from '../domain/index.js';

export interface SampleLineOptions {
  /** Adds `thinkIds` and `answerIds`. */
  readonly tokenIds: boolean;
}

/** Keys of a line of samples.jsonl, in their order; `measures`, `certainty` and `paths` only where the sample has some. */
export const SAMPLE_FIELDS = [
  'arm',
  'dataset',
  'item',
  'repeat',
  'cluster',
  'level',
  'prompt',
  'thinking',
  'answer',
  'extracted',
  'reference',
  'correct',
  'reasonCode',
  'thinkStop',
  'stopReason',
  'stopDetail',
  'ledger',
  'events',
  'divergedFrom',
  'divergedAt',
  'measures',
  'certainty',
  'paths',
] as const satisfies readonly (keyof SampleRecord)[];

/**
 * One line without its end. Key order is fixed at every depth, so that equal samples give equal bytes whatever built
 * them; lone surrogates are escaped by JSON.stringify, so every line is valid UTF-8.
 */
export function sampleLine(sample: SampleRecord, { tokenIds }: SampleLineOptions): string {
  const ordered: Record<string, unknown> = {};
  for (const field of SAMPLE_FIELDS) ordered[field] = sample[field];
  ordered['ledger'] = orderedLedger(sample.ledger);
  ordered['events'] = orderedEvents(sample.events);
  if (sample.group) {
    const { id, index, size } = sample.group;
    ordered['group'] = { id, index, size };
  }
  if (sample.replay) {
    const { of, preparationTokens } = sample.replay;
    ordered['replay'] = { of, preparationTokens };
  }
  if (sample.measures) ordered['measures'] = orderedMeasures(sample.measures);
  if (sample.certainty) ordered['certainty'] = orderedCertainty(sample.certainty);
  if (sample.paths) ordered['paths'] = sample.paths.map((path) => orderedPath(path, tokenIds));
  if (sample.progress) ordered['progress'] = sample.progress;
  if (tokenIds) {
    ordered['thinkIds'] = sample.thinkIds;
    ordered['answerIds'] = sample.answerIds;
  }
  return JSON.stringify(ordered);
}

function orderedLedger(ledger: Ledger): Record<string, number> {
  return Object.fromEntries(LEDGER_KEYS.map((key) => [key, ledger[key]]));
}

function orderedEvents(events: readonly SampleEvent[]): SampleEvent[] {
  return events.map(({ at, type, detail }) => ({ at, type, detail }));
}

function orderedPath(path: SamplePath, tokenIds: boolean): Record<string, unknown> {
  const { thinking, answer, extracted, correct, reasonCode, thinkStop, stopReason, stopDetail } = path;
  return {
    thinking,
    answer,
    extracted,
    correct,
    reasonCode,
    thinkStop,
    stopReason,
    stopDetail,
    ledger: orderedLedger(path.ledger),
    events: orderedEvents(path.events),
    ...(path.certainty && { certainty: orderedCertainty(path.certainty) }),
    ...(tokenIds && { thinkIds: path.thinkIds, answerIds: path.answerIds }),
  };
}

function orderedCertainty(certainty: Certainty): Record<keyof Certainty, unknown> {
  const { answerMean, answerLeast, answerTokens, selfCertainty } = certainty;
  return { answerMean, answerLeast, answerTokens, selfCertainty };
}

function orderedMeasures({ firstCorrect, loop, ...counts }: TraceMeasures): Record<string, unknown> {
  const first = firstCorrect && {
    tokens: firstCorrect.tokens,
    part: firstCorrect.part,
    character: firstCorrect.character,
  };
  return {
    rules: counts.rules,
    positions: counts.positions,
    firstCorrect: first,
    sentences: counts.sentences,
    convergedAt: counts.convergedAt,
    solutions: counts.solutions,
    solutionTokens: counts.solutionTokens,
    distinctTokens: counts.distinctTokens,
    keywordReflections: counts.keywordReflections,
    rederivations: counts.rederivations,
    repeatedTokens: counts.repeatedTokens,
    loop: loop && { at: loop.at, period: loop.period, times: loop.times },
  };
}

export async function* sampleLines(
  samples: AsyncIterable<SampleRecord> | Iterable<SampleRecord>,
  options: SampleLineOptions,
): AsyncGenerator<string> {
  for await (const sample of samples) yield `${sampleLine(sample, options)}\n`;
}
