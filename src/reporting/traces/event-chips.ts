import {
  routeOf,
  voteOf,
  type RouteDecision,
  type SampleEvent,
  type SampleEventType,
  type SampleRecord,
  type VoteDetail,
} from '../../domain/index.js';
import { counted, decimal, integer } from '../format.js';
import type { Step } from './steps.js';

/** Something a technique did, as an outlined chip in the step where it happened. */
export interface EventChip {
  readonly className: 'ev-s' | 'ev-f' | 'ev-p' | 'ev-x' | 'ev-c' | 'ev-k';
  readonly text: string;
}

/** A token index and the character of the thinking that it is known to stand at. */
export interface Anchor {
  readonly token: number;
  readonly character: number;
}

export interface ChipPlaces {
  /** Chips by step of the thinking. */
  readonly steps: ReadonlyMap<number, readonly EventChip[]>;
  /** What happened at the very token where the trace leaves the other one. */
  readonly fork: readonly EventChip[];
  readonly answer: readonly EventChip[];
}

const MOST_POSITIONS = 6;
const MOST_DETAIL = 48;

/**
 * Events carry exact token positions, steps are characters; between known anchors (start, fork, end of the thinking)
 * a position is taken as proportional. So the printed position is exact and the step is the likely one.
 */
export function eventChips(
  sample: SampleRecord,
  thinking: { readonly steps: readonly Step[]; readonly tokens: number },
  fork: Anchor | null,
): ChipPlaces {
  const { steps, tokens } = thinking;
  const anchors = anchorsOf(sample.thinking.length, tokens, fork);
  const atFork = sample.events.filter((event) => event.at === fork?.token);
  const elsewhere = sample.events.filter((event) => event.at !== fork?.token);
  const byStep = Map.groupBy(
    elsewhere.filter((event) => event.at < tokens),
    (event) => stepAt(steps, characterAt(anchors, event.at)),
  );
  const places = new Map([...byStep].map(([step, events]) => [step, chipsOf(events)] as const));
  const end = stopChip(sample, tokens);
  const last = Math.max(0, steps.length - 1);
  if (end !== null) places.set(last, [...(places.get(last) ?? []), end]);
  const inAnswer = chipsOf(elsewhere.filter((event) => event.at >= tokens));
  const first = sample.measures?.firstCorrect ?? null;
  if (first?.part === 'thinking') {
    const step = stepAt(steps, first.character - 1);
    places.set(step, [...(places.get(step) ?? []), firstCorrectChip(first.tokens)]);
  }
  return {
    steps: places,
    fork: chipsOf(atFork),
    answer: first?.part === 'answer' ? [...inAnswer, firstCorrectChip(first.tokens)] : inAnswer,
  };
}

/** The sentence's place in the text is known, so this chip stands in exactly its step. */
function firstCorrectChip(tokens: number): EventChip {
  return { className: 'ev-k', text: `right result first stated by token ${integer(tokens)}` };
}

function anchorsOf(length: number, tokens: number, fork: Anchor | null): readonly Anchor[] {
  const known = fork !== null && fork.token > 0 && fork.token < tokens ? [fork] : [];
  return [{ token: 0, character: 0 }, ...known, { token: Math.max(1, tokens), character: length }];
}

function characterAt(anchors: readonly Anchor[], token: number): number {
  for (const [index, anchor] of anchors.entries()) {
    const next = anchors[index + 1];
    if (next === undefined || token >= next.token) continue;
    const share = (token - anchor.token) / (next.token - anchor.token);
    return anchor.character + share * (next.character - anchor.character);
  }
  return anchors.at(-1)?.character ?? 0;
}

function stepAt(steps: readonly Step[], character: number): number {
  const found = steps.findIndex((step) => character < step.end);
  return found < 0 ? Math.max(0, steps.length - 1) : found;
}

/** Events of one kind and detail in one step become one chip: `suppressed “Wait” ×3 at 70, 88, 115`. */
function chipsOf(events: readonly SampleEvent[]): readonly EventChip[] {
  const groups = Map.groupBy(events, (event) => JSON.stringify([event.type, event.detail]));
  return [...groups.values()].flatMap((group) => {
    const first = group[0];
    if (first === undefined) return [];
    const positions = group.slice(0, MOST_POSITIONS).map((event) => integer(event.at));
    const more = group.length > MOST_POSITIONS ? ' …' : '';
    const times = group.length > 1 ? ` ×${integer(group.length)}` : '';
    return [
      { className: chipClass(first.type), text: `${eventWords(first)}${times} at ${positions.join(', ')}${more}` },
    ];
  });
}

function eventWords(event: SampleEvent): string {
  const route = routeOf([event]);
  if (route !== null) return routeWords(route);
  const vote = voteOf([event]);
  if (vote !== null) return `${voteEndWords(vote)} after ${vote.run} of ${counted(vote.of, 'path')}`;
  const detail = visibleDetail(event.type === 'probe' ? probedText(event.detail) : event.detail);
  return detail === '' ? eventName(event.type) : `${eventName(event.type)} “${detail}”`;
}

function voteEndWords({ ended }: VoteDetail): string {
  switch (ended) {
    case 'decided':
      return 'vote decided';
    case 'complete':
      return 'vote complete';
    case 'max-total':
      return 'vote out of tokens';
    case 'error':
      return 'vote broken off';
  }
}

/** `shorter way: confidence 0.970 (threshold 0.900)` */
function routeWords({ signal, value, threshold, taken }: RouteDecision): string {
  return `${taken ? 'longer' : 'shorter'} way: ${signal} ${decimal(value, 3)} (threshold ${decimal(threshold, 3)})`;
}

/** What a probe came out with; the record also holds its ids and confidences. */
function probedText(detail: string): string {
  try {
    const record: unknown = JSON.parse(detail);
    if (typeof record === 'object' && record !== null && 'text' in record) return String(record.text);
  } catch {
    // A detail that is no record is shown as it is.
  }
  return detail;
}

/** Whitespace matters in tokens, so it is made visible; everything else is escaped by the template. */
function visibleDetail(detail: string): string {
  const characters = Array.from(detail.replaceAll('\n', '↵').replaceAll('\t', '⇥').replace(/^ | $/g, '␣'));
  return characters.length > MOST_DETAIL ? `${characters.slice(0, MOST_DETAIL - 1).join('')}…` : characters.join('');
}

function eventName(type: SampleEventType): string {
  return type === 'wait-inserted' ? 'inserted' : type;
}

function chipClass(type: SampleEventType): EventChip['className'] {
  switch (type) {
    case 'suppressed':
      return 'ev-s';
    case 'forced':
    case 'wait-inserted':
    case 'steered':
      return 'ev-f';
    case 'probe':
      return 'ev-p';
    case 'exit':
    case 'route':
    case 'vote':
      return 'ev-x';
  }
}

/** Where the thinking did not end by itself. */
function stopChip(sample: SampleRecord, tokens: number): EventChip | null {
  switch (sample.thinkStop) {
    case 'none':
    case 'natural':
      return null;
    case 'budget':
      return { className: 'ev-f', text: `stopped by the budget at ${integer(tokens)}` };
    case 'exit':
      return { className: 'ev-x', text: `early exit at ${integer(tokens)}` };
    case 'cap':
      return { className: 'ev-c', text: `cut by the token cap at ${integer(tokens)}` };
  }
}
