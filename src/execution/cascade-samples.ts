import {
  parseTechniqueParams,
  type Arm,
  type CascadeParams,
  type Ledger,
  type RouteDecision,
  type SampleEvent,
  type SampleRecord,
} from '../domain/index.js';

/** The sample where the first answer stands; null where the item is handed on. */
export function keptRecord(arm: Arm, first: SampleRecord): SampleRecord | null {
  const decision = decide(arm, first);
  if (decision.taken) return null;
  return { ...first, arm: arm.name, events: [routeEvent(decision), ...first.events] };
}

/** What was made after all, charged with the first answer as well. */
export function escalatedRecord(arm: Arm, made: SampleRecord, first: SampleRecord): SampleRecord {
  // A sample that could not be made has spent nothing, and its decision is made again when it is.
  if (made.stopReason === 'error') return made;
  return {
    ...made,
    ledger: withRejected(made.ledger, first.ledger),
    events: [routeEvent(decide(arm, first)), ...made.events],
  };
}

function decide(arm: Arm, { certainty }: SampleRecord): RouteDecision {
  const { signal, threshold } = parseTechniqueParams('cascade', arm.params);
  const value = certaintyOf(signal, certainty) ?? 0;
  return { signal, value, threshold, taken: value < threshold };
}

function certaintyOf(signal: CascadeParams['signal'], certainty: SampleRecord['certainty']): number | null {
  switch (signal) {
    case 'answer-mean':
      return certainty?.answerMean ?? null;
    case 'answer-least':
      return certainty?.answerLeast ?? null;
  }
}

function routeEvent({ signal, value, threshold, taken }: RouteDecision): SampleEvent {
  return { at: 0, type: 'route', detail: JSON.stringify({ signal, value, threshold, taken }) };
}

/** Nothing of the first answer is delivered, so all that it delivered is rejected. */
function withRejected(own: Ledger, first: Ledger): Ledger {
  const delivered = first.thinkSampled + first.thinkInjected + first.answerSampled + first.answerInjected;
  return {
    ...own,
    prompt: own.prompt + first.prompt,
    probePrompt: own.probePrompt + first.probePrompt,
    probeSampled: own.probeSampled + first.probeSampled,
    draftRejected: own.draftRejected + first.draftRejected + delivered,
  };
}
