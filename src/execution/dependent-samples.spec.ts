import { EMPTY_LEDGER, type Arm, type Item, type SampleRecord } from '../domain/index.js';
import {
  dependencyOf,
  dependentRecord,
  dependentWork,
  type DependentWork,
  type SourcedTask,
} from './dependent-samples.js';
import { armOf } from './testing/arm-of.js';

const ITEM: Item = {
  dataset: 'sums',
  id: 'a',
  question: '1 + 1?',
  answer: '2',
  check: { type: 'integer' },
  level: null,
  cluster: null,
  prompt: null,
  contentHash: 'a',
};

const arm = (technique: 'eat' | 'cascade' | 'truncate', params: Readonly<Record<string, unknown>>): Arm =>
  armOf(technique, params, 0);

function sample(changes: Partial<SampleRecord> = {}): SampleRecord {
  return {
    arm: 'baseline',
    dataset: 'sums',
    item: 'a',
    repeat: 0,
    cluster: null,
    level: null,
    question: ITEM.question,
    prompt: 'p',
    thinking: 'Easy.',
    answer: '\\boxed{2}',
    extracted: '2',
    correct: true,
    reasonCode: 'correct',
    reference: '2',
    thinkStop: 'natural',
    stopReason: 'eos',
    stopDetail: null,
    ledger: { ...EMPTY_LEDGER, prompt: 9, thinkSampled: 4, answerSampled: 2 },
    events: [],
    divergedFrom: null,
    divergedAt: null,
    thinkIds: [1, 2, 3, 4],
    answerIds: [5, 6],
    ...changes,
  };
}

const EAT = arm('eat', { replay: 'baseline' });

function work(source: SampleRecord | undefined, of: Arm = EAT): DependentWork {
  const dependency = dependencyOf(of);
  if (!dependency) throw new Error(`${of.name} depends on nothing`);
  return dependentWork({ arm: of, items: [ITEM], repeat: 0 }, dependency, source);
}

function recordFor(source: SampleRecord | undefined, of: Arm = EAT): SampleRecord {
  const todo = work(source, of);
  if (todo.kind !== 'sample') throw new Error('the engine is needed');
  return todo.record;
}

function taskFor(source: SampleRecord, of: Arm): SourcedTask {
  const todo = work(source, of);
  if (todo.kind !== 'call') throw new Error('the engine is not needed');
  return todo.task;
}

describe('a sample that is made from another', () => {
  it('ends in an error that says so where the other one did, or is missing', () => {
    const failed = sample({ stopReason: 'error', stopDetail: 'the engine died', thinkIds: [] });
    expect(recordFor(failed)).toMatchObject({
      arm: 'eat',
      stopReason: 'error',
      stopDetail: 'the sample of baseline that it is made from ended in an error: the engine died',
      correct: false,
    });
    expect(recordFor(undefined).stopDetail).toBe('the sample of baseline that it is made from is missing');
  });
});

describe('a replay', () => {
  const probe = { at: 2, type: 'probe', detail: '{}' } as const;
  const held = { at: 1, type: 'suppressed', detail: 'Wait' } as const;
  const source = sample({ events: [held, { ...held, at: 3 }] });
  const task = { arm: EAT, items: [ITEM], repeat: 0, source };

  it('gives the stored thinking to the engine', () => {
    expect(work(source)).toEqual({ kind: 'call', task: { ...task, trace: [1, 2, 3, 4] } });
  });

  it('is what the engine made where the rule fired, and says what was gone through', () => {
    const exit = { at: 2, type: 'exit', detail: 'settled' } as const;
    const made = sample({
      arm: 'eat',
      thinkIds: [1, 2, 9],
      events: [probe, exit],
      answer: '\\boxed{3}',
      correct: false,
    });
    expect(dependentRecord(task, made)).toEqual({
      ...made,
      events: [held, probe, exit],
      replay: { of: 'baseline', preparationTokens: 4 },
    });
  });

  it('is what the engine made where the thinking was cut', () => {
    const cut = { at: 2, type: 'forced', detail: '\n</think>\n\n' } as const;
    const made = sample({ arm: 'truncate', thinkIds: [1, 2, 9], events: [cut], answer: '\\boxed{3}', correct: false });
    const own = { ...task, arm: arm('truncate', { ratio: 0.5, cut: 'own' }) };
    expect(dependentRecord(own, made)).toEqual({
      ...made,
      events: [held, cut],
      replay: { of: 'baseline', preparationTokens: 4 },
    });
  });

  it('is the stored sample with its probes on top where the rule never fired', () => {
    const made = sample({
      arm: 'eat',
      answer: '',
      answerIds: [],
      correct: false,
      ledger: { ...EMPTY_LEDGER, prompt: 9, thinkSampled: 4, probePrompt: 30, probeSampled: 3 },
      events: [probe],
    });
    expect(dependentRecord(task, made)).toEqual({
      ...source,
      arm: 'eat',
      ledger: { ...source.ledger, probePrompt: 30, probeSampled: 3 },
      events: [held, probe, { ...held, at: 3 }],
      replay: { of: 'baseline', preparationTokens: 4 },
    });
  });

  it('needs no engine where there was no thinking', () => {
    const silent = sample({ thinkIds: [], thinking: '', thinkStop: 'none' });
    expect(recordFor(silent)).toEqual({ ...silent, arm: 'eat', replay: { of: 'baseline', preparationTokens: 0 } });
  });
});

function cascade(params: Readonly<Record<string, unknown>>): Arm {
  return arm('cascade', { first: 'nothinking', ...params });
}

function decision(record: SampleRecord): unknown {
  return JSON.parse(record.events[0]?.detail ?? '');
}

describe('a cascade', () => {
  const certainty = { answerMean: 0.9, answerLeast: 0.4, answerTokens: 2, selfCertainty: 7 };
  const first = sample({
    arm: 'nothinking',
    certainty,
    thinkIds: [8, 9],
    ledger: {
      ...EMPTY_LEDGER,
      prompt: 9,
      thinkInjected: 2,
      answerSampled: 5,
      answerInjected: 1,
      probePrompt: 4,
      probeSampled: 1,
      draftRejected: 6,
    },
    events: [{ at: 0, type: 'forced', detail: 'prefill' }],
  });

  it('takes the first answer over, ledger and all, where its certainty is at least the threshold', () => {
    const record = recordFor(first, cascade({ threshold: 0.9 }));
    const route = {
      at: 0,
      type: 'route',
      detail: '{"signal":"answer-mean","value":0.9,"threshold":0.9,"taken":false}',
    };
    expect(record).toEqual({ ...first, arm: 'cascade', events: [route, ...first.events] });
  });

  it('hands the item on where it is less certain, by the signal that is asked for', () => {
    expect(work(first, cascade({ threshold: 0.91 })).kind).toBe('call');
    expect(work(first, cascade({ threshold: 0.5, signal: 'answer-least' })).kind).toBe('call');
    expect(work(first, cascade({ threshold: 0.4, signal: 'answer-least' })).kind).toBe('sample');
  });

  it('charges a sample that was handed on with all that the first answer took, as rejected', () => {
    const task = taskFor(first, cascade({ threshold: 1 }));
    const made = sample({ arm: 'cascade', certainty });
    const record = dependentRecord(task, made);
    expect(record).toMatchObject({ answer: made.answer, thinkIds: made.thinkIds, certainty });
    expect(record.ledger).toEqual({
      ...made.ledger,
      prompt: 18,
      probePrompt: 4,
      probeSampled: 1,
      draftRejected: 6 + 8,
    });
    expect(decision(record)).toEqual({ signal: 'answer-mean', value: 0.9, threshold: 1, taken: true });
    expect(task).not.toHaveProperty('trace');
  });

  it('hands an item on that has no answer at all', () => {
    const silent = { ...first, certainty: { ...certainty, answerMean: null, answerLeast: null, answerTokens: 0 } };
    const task = taskFor(silent, cascade({ threshold: 0.01 }));
    expect(decision(dependentRecord(task, sample()))).toMatchObject({ value: 0, taken: true });
  });

  it('charges nothing for what could not be made', () => {
    const failed = sample({ stopReason: 'error', ledger: EMPTY_LEDGER });
    expect(dependentRecord(taskFor(first, cascade({ threshold: 1 })), failed)).toBe(failed);
  });

  it('ends in an error where the first sample does not say how certain it was', () => {
    expect(recordFor(sample(), cascade({})).stopDetail).toBe('the sample of baseline does not say how certain it was');
  });
});
