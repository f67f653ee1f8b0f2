import { EMPTY_LEDGER, parseTechniqueParams, type Arm, type Item, type SampleRecord } from '../domain/index.js';
import { dependencyOf, dependentRecord, dependentWork, type DependentWork } from './dependent-samples.js';

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

function arm(technique: 'eat', params: Readonly<Record<string, unknown>>): Arm {
  return {
    name: technique,
    technique,
    params: { ...parseTechniqueParams(technique, params) },
    model: 'm',
    sampling: { temperature: 0, topP: 1, topK: 0, minP: 0, maxTokens: 64, repeats: 1, seed: 1 },
    prompt: { system: null, prefix: null, suffix: null },
  };
}

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
