import {
  EMPTY_LEDGER,
  type RunResult,
  type SampleEvent,
  type SampleRecord,
  type TechniqueKind,
  type ThinkStop,
} from '../../domain/index.js';
import { measureTrace } from '../../scoring/index.js';
import { NEIGHBOUR_FILES, type ReportInput } from '../report-input.js';
import { SYNTHETIC_ARMS, type SyntheticArm, type SyntheticArmName } from './synthetic-arms.js';
import { syntheticResult } from './synthetic-result.js';
import { syntheticTrace, type SyntheticFamily, type SyntheticTrace } from './synthetic-traces.js';

export interface SyntheticOptions {
  /** The first one is the reference. */
  readonly arms?: readonly SyntheticArm[];
  readonly families?: readonly SyntheticFamily[];
  /** Per family. */
  readonly items?: number;
  readonly maxTokens?: number;
  readonly status?: RunResult['run']['status'];
  readonly changeSample?: (sample: SampleRecord) => SampleRecord;
}

const FAMILIES: readonly SyntheticFamily[] = ['word-problems', 'arithmetic', 'clock-times', 'countdown'];

/** A finished run that looks like the reference model's: same shapes of traces, tokens and mistakes; deterministic. */
export function syntheticRun(options: SyntheticOptions = {}): ReportInput {
  const { families = FAMILIES, items = 25, maxTokens = 420, changeSample = (sample) => sample } = options;
  const arms: readonly SyntheticArm[] = options.arms ?? SYNTHETIC_ARMS;
  const samples = arms.flatMap((arm) =>
    families.flatMap((family) =>
      Array.from({ length: items }, (_unused, index) => changeSample(makeSample(arm, { family, index, maxTokens }))),
    ),
  );
  return {
    result: syntheticResult(samples, { arms, families, items, maxTokens, status: options.status ?? 'completed' }),
    samples,
    kinds: Object.fromEntries(arms.map(({ name, kind }): [string, TechniqueKind] => [name, kind])),
    links: NEIGHBOUR_FILES,
  };
}

interface Place {
  readonly family: SyntheticFamily;
  readonly index: number;
  readonly maxTokens: number;
}

function makeSample({ name, like }: SyntheticArm, { family, index, maxTokens }: Place): SampleRecord {
  const level = 1 + (index % 5);
  const trace = syntheticTrace(family, index, level);
  const { thinking, stop, events, said, injected } = behaviour(like ?? ownBehaviour(name), trace, maxTokens);
  const isCut = stop === 'cap';
  const answer = isCut ? '' : `The answer is \\boxed{${said}}.`;
  const thinkIds = [1, ...tokenIds(thinking), ...(isCut ? [] : [2])];
  const answerIds = isCut ? [] : [...tokenIds(answer), 3];
  const correct = !isCut && said === trace.reference;
  const ledger = {
    ...EMPTY_LEDGER,
    prompt: 40,
    thinkSampled: thinkIds.length - injected,
    thinkInjected: injected,
    answerSampled: answerIds.length,
  };
  const check = { type: family === 'clock-times' ? 'clock' : family === 'countdown' ? 'text' : 'integer' } as const;
  return {
    arm: name,
    dataset: family,
    item: `${family}-${String(index + 1).padStart(3, '0')}`,
    repeat: 0,
    cluster: null,
    level,
    question: trace.question,
    prompt: trace.question,
    thinking,
    answer,
    reference: trace.reference,
    extracted: isCut ? null : said,
    correct,
    reasonCode: correct ? 'correct' : isCut ? 'censored' : 'wrong',
    thinkStop: stop,
    stopReason: isCut ? 'length_cap' : 'eos',
    stopDetail: null,
    ledger,
    events,
    divergedFrom: null,
    divergedAt: null,
    thinkIds,
    answerIds,
    measures: measureTrace({ thinking, answer, thinkIds, ledger }, { answer: trace.reference, check }),
  };
}

interface Behaviour {
  readonly thinking: string;
  readonly stop: ThinkStop;
  readonly events: readonly SampleEvent[];
  readonly said: string;
  readonly injected: number;
}

function ownBehaviour(name: string): SyntheticArmName {
  return SYNTHETIC_ARMS.find((arm) => arm.name === name)?.name ?? 'baseline';
}

function behaviour(arm: SyntheticArmName, trace: SyntheticTrace, maxTokens: number): Behaviour {
  const { full, unchecked, direct } = trace.answers;
  const whole = trace.lines.map((line) => line.text).join('\n');
  const cap = (text: string, said: string): Behaviour =>
    tokenIds(text).length > maxTokens
      ? { thinking: cut(text, maxTokens), stop: 'cap', events: [], said, injected: 0 }
      : { thinking: text, stop: 'natural', events: [], said, injected: 0 };
  switch (arm) {
    case 'baseline':
      return cap(whole, full);
    case 'nowait': {
      const kept = trace.lines.filter((line) => !line.isReflection).map((line) => line.text);
      return { ...cap(kept.join('\n'), unchecked), events: suppressions(trace) };
    }
    case 'nothinking':
      return {
        thinking: '',
        stop: 'none',
        events: [{ at: 0, type: 'forced', detail: '<think>\n\n</think>' }],
        said: direct,
        injected: 2,
      };
    case 'budget-64':
    case 'budget-128':
    case 'budget-256': {
      const tokens = Number(arm.slice('budget-'.length));
      if (tokenIds(whole).length <= tokens) return cap(whole, full);
      const guess = tokens > 200 ? unchecked : String(Number(full) + 1);
      const events: SampleEvent[] = [{ at: tokens + 1, type: 'forced', detail: '\n</think>\n\n' }];
      return { thinking: cut(whole, tokens), stop: 'budget', events, said: guess, injected: 1 };
    }
  }
}

/** Where the first kept step after each dropped reflection begins. */
function suppressions(trace: SyntheticTrace): readonly SampleEvent[] {
  const events: SampleEvent[] = [];
  let at = 1;
  for (const line of trace.lines) {
    if (line.isReflection)
      events.push({ at, type: 'suppressed', detail: line.text.startsWith('Wait') ? 'Wait' : 'Hmm' });
    else at += tokenIds(line.text).length + 1;
  }
  return events;
}

const TOKEN = /\n|[A-Za-z]+|\d{1,3}|[^\sA-Za-z\d]/g;

function tokenIds(text: string): number[] {
  return [...text.matchAll(TOKEN)].map(
    ([token]) => 10 + Array.from(token).reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1600, 7),
  );
}

function cut(text: string, tokens: number): string {
  const last = [...text.matchAll(TOKEN)][tokens - 1];
  return last === undefined ? text : text.slice(0, last.index + last[0].length);
}
